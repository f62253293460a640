package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"go.etcd.io/bbolt"

	"nashra"
)

// migration brings a file from one version of the schema to the next, in one
// transaction that also writes the new number: a file is never between two.
type migration struct {
	adds [][]byte // buckets that the version before does not have
	run  func(tx *bbolt.Tx) error
}

// migrations: the first leads from version 1 to 2, the next from there to 3. What is in here is what old
// files need and never changes.
var migrations = [schema - 1]migration{
	{
		// The last programs of version 1 had furniture already.
		adds: [][]byte{bucketSignatures, bucketRevisions, bucketDays, bucketFurniture, bucketChanges},
		run: func(tx *bbolt.Tx) error {
			return errors.Join(countDays(tx), seeTombstones(tx))
		},
	},
	// Version 3 has other forms of articles and of what is learned in states. The
	// earlier ones are read as well.
	{run: func(*bbolt.Tx) error { return nil }},
}

// bucketsOf are the buckets that a file of that version has.
func bucketsOf(version uint32) [][]byte {
	var later [][]byte
	for _, m := range migrations[version-1:] {
		later = append(later, m.adds...)
	}
	return slices.DeleteFunc(slices.Clone(allBuckets), func(name []byte) bool {
		return slices.ContainsFunc(later, func(l []byte) bool { return string(l) == string(name) })
	})
}

// migrate brings the file to the present version of the schema.
func migrate(db *file) error {
	for {
		done, err := migrateOnce(db)
		if done || err != nil {
			return err
		}
	}
}

func migrateOnce(db *file) (done bool, err error) {
	var version uint32
	err = contain(func() error {
		return db.view(func(tx *bbolt.Tx) error {
			version = binary.BigEndian.Uint32(tx.Bucket(bucketMeta).Get(metaSchema))
			return nil
		})
	})
	if err != nil || version == schema {
		return true, err
	}
	err = contain(func() error {
		return db.update(func(tx *bbolt.Tx) error {
			m := migrations[version-1]
			for _, name := range m.adds {
				if _, err := tx.CreateBucketIfNotExists(name); err != nil {
					return err
				}
			}
			if err := m.run(tx); err != nil {
				return err
			}
			return tx.Bucket(bucketMeta).Put(metaSchema, binary.BigEndian.AppendUint32(nil, version+1))
		})
	})
	if err != nil {
		return false, fmt.Errorf("bring its schema from version %d to %d: %w; nothing was changed", version, version+1, err)
	}
	return false, nil
}

// countDays makes the counts of days from the fetch records of version 1, of
// which there were 50 a source, and one record of each run of equal ones.
func countDays(tx *bbolt.Tx) error {
	var keys [][]byte
	var records []nashra.Fetch
	fetches := tx.Bucket(bucketFetches)
	err := fetches.ForEach(func(key, value []byte) error {
		var f nashra.Fetch
		keys, records = append(keys, slices.Clone(key)), append(records, f)
		return decodeValue(value, &records[len(records)-1])
	})
	if err != nil {
		return err
	}
	for _, key := range keys {
		if err := fetches.Delete(key); err != nil {
			return err
		}
	}
	for i, key := range keys {
		if err := recordFetch(tx, records[i], number(key[len(key)-8:])); err != nil {
			return err
		}
	}
	return nil
}

// seeTombstones says of each tombstone of version 1 when its entry was last
// seen.
func seeTombstones(tx *bbolt.Tx) error {
	tombstones := tx.Bucket(bucketTombstones)
	var all []tombstone
	err := tombstones.ForEach(func(_, value []byte) error {
		all = append(all, tombstone{})
		return decodeValue(value, &all[len(all)-1])
	})
	if err != nil {
		return err
	}
	for _, t := range all {
		t.seenBy(t.Source, t.At)
		if err := t.keep(tx); err != nil {
			return err
		}
	}
	return nil
}
