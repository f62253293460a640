package store_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"nashra"
	"nashra/store"
)

func TestAFileBegunBeforeFurnitureWasLearnedIsOpened(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nashra.db")
	s, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2025, 5, 3, 8, 0, 0, 0, time.UTC)
	_, err = s.Apply(t.Context(), nashra.Batch{ID: "config/1", At: at, By: "config", Sources: []nashra.Source{{ID: "a", Partner: "a"}}})
	if err = errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error { return tx.DeleteBucket([]byte("furniture")) })
	if err = errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}

	if s, err = store.Open(path, store.Options{}); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got, err := s.Furniture(t.Context(), "a"); got != nil || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
	want := []byte{1, 2, 3}
	_, err = s.Apply(t.Context(), nashra.Batch{
		ID: "a/1", At: at, By: "cycle", Source: "a", Cycle: nashra.Cycle{Number: 1, Began: at},
		Fetch: &nashra.Fetch{Source: "a", At: at, Outcome: nashra.OutcomeOK}, State: &nashra.State{Outcome: nashra.OutcomeOK},
		Furniture: want,
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := s.Furniture(t.Context(), "a"); !bytes.Equal(got, want) || err != nil {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
}
