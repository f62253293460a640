package alert

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// command is a program with its arguments, run without a shell. It gets the
// message as JSON on stdin, and in its environment what a short script needs:
//
//   - NASHRA_ALERT_TEXT: the alerts' texts, a line each
//   - NASHRA_ALERT_EVENTS, NASHRA_ALERT_SOURCES: the events and the ids of the
//     sources, parted by spaces, one each in the same order ("-": no source)
type command []string

// endWithin is how long a command that was asked to end may keep its pipes.
const endWithin = time.Second

func (c command) deliver(ctx context.Context, m Message) error {
	in, err := encode(m)
	if err != nil {
		return err
	}
	var events, sources []string
	for _, a := range m.Alerts {
		events = append(events, string(a.Event))
		if a.Source == "" {
			a.Source = "-"
		}
		sources = append(sources, a.Source)
	}
	cmd := exec.CommandContext(ctx, c[0], c[1:]...)
	cmd.WaitDelay = endWithin
	cmd.Stdin = bytes.NewReader(in)
	cmd.Env = append(slices.DeleteFunc(os.Environ(), isSecret), "NASHRA_ALERT_TEXT="+m.Text,
		"NASHRA_ALERT_EVENTS="+strings.Join(events, " "), "NASHRA_ALERT_SOURCES="+strings.Join(sources, " "))
	said := &tail{}
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return fmt.Errorf("run %s: %w%s", c[0], err, said)
	}
	return nil
}

// isSecret reports whether a variable of the environment is a password of ours.
func isSecret(variable string) bool {
	name, _, _ := strings.Cut(variable, "=")
	return strings.HasPrefix(name, "NASHRA_") && (strings.HasSuffix(name, "_PASSWORD") || strings.HasSuffix(name, "_WEBHOOK"))
}

// tail keeps the end of what a command says.
type tail struct{ data []byte }

const tailKept = 200 // bytes

func (t *tail) Write(p []byte) (int, error) {
	t.data = append(t.data, p...)
	if n := len(t.data) - tailKept; n > 0 {
		t.data = append(t.data[:0], t.data[n:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	if s := strings.Join(strings.Fields(strings.ToValidUTF8(string(t.data), "")), " "); s != "" {
		return ": " + s
	}
	return ""
}
