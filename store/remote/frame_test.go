package remote

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"nashra"
	"nashra/store"
)

// FuzzFrame: whatever arrives is a frame that writes back the same, or an
// error, and no more than the limit is set aside for it.
func FuzzFrame(f *testing.F) {
	f.Add([]byte("H\x00\x00\x00\x02{}"))
	f.Add([]byte("D\xff\xff\xff\xff"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		kind, payload, err := readFrame(bytes.NewReader(data), 1<<10)
		if err != nil {
			if len(data) == 0 && err != io.EOF {
				t.Errorf("nothing gives %v, want io.EOF", err)
			}
			return
		}
		if len(payload) > 1<<10 {
			t.Errorf("a payload of %d bytes", len(payload))
		}
		var again bytes.Buffer
		if err := writeFrame(&again, kind, payload); err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(data, again.Bytes()) {
			t.Errorf("%q was read, %q is written", data, again.Bytes())
		}
	})
}

func TestErrorsKeepTheirIdentity(t *testing.T) {
	for _, want := range []error{
		nashra.ErrNotFound, nashra.ErrHidden, nashra.ErrStale, nashra.ErrTooLarge, nashra.ErrForbiddenAddress,
		nashra.ErrNetwork, nashra.ErrNotFeed, nashra.ErrNoArticle, nashra.ErrNewerStore, nashra.ErrNotStore,
		store.ErrMalformed, store.ErrToken, context.Canceled, context.DeadlineExceeded,
	} {
		was := fmt.Errorf("read article %q: %w", "x", want)
		got := endingOf(was).err()
		if !errors.Is(got, want) || got.Error() != was.Error() {
			t.Errorf("%q became %q", was, got)
		}
		if other := nashra.ErrNotFound; want != other && errors.Is(got, other) {
			t.Errorf("%q is also %q", got, other)
		}
	}
	if err := endingOf(nil).err(); err != nil {
		t.Errorf("no error became %v", err)
	}
	if err := endingOf(errors.New("x")).err(); err == nil || err.Error() != "x" {
		t.Errorf("an error without a code became %v", err)
	}
}
