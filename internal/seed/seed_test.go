package seed_test

import (
	"path/filepath"
	"reflect"
	"testing"

	"nashra"
	"nashra/internal/seed"
	"nashra/store"
)

func TestBatchesFillAStoreAsCyclesWould(t *testing.T) {
	s, err := store.Open(filepath.Join(t.TempDir(), "nashra.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	source := nashra.Source{ID: "paper", Partner: "paper", Name: "الجريدة", Feed: "https://paper.example/feed"}
	if _, err := s.Apply(t.Context(), nashra.Batch{ID: "config", At: seed.Batch(nashra.SourceStatus{Source: source}, 0).At, By: "config", Sources: []nashra.Source{source}}); err != nil {
		t.Fatal(err)
	}
	for first := 0; first < 5*seed.PerBatch; first += seed.PerBatch {
		status, err := s.Source(t.Context(), "paper")
		if err != nil {
			t.Fatal(err)
		}
		b := seed.Batch(status, first)
		if again := seed.Batch(status, first); !reflect.DeepEqual(b, again) {
			t.Error("the same numbers made another batch")
		}
		out, err := s.Apply(t.Context(), b)
		if err != nil || out.New != seed.PerBatch {
			t.Fatalf("batch from %d: %+v, %v", first, out, err)
		}
	}
	page, err := s.Articles(t.Context(), nashra.Query{Limit: 1000, Bodies: true})
	if err != nil {
		t.Fatal(err)
	}
	bodies := map[string]bool{}
	for _, r := range page.Records {
		bodies[r.Article.HTML] = true
		if n := len(r.Article.HTML); n < 4000 || n > 5000 {
			t.Errorf("a body of %d bytes", n)
		}
	}
	if len(bodies) != 5*seed.PerBatch {
		t.Errorf("%d bodies of %d are different", len(bodies), 5*seed.PerBatch)
	}
}
