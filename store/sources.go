package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"nashra"
	"nashra/internal/arabic"
)

// Sources returns every source with its state, in the order of their ids and
// retired ones included, and the version of the source records: the Base of a
// batch that changes them.
func (s *Store) Sources(ctx context.Context) ([]nashra.SourceStatus, uint64, error) {
	var out []nashra.SourceStatus
	var version uint64
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		version = number(tx.Bucket(bucketMeta).Get(metaRecords))
		return tx.Bucket(bucketSources).ForEach(func(key, _ []byte) error {
			status, _, err := s.readStatus(tx, string(key))
			out = append(out, status)
			return err
		})
	})
	if err != nil {
		return nil, 0, fmt.Errorf("read sources: %w", err)
	}
	return out, version, nil
}

// Records returns every source record, in the order of their ids, and their
// version as Sources does. It reads no state.
func (s *Store) Records(ctx context.Context) ([]nashra.Source, uint64, error) {
	var known *records
	err := s.view(ctx, func(tx *bbolt.Tx) (err error) {
		known, err = s.recordsIn(tx)
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("read source records: %w", err)
	}
	list := slices.SortedFunc(maps.Values(known.sources), func(a, b nashra.Source) int { return strings.Compare(a.ID, b.ID) })
	return list, known.version, nil
}

// Source returns one source with its state. An id without a record wraps
// nashra.ErrNotFound.
func (s *Store) Source(ctx context.Context, id string) (nashra.SourceStatus, error) {
	var out nashra.SourceStatus
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		status, ok, err := s.readStatus(tx, id)
		if err != nil || !ok {
			return orNotFound(err)
		}
		out = status
		return nil
	})
	if err != nil {
		return nashra.SourceStatus{}, fmt.Errorf("read source %q: %w", id, err)
	}
	return out, nil
}

func readSource(tx *bbolt.Tx, id string) (nashra.Source, bool, error) {
	var src nashra.Source
	ok, err := getJSON(tx.Bucket(bucketSources), []byte(id), &src)
	return src, ok, err
}

// readStatus puts together what different batches wrote of a source.
func (s *Store) readStatus(tx *bbolt.Tx, id string) (nashra.SourceStatus, bool, error) {
	var out nashra.SourceStatus
	known, err := s.recordsIn(tx)
	if err != nil {
		return out, false, err
	}
	var ok bool
	if out.Source, ok = known.sources[id]; !ok {
		return out, false, nil
	}
	key := []byte(id)
	if _, err := getJSON(tx.Bucket(bucketStates), key, &out.State); err != nil {
		return out, false, err
	}
	var runs struct { // of cycleRuns
		Open struct {
			Began time.Time `json:"began"`
		} `json:"open"`
	}
	if _, err := getJSON(tx.Bucket(bucketRuns), key, &runs); err != nil {
		return out, false, err
	}
	out.State.Run = later(out.State.Run, runs.Open.Began)
	var pause nashra.Marked
	if ok, err := getJSON(tx.Bucket(bucketPauses), key, &pause); err != nil {
		return out, false, err
	} else if ok {
		out.Pause = &pause
	}
	out.Items = int(number(tx.Bucket(bucketCounts).Get(key)))
	return out, true, nil
}

// records are the source records as listings need them.
type records struct {
	version    uint64
	sources    map[string]nashra.Source
	categories map[string][]string // slug → ids
}

// recordsIn gives the source records of tx's snapshot. They change seldom and
// every listing and status asks them, so the last ones read are kept.
func (s *Store) recordsIn(tx *bbolt.Tx) (*records, error) {
	version := number(tx.Bucket(bucketMeta).Get(metaRecords))
	if kept := s.records.Load(); kept != nil && kept.version == version {
		return kept, nil
	}
	r := &records{version: version, sources: make(map[string]nashra.Source), categories: make(map[string][]string)}
	err := tx.Bucket(bucketSources).ForEach(func(key, value []byte) error {
		var src nashra.Source
		if err := decodeValue(value, &src); err != nil {
			return err
		}
		r.sources[src.ID] = src
		if slug := arabic.Slug(src.Category); slug != "" {
			r.categories[slug] = append(r.categories[slug], src.ID)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.records.Store(r)
	return r, nil
}
