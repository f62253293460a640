package remote_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nashra"
	"nashra/store"
	"nashra/store/remote"
	"nashra/store/storetest"
)

func TestStoreThroughTheSocket(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Store {
		return dial(t, serve(t, remote.Config{Store: openStore(t)}))
	})
}

func openStore(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(filepath.Join(t.TempDir(), "nashra.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// socketPath is short: t.TempDir makes paths that cannot be bound.
func socketPath(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "n")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return filepath.Join(dir, "s")
}

// serve serves until the test ends.
func serve(t *testing.T, c remote.Config) (path string) {
	t.Helper()
	path = socketPath(t)
	ln, err := remote.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- remote.NewServer(c).Serve(ctx, ln) }()
	t.Cleanup(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(10 * time.Second):
			t.Error("the server does not stop")
		}
	})
	return path
}

func dial(t *testing.T, path string) *remote.Client {
	t.Helper()
	c, err := remote.Dial(t.Context(), path, remote.Hello{Build: "test", PID: os.Getpid()})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestBothSidesIntroduceThemselves(t *testing.T) {
	want := remote.Hello{Protocol: remote.Protocol, Build: "v1", Config: "abc", PID: 7}
	path := serve(t, remote.Config{Hello: remote.Hello{Build: "v1", Config: "abc", PID: 7}})
	if got := dial(t, path).Owner(); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestAnotherProtocolIsASentenceThatNamesBothBuilds(t *testing.T) {
	path := serve(t, remote.Config{Hello: remote.Hello{Protocol: 99, Build: "v99", PID: 7}})
	_, err := remote.Dial(t.Context(), path, remote.Hello{Build: "v1"})
	if !errors.Is(err, remote.ErrProtocol) {
		t.Fatalf("got %v, want ErrProtocol", err)
	}
	for _, part := range []string{"v99", "v1", "process 7"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q is not in %q", part, err)
		}
	}
}

func TestNobodyListens(t *testing.T) {
	path := socketPath(t)
	if _, err := remote.Dial(t.Context(), path, remote.Hello{}); !errors.Is(err, remote.ErrNotListening) {
		t.Errorf("no socket: got %v", err)
	}
	leaveStale(t, path)
	if _, err := remote.Dial(t.Context(), path, remote.Hello{}); !errors.Is(err, remote.ErrNotListening) {
		t.Errorf("a stale socket: got %v", err)
	}
}

// leaveStale leaves a socket as a killed owner does.
func leaveStale(t *testing.T, path string) {
	t.Helper()
	ln, err := net.ListenUnix("unix", &net.UnixAddr{Name: path})
	if err != nil {
		t.Fatal(err)
	}
	ln.SetUnlinkOnClose(false)
	ln.Close()
}

// TestAnOwnerThatHangs: connections are taken by the system, and no byte ever
// comes, as with a stopped process.
func TestAnOwnerThatHangs(t *testing.T) {
	path := socketPath(t)
	ln, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	_, err = remote.Dialer{Silence: 50 * time.Millisecond}.Dial(t.Context(), path, remote.Hello{})
	if !errors.Is(err, remote.ErrSilent) {
		t.Errorf("got %v, want ErrSilent", err)
	}
}

// TestAnOwnerThatHangsInACall says its hello, and then nothing more.
func TestAnOwnerThatHangsInACall(t *testing.T) {
	path := socketPath(t)
	ln, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	go func() {
		for n := 0; ; n++ {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			conn.Write(frame('H', `{"protocol":1,"pid":7}`))
			if n == 0 {
				conn.Write(frame('E', `{}`))
			}
			io.Copy(io.Discard, conn)
			conn.Close()
		}
	}()
	c, err := remote.Dialer{Silence: 100 * time.Millisecond}.Dial(t.Context(), path, remote.Hello{})
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = c.Seq(t.Context())
	if !errors.Is(err, remote.ErrSilent) || !strings.Contains(err.Error(), "process 7") {
		t.Errorf("got %v, want ErrSilent with the owner's number", err)
	}
}

func TestAnotherProgramsSocket(t *testing.T) {
	for name, answer := range map[string]string{
		"HTTP":           "HTTP/1.1 400 Bad Request\r\n\r\n",
		"an endless one": "H\xff\xff\xff\xff" + strings.Repeat("x", 100),
		"no JSON":        "H\x00\x00\x00\x01x",
	} {
		t.Run(name, func(t *testing.T) {
			path := socketPath(t)
			ln, err := net.Listen("unix", path)
			if err != nil {
				t.Fatal(err)
			}
			defer ln.Close()
			go func() {
				if conn, err := ln.Accept(); err == nil {
					io.WriteString(conn, answer)
					io.Copy(io.Discard, conn)
					conn.Close()
				}
			}()
			_, err = remote.Dial(t.Context(), path, remote.Hello{})
			if err == nil || !strings.Contains(err.Error(), "no nashra") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestListenIsForThisUserAlone(t *testing.T) {
	path := socketPath(t)
	leaveStale(t, path)
	ln, err := remote.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("mode %o, want 600", got)
	}
	ln.Close()
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a closed listener leaves its socket: %v", err)
	}
}

func TestListenRefuses(t *testing.T) {
	t.Run("a path that no socket can have", func(t *testing.T) {
		_, err := remote.Listen("/tmp/" + strings.Repeat("n", remote.MaxPath))
		if err == nil || !strings.Contains(err.Error(), "107") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a file in the way, which it leaves alone", func(t *testing.T) {
		path := socketPath(t)
		if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := remote.Listen(path); err == nil {
			t.Error("no error")
		}
		if data, _ := os.ReadFile(path); string(data) != "mine" {
			t.Errorf("the file became %q", data)
		}
	})
}

// cyclerFunc is a Cycler.
type cyclerFunc func(ctx context.Context, sel nashra.Selection, report func(nashra.Fetch)) error

func (f cyclerFunc) Cycle(ctx context.Context, sel nashra.Selection, report func(nashra.Fetch)) error {
	return f(ctx, sel, report)
}

func (f cyclerFunc) Settle(context.Context, string) error { return nil }

func TestCycleStreamsWhatEachSourceCameTo(t *testing.T) {
	want := []nashra.Fetch{
		{Source: "a", Outcome: nashra.OutcomeOK, New: 2, Duration: time.Second},
		{Source: "b", Outcome: nashra.OutcomeFailed, Error: "لا جواب", Warnings: []string{"w"}},
	}
	first := make(chan struct{})
	path := serve(t, remote.Config{Cycler: cyclerFunc(func(ctx context.Context, sel nashra.Selection, report func(nashra.Fetch)) error {
		if !sel.All || len(sel.Sources) != 2 {
			return errors.New("another selection")
		}
		report(want[0])
		select { // the second comes only when the first has arrived
		case <-first:
		case <-ctx.Done():
		}
		report(want[1])
		return nashra.ErrStale
	})})
	var got []nashra.Fetch
	err := dial(t, path).Cycle(t.Context(), nashra.Selection{All: true, Sources: []string{"a", "b"}}, func(f nashra.Fetch) {
		if got = append(got, f); len(got) == 1 {
			close(first)
		}
	})
	if !errors.Is(err, nashra.ErrStale) {
		t.Errorf("got error %v, want ErrStale", err)
	}
	if len(got) != 2 || got[0].New != 2 || got[1].Error != want[1].Error || got[1].Warnings[0] != "w" {
		t.Errorf("got %+v", got)
	}
}

func TestAnOwnerWithoutCyclesSaysSo(t *testing.T) {
	path := serve(t, remote.Config{})
	if err := dial(t, path).Cycle(t.Context(), nashra.Selection{}, nil); err == nil {
		t.Error("no error")
	}
}

// TestASlowCallIsAliveAndAGoneClientEndsIt: the call takes many times the
// client's patience, and signs of life carry it through; it ends when the
// client has enough.
func TestASlowCallIsAliveAndAGoneClientEndsIt(t *testing.T) {
	const silence = 200 * time.Millisecond
	ended := make(chan error, 1)
	path := serve(t, remote.Config{
		Heartbeat: silence / 20,
		Cycler: cyclerFunc(func(ctx context.Context, _ nashra.Selection, _ func(nashra.Fetch)) error {
			<-ctx.Done()
			ended <- ctx.Err()
			return ctx.Err()
		}),
	})
	c, err := remote.Dialer{Silence: silence}.Dial(t.Context(), path, remote.Hello{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*silence)
	defer cancel()
	if err := c.Cycle(ctx, nashra.Selection{}, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the deadline of the caller", err)
	}
	select {
	case <-ended:
	case <-time.After(5 * time.Second):
		t.Error("the owner goes on for a client that is gone")
	}
}

func TestAStoppingOwnerEndsItsCalls(t *testing.T) {
	began := make(chan struct{})
	path := socketPath(t)
	ln, err := remote.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	server := remote.NewServer(remote.Config{Cycler: cyclerFunc(func(ctx context.Context, _ nashra.Selection, _ func(nashra.Fetch)) error {
		close(began)
		<-ctx.Done()
		return ctx.Err()
	})})
	go func() { done <- server.Serve(ctx, ln) }()
	c := dial(t, path)
	answer := make(chan error, 1)
	go func() { answer <- c.Cycle(t.Context(), nashra.Selection{}, nil) }()
	idle, err := net.Dial("unix", path) // a client that never says anything
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()
	<-began
	cancel()
	for what, ch := range map[string]chan error{"server": done, "client": answer} {
		select {
		case err := <-ch:
			if what == "server" && err != nil {
				t.Errorf("server: %v", err)
			}
			// A cancellation would look as if the client had been interrupted.
			if what == "client" && (!errors.Is(err, remote.ErrEnded) || errors.Is(err, context.Canceled)) {
				t.Errorf("client: got %v, want ErrEnded alone", err)
			}
		case <-time.After(5 * time.Second):
			t.Errorf("the %s does not end", what)
		}
	}
}

// TestAKilledOwnerIsASentence: the connection breaks in the middle of a call.
func TestAKilledOwnerIsASentence(t *testing.T) {
	path := socketPath(t)
	ln, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	go func() {
		for n := 0; ; n++ {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			io.CopyN(io.Discard, conn, 1)
			conn.Write(frame('H', `{"protocol":1,"pid":7}`))
			if n == 0 {
				conn.Write(frame('E', `{}`))
			} else {
				conn.Write(frame('D', `{"id`))
			}
			conn.(*net.UnixConn).CloseWrite()
		}
	}()
	c := dial(t, path)
	_, err = c.Article(t.Context(), "x")
	if !errors.Is(err, remote.ErrEnded) || !strings.Contains(err.Error(), "process 7") {
		t.Errorf("got %v, want ErrEnded with the owner's number", err)
	}
}

func frame(kind byte, payload string) []byte {
	head := binary.BigEndian.AppendUint32([]byte{kind}, uint32(len(payload)))
	return append(head, payload...)
}

// TestAFullBatchPasses: a batch just under its limit, of what JSON would
// escape.
func TestAFullBatchPasses(t *testing.T) {
	s := openStore(t)
	c := dial(t, serve(t, remote.Config{Store: s}))
	at := time.Date(2025, 5, 3, 0, 0, 0, 0, time.UTC)
	if _, err := c.Apply(t.Context(), nashra.Batch{ID: "c", At: at, Sources: []nashra.Source{{ID: "s", Partner: "p"}}}); err != nil {
		t.Fatal(err)
	}
	body := strings.Repeat("<&>", nashra.MaxBatch/3-300)
	_, err := c.Apply(t.Context(), nashra.Batch{
		ID: "1", At: at, Source: "s", Cycle: nashra.Cycle{Number: 1, Began: at},
		Puts: []nashra.Put{{Identity: nashra.Identity{Partner: "p", GUID: "1"}, Content: &nashra.Content{HTML: body}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.Article(t.Context(), nashra.NewID("p", "1"))
	if err != nil || r.Article.HTML != body {
		t.Errorf("got %d bytes, want %d, error %v", len(r.Article.HTML), len(body), err)
	}
}

// TestABackupDoesNotWaitInMemory: a client that does not read stops the owner
// from sending.
func TestABackupDoesNotWaitInMemory(t *testing.T) {
	sent := make(chan int, 1)
	path := serve(t, remote.Config{Store: endless{sent: sent}})
	c := dial(t, path)
	stop := errors.New("enough")
	err := c.Dump(t.Context(), writerFunc(func([]byte) (int, error) { return 0, stop }))
	if !errors.Is(err, stop) {
		t.Errorf("got %v, want the writer's error", err)
	}
	select {
	case n := <-sent:
		if n > 64<<20 {
			t.Errorf("%d bytes were sent to a client that had enough", n)
		}
	case <-time.After(5 * time.Second):
		t.Error("the owner goes on for a client that has enough")
	}
}

// endless is a store whose dump has no end.
type endless struct {
	remote.Store
	sent chan<- int
}

func (e endless) Dump(_ context.Context, w io.Writer) error {
	piece := bytes.Repeat([]byte("x"), 1<<20)
	for n := 0; ; n += len(piece) {
		if _, err := w.Write(piece); err != nil {
			e.sent <- n
			return err
		}
	}
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// reloaderFunc is a Reloader.
type reloaderFunc func(context.Context) ([]string, error)

func (f reloaderFunc) Reload(ctx context.Context) ([]string, error) { return f(ctx) }

func TestReloadTellsProblemsAndTheConfigurationInForce(t *testing.T) {
	problems := []string{"config.yaml:3: مشكلة", "config.yaml:9: another"}
	var server *remote.Server
	server = remote.NewServer(remote.Config{
		Hello: remote.Hello{Config: "before"},
		Reloader: reloaderFunc(func(context.Context) ([]string, error) {
			found := problems
			if problems = nil; found == nil {
				server.SetConfig("after")
			}
			return found, nil
		}),
	})
	path := socketPath(t)
	ln, err := remote.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, ln) }()
	c := dial(t, path)
	if got, err := c.Reload(t.Context()); err != nil || len(got) != 2 || got[0] != "config.yaml:3: مشكلة" {
		t.Errorf("got %q, %v; want the problems", got, err)
	}
	if config := dial(t, path).Owner().Config; config != "before" {
		t.Errorf("after problems the owner says %q", config)
	}
	if got, err := c.Reload(t.Context()); err != nil || len(got) != 0 {
		t.Errorf("got %q, %v", got, err)
	}
	if config := dial(t, path).Owner().Config; config != "after" {
		t.Errorf("after a reload the owner says %q", config)
	}
	cancel()
	if err := <-served; err != nil {
		t.Error(err)
	}
	one := dial(t, serve(t, remote.Config{Hello: remote.Hello{PID: 7}}))
	if _, err := one.Reload(t.Context()); err == nil || !strings.Contains(err.Error(), "process 7") {
		t.Errorf("an owner that keeps its configuration: got %v", err)
	}
	if err := one.Settle(t.Context(), "a"); err != nil {
		t.Errorf("an owner that fetches nothing has settled: got %v", err)
	}
}
