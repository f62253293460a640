package store_test

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"nashra"
	"nashra/store"
)

func TestWhoListensHearsOfEveryBatchOnce(t *testing.T) {
	var heard []string
	s, err := store.Open(filepath.Join(t.TempDir(), "nashra.db"), store.Options{
		Applied: func(b nashra.Batch, out nashra.Applied) {
			if out.Seq == 0 {
				t.Errorf("batch %q came to %+v", b.ID, out)
			}
			heard = append(heard, b.ID)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	at := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	first := nashra.Batch{ID: "config/1", At: at, By: "config", Sources: []nashra.Source{{ID: "a", Partner: "a", Name: "أ", Language: "ar", Timezone: "UTC"}}}
	second := nashra.Batch{ID: "desk/1", At: at, By: "desk", Marks: []nashra.Mark{{Kind: nashra.MarkPause, Source: "a"}}}
	refused := nashra.Batch{ID: "desk/2", At: at, By: "desk", Marks: []nashra.Mark{{Kind: nashra.MarkPause, Source: "b"}}}
	for _, b := range []nashra.Batch{first, second, first, refused, second} {
		if _, err := s.Apply(t.Context(), b); err != nil && b.ID != refused.ID {
			t.Fatal(err)
		}
	}
	if want := []string{"config/1", "desk/1"}; !slices.Equal(heard, want) {
		t.Errorf("heard of %q, want %q", heard, want)
	}
}
