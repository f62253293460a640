package store

import (
	"context"
	"fmt"

	"go.etcd.io/bbolt"

	"nashra"
)

// changesBytes bounds the bodies that Changes reads in one snapshot.
const changesBytes = 4 << 20

// changed gives the article number seq, whose last change was before (0: it
// has none), a new number in the row of changes. An article stands there once,
// and not at all as long as it is as it came: then its own number is its place.
func (w *writing) changed(seq, before uint64) (uint64, error) {
	changes := w.tx.Bucket(bucketChanges)
	if before != 0 {
		if err := changes.Delete(numberKey(before)); err != nil {
			return 0, err
		}
	}
	n := w.next()
	return n, changes.Put(numberKey(n), numberKey(seq))
}

// Changes returns what became of articles after the number after, in the order
// of numbers, at most limit steps, and how far they reach: the after of the
// next call. An article that changed several times is told of once, at its last
// change. Whoever begins with 0 and goes on until upto is the number of the
// last batch ([Store.Seq]) has seen every article as it is.
func (s *Store) Changes(ctx context.Context, after uint64, limit int) (list []nashra.Change, upto uint64, err error) {
	err = s.view(ctx, func(tx *bbolt.Tx) error {
		list, upto, err = s.changes(tx, after, limit)
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("read changes after number %d: %w", after, err)
	}
	return list, upto, nil
}

func (s *Store) changes(tx *bbolt.Tx, after uint64, limit int) ([]nashra.Change, uint64, error) {
	arrived, revised := tx.Bucket(bucketArticles).Cursor(), tx.Bucket(bucketChanges).Cursor()
	from := numberKey(after + 1)
	a, _ := arrived.Seek(from)
	r, at := revised.Seek(from)
	var list []nashra.Change
	for size := 0; a != nil || r != nil; {
		if len(list) == limit || size >= changesBytes {
			return list, after, nil
		}
		c := nashra.Change{}
		if r == nil || a != nil && number(a) < number(r) {
			c.Number, c.Seq = number(a), number(a)
			a, _ = arrived.Next()
		} else {
			c.Number, c.Seq = number(r), number(at)
			r, at = revised.Next()
		}
		after = c.Number
		var stored storedArticle
		there, err := getJSON(tx.Bucket(bucketArticles), numberKey(c.Seq), &stored)
		if err != nil {
			return nil, 0, err
		}
		if c.Removed = !there; there {
			if stored.Changed > c.Number {
				continue // it is told of there
			}
			c.Article = stored.Article
			if err := s.readBody(tx, &c.Article, stored.Body); err != nil {
				return nil, 0, err
			}
		}
		size += len(c.Article.HTML)
		list = append(list, c)
	}
	return list, number(tx.Bucket(bucketMeta).Get(metaSeq)), nil
}
