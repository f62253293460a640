package publisher_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"nashra/publisher"
)

// pipes is a listener whose connections are pipes in memory: their deadlines
// go by the clock of a test's bubble.
type pipes struct{ made chan net.Conn }

func (p pipes) Accept() (net.Conn, error) {
	c, ok := <-p.made
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}
func (p pipes) Close() error   { close(p.made); return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

// slowClient serves h behind the limits, has client talk to it, and gives the
// time after which the server closed the connection.
func slowClient(t *testing.T, h http.Handler, client func(net.Conn)) (open time.Duration) {
	synctest.Test(t, func(t *testing.T) {
		p := pipes{make(chan net.Conn)}
		server := publisher.NewHTTPServer(h)
		closed := make(chan time.Time, 1)
		server.ConnState = func(_ net.Conn, state http.ConnState) {
			if state == http.StateClosed {
				closed <- time.Now()
			}
		}
		served := make(chan error, 1)
		go func() { served <- server.Serve(p) }()
		ours, theirs := net.Pipe()
		start := time.Now()
		p.made <- theirs
		left := make(chan struct{})
		go func() { client(ours); close(left) }()
		open = (<-closed).Sub(start)
		_ = ours.Close() // the client's end is of no use any more
		_ = server.Close()
		if err := <-served; !errors.Is(err, http.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
			t.Error(err)
		}
		<-left
	})
	return open
}

func TestSlowClientsAreCutOff(t *testing.T) {
	w := newWorld(t)
	w.configure(nile)
	c := content("طويل", "https://nile.example/long", began)
	c.HTML = "<p>" + strings.Repeat("كلمة ", 40000) + "</p>"
	path := "/item/" + w.fetch("nile", c)[0]
	size := w.get(path).ok().sent
	request := "GET " + path + " HTTP/1.1\r\nHost: news.example\r\n\r\n"
	long := 2*time.Minute + time.Duration(size/(10<<10))*time.Second

	tests := []struct {
		name   string
		client func(net.Conn)
		want   time.Duration
	}{
		{"headers that do not end", func(conn net.Conn) {
			_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: ")
		}, 10 * time.Second},
		{"headers that come a byte a second", func(conn net.Conn) {
			go func() { _, _ = io.Copy(io.Discard, conn) }() // or the answer to half a line would wait for it
			for _, b := range []byte(strings.Repeat(request, 10)) {
				if _, err := conn.Write([]byte{b}); err != nil {
					return
				}
				time.Sleep(time.Second)
			}
		}, 10 * time.Second},
		{"a response that is not read", func(conn net.Conn) {
			_, _ = io.WriteString(conn, request)
		}, long},
		{"a connection that is idle", func(conn net.Conn) {
			_, _ = io.WriteString(conn, request)
			response, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = io.Copy(io.Discard, response.Body)
		}, 2 * time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := slowClient(t, w.server, tt.client); got < tt.want-time.Second || got > tt.want+time.Second {
				t.Errorf("closed after %v, want %v", got, tt.want)
			}
		})
	}
}

func TestASlowReaderWhoReadsOnGetsAll(t *testing.T) {
	w := newWorld(t)
	w.configure(nile)
	for i := range 8 {
		c := content("طويل", "https://nile.example/"+strconv.Itoa(i), began)
		c.HTML = "<p>" + strings.Repeat("كلمة ", 30000) + "</p>"
		w.fetch("nile", c)
	}
	size := w.get("/feed.xml").ok().sent
	if size < 130*(11<<10) {
		t.Fatalf("%d bytes take less than the two minutes that every response has", size)
	}
	var got int
	slowClient(t, w.server, func(conn net.Conn) {
		_, _ = io.WriteString(conn, "GET /feed.xml HTTP/1.1\r\nHost: news.example\r\nConnection: close\r\n\r\n")
		response, err := http.ReadResponse(bufio.NewReaderSize(conn, 11<<10), nil)
		if err != nil {
			t.Error(err)
			return
		}
		for buf := make([]byte, 11<<10); err == nil; time.Sleep(time.Second) {
			var n int
			n, err = io.ReadFull(response.Body, buf)
			got += n
		}
	})
	if got != size {
		t.Errorf("got %d bytes of %d", got, size)
	}
}
