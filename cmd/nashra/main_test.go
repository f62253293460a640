package main_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// binary is nashra, built once for all tests of this package.
var binary string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		folder, err := os.MkdirTemp("", "nashra")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(folder)
		binary = filepath.Join(folder, "nashra")
		build := exec.Command("go", "build", fmt.Sprintf("-race=%t", raceDetector), "-o", binary, ".")
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			fmt.Fprintln(os.Stderr, "build nashra:", err)
			return 1
		}
		return m.Run()
	}())
}

// desk is a folder with a configuration, in which commands are run.
type desk struct {
	folder string
	listen string
	env    []string
}

const password = "سر-الديسك"

// newDesk writes config.yaml: the site, and sources as YAML list entries.
func newDesk(t *testing.T, sources string) *desk {
	t.Helper()
	// Not t.TempDir: the path of a socket is 107 bytes at most.
	folder, err := os.MkdirTemp("", "n")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	d := &desk{folder: folder, listen: freeAddress(t), env: []string{"NASHRA_ADMIN_PASSWORD=" + password}}
	d.configure(t, sources)
	return d
}

func (d *desk) configure(t *testing.T, sources string) {
	t.Helper()
	d.write(t, "config.yaml", fmt.Sprintf(`site:
  name: مصر اليوم
  url: http://%[1]s
  language: ar
  timezone: Africa/Cairo
listen: %[1]s
store: data/nashra.db
fetch:
  every: 15m
  timeout: 5s
  pause: 0s
  allow_private: true
  max_body: 1MiB
sources:
%[2]s`, d.listen, sources))
}

func (d *desk) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(d.folder, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// result is what a command left.
type result struct {
	stdout, stderr string
	status         int
}

func (d *desk) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Dir = d.folder
	// The race detector's runtime else waits a second before each exit.
	cmd.Env = append(append(os.Environ(), "GORACE=atexit_sleep_ms=0"), d.env...)
	return cmd
}

// nashra runs a command to its end.
func (d *desk) nashra(t *testing.T, args ...string) result {
	t.Helper()
	return d.nashraIn(t, "", args...)
}

func (d *desk) nashraIn(t *testing.T, stdin string, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := d.command(ctx, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("nashra %q: %v", args, err)
	}
	if ctx.Err() != nil {
		t.Fatalf("nashra %q did not end\nstdout: %s\nstderr: %s", args, &stdout, &stderr)
	}
	return result{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// must runs a command that has to end with status 0.
func (d *desk) must(t *testing.T, args ...string) string {
	t.Helper()
	r := d.nashra(t, args...)
	if r.status != 0 {
		t.Fatalf("nashra %q: exit status %d\nstdout: %s\nstderr: %s", args, r.status, r.stdout, r.stderr)
	}
	return r.stdout
}

// serving is a running serve.
type serving struct {
	cmd    *exec.Cmd
	stderr *lockedBuffer
	done   chan error
}

// serve starts serve and waits until it answers.
func (d *desk) serve(t *testing.T, args ...string) *serving {
	t.Helper()
	s := d.start(t, append([]string{"serve"}, args...)...)
	waitFor(t, "serve to answer", func() bool {
		select {
		case err := <-s.done:
			t.Fatalf("serve ended: %v\n%s", err, s.stderr)
		default:
		}
		c, err := net.Dial("tcp", d.listen)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
	return s
}

func (d *desk) start(t *testing.T, args ...string) *serving {
	t.Helper()
	s := &serving{cmd: d.command(context.Background(), args...), stderr: &lockedBuffer{}, done: make(chan error, 1)}
	s.cmd.Stderr = s.stderr
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { s.done <- s.cmd.Wait(); close(s.done) }()
	t.Cleanup(func() {
		_ = s.cmd.Process.Kill() // it may have ended
		<-s.done
	})
	return s
}

// stop ends serve as init would.
func (s *serving) stop(t *testing.T) {
	t.Helper()
	began := time.Now()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case <-s.done:
	case <-time.After(15 * time.Second):
		t.Fatalf("serve did not end within 15 s of SIGTERM\n%s", s.stderr)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("serve took %s to end; at most 10 s are promised", took)
	}
}

// waitFor polls for what another process does.
func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-deadline:
			t.Fatalf("waited in vain for %s", what)
		case <-tick.C:
		}
	}
}
