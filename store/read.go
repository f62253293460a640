package store

import (
	"bytes"
	"context"
	"fmt"

	"go.etcd.io/bbolt"

	"nashra"
)

// errRemoved is of an article that was stored and taken out again. To readers
// it is what a hidden one is: gone, and not unknown.
var errRemoved = fmt.Errorf("removed from the store: %w", nashra.ErrHidden)

// Article returns the stored article with its body, hidden or not. An id that
// was never stored wraps nashra.ErrNotFound, one of a removed article
// nashra.ErrHidden.
func (s *Store) Article(ctx context.Context, id string) (nashra.Record, error) {
	var r nashra.Record
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		raw, stored, err := find(tx, id)
		if err != nil {
			return err
		}
		r.Article = stored.Article
		if _, err := getJSON(tx.Bucket(bucketMarks), raw[:], &r.Marks); err != nil {
			return err
		}
		return s.readBody(tx, &r.Article, stored.Body)
	})
	if err != nil {
		return nashra.Record{}, fmt.Errorf("read article %q: %w", id, err)
	}
	return r, nil
}

// find looks an id up. Its error is nashra.ErrNotFound or errRemoved, where the
// file is sound. Another name of an article is not its id.
func find(tx *bbolt.Tx, id string) (id16, storedArticle, error) {
	var stored storedArticle
	raw, ok := parseID(id)
	if !ok {
		return raw, stored, nashra.ErrNotFound
	}
	v := tx.Bucket(bucketNames).Get(raw[:])
	if v == nil {
		return raw, stored, nashra.ErrNotFound
	}
	if removed, ok, err := readTombstone(tx, number(v)); err != nil {
		return raw, stored, err
	} else if ok && removed.ID == id {
		return raw, stored, errRemoved
	} else if ok {
		return raw, stored, nashra.ErrNotFound
	}
	if err := readArticle(tx, number(v), &stored); err != nil {
		return raw, stored, err
	}
	if stored.Article.ID != id {
		return raw, storedArticle{}, nashra.ErrNotFound
	}
	return raw, stored, nil
}

// Named returns the id of the article that name belongs to: the article's own
// id, or one that another of its identities (a link, a guid it had) would have
// given. A name that is nobody's wraps nashra.ErrNotFound, one of a removed
// article nashra.ErrHidden.
func (s *Store) Named(ctx context.Context, name string) (id string, err error) {
	err = s.view(ctx, func(tx *bbolt.Tx) error {
		raw, ok := parseID(name)
		if !ok {
			return nashra.ErrNotFound
		}
		v := tx.Bucket(bucketNames).Get(raw[:])
		if v == nil {
			return nashra.ErrNotFound
		}
		if _, removed, err := readTombstone(tx, number(v)); err != nil {
			return err
		} else if removed {
			return errRemoved
		}
		var stored storedArticle
		if err := readArticle(tx, number(v), &stored); err != nil {
			return err
		}
		id = stored.Article.ID
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("article named %q: %w", name, err)
	}
	return id, nil
}

// readRecord reads what a listing shows of an article, and the hash of the
// body that belongs to it.
func readRecord(tx *bbolt.Tx, id id16, seq uint64) (nashra.Record, nashra.Hash, error) {
	var stored storedArticle
	if err := readArticle(tx, seq, &stored); err != nil {
		return nashra.Record{}, nashra.Hash{}, err
	}
	if stored.Article.ID != id.String() {
		return nashra.Record{}, nashra.Hash{}, damaged("an index names article %q and leads to %q", id, stored.Article.ID)
	}
	r := nashra.Record{Article: stored.Article}
	_, err := getJSON(tx.Bucket(bucketMarks), id[:], &r.Marks)
	return r, stored.Body, err
}

// readBody gives a its body, which must be the one that was stored with it.
func (s *Store) readBody(tx *bbolt.Tx, a *nashra.Article, want nashra.Hash) error {
	html, err := s.bodies.body(tx.Bucket(bucketBodies).Get(numberKey(a.Seq)), want)
	if err != nil {
		return damaged("the body of article %q is not what was written", a.ID)
	}
	a.HTML = html
	return nil
}

// Known says of each identity, in the same order, what is stored under it.
// One that nothing is stored under gives the zero value.
func (s *Store) Known(ctx context.Context, identities []nashra.Identity) ([]nashra.Known, error) {
	out := make([]nashra.Known, len(identities))
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		for i, identity := range identities {
			if err := ctx.Err(); err != nil {
				return err
			}
			_, keys, err := identify(identity)
			if err != nil {
				return fmt.Errorf("identity %d: %w", i, err)
			}
			if out[i], err = known(tx, keys); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look up identities: %w", err)
	}
	return out, nil
}

func known(tx *bbolt.Tx, keys identity) (nashra.Known, error) {
	seq, ok := lookup(tx, keys)
	if !ok {
		return nashra.Known{}, nil
	}
	if removed, ok, err := readTombstone(tx, seq); ok || err != nil {
		return nashra.Known{ID: removed.ID, Removed: true}, err
	}
	value, err := articleValue(tx, seq)
	if err != nil {
		return nashra.Known{}, err
	}
	head, stored, err := knownOf(value)
	if err != nil {
		return nashra.Known{}, err
	}
	k := nashra.Known{ID: head.id.String(), EntryHash: head.entry, PageHash: head.page}
	if stored != nil && stored.Others != nil {
		k.Sent = stored.Others
		k.Sent[stored.from()] = head.entry
	}
	return k, nil
}

func orNotFound(err error) error {
	if err != nil {
		return err
	}
	return nashra.ErrNotFound
}

// endOf is the first key after all those that begin with prefix; nil where
// there is none.
func endOf(prefix []byte) []byte {
	for i := len(prefix) - 1; i >= 0; i-- {
		if prefix[i] < 0xFF {
			end := bytes.Clone(prefix[:i+1])
			end[i]++
			return end
		}
	}
	return nil
}

// seekBefore moves to the last key before bound; nil is the end of the bucket.
// It is for reading: where a writing transaction has emptied a page, bbolt takes
// that for the beginning when it walks backwards, or does not stop.
func seekBefore(c *bbolt.Cursor, bound []byte) (key, value []byte) {
	if bound != nil {
		if k, _ := c.Seek(bound); k != nil {
			return c.Prev()
		}
	}
	return c.Last()
}
