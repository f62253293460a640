package store_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"nashra/store"
	"nashra/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Store {
		return open(t, filepath.Join(t.TempDir(), "nashra.db"))
	})
}

func open(t testing.TB, path string) *store.Store {
	t.Helper()
	s, err := store.Open(path, store.Options{})
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

func TestRecordsAreThoseOfTheSources(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "nashra.db"))
	for base := range uint64(2) { // the second time some are written anew
		config := sourcesBatch(12 - 2*int(base))
		config.ID, config.Base = fmt.Sprint("config", base), base
		config.Sources[1].Name = fmt.Sprint("جريدة ", base)
		if _, err := s.Apply(t.Context(), config); err != nil {
			t.Fatal(err)
		}
		records, version, err := s.Records(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		list, want, err := s.Sources(t.Context())
		if err != nil || version != want || len(records) != len(list) {
			t.Fatalf("%d records of version %d, %d sources of version %d, %v", len(records), version, len(list), want, err)
		}
		for i, status := range list {
			if records[i] != status.Source {
				t.Errorf("record %d is %+v, its source %+v", i, records[i], status.Source)
			}
		}
	}
}
