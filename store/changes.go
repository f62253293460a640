package store

import (
	"context"
	"fmt"

	"go.etcd.io/bbolt"

	"nashra"
)

// changesBytes bounds the bodies that Changes reads in one snapshot.
const changesBytes = 4 << 20

// changed puts the article number seq, whose last change was at before (0: it
// has none), into the row of changes, at the number that will be given out
// next: after all that earlier batches took, and not after its own batch's. An
// article stands there once, and not at all as long as it is as it came: then
// its own number is its place.
func (w *writing) changed(seq, before uint64) (uint64, error) {
	changes := w.tx.Bucket(bucketChanges)
	if before != 0 {
		if err := changes.Delete(changeKey(before, seq)); err != nil {
			return 0, err
		}
	}
	n := w.seq + 1
	return n, changes.Put(changeKey(n, seq), numberKey(seq))
}

func changeKey(n, seq uint64) []byte { return append(numberKey(n), numberKey(seq)...) }

// Changes returns what became of articles after the number after, in the order
// of numbers, and how far they reach: the after of the next call. They are limit
// steps or some more, since those of one number stay together. An article that
// changed several times is told of once, at its last change. Whoever begins with
// 0 and goes on until upto is the number of the last batch ([Store.Seq]) has
// seen every article as it is.
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
	arrived, changed := tx.Bucket(bucketArticles).Cursor(), tx.Bucket(bucketChanges).Cursor()
	from := numberKey(after + 1)
	a, _ := arrived.Seek(from)
	r, at := changed.Seek(from)
	var list []nashra.Change
	for size := 0; a != nil || r != nil; {
		var c nashra.Change
		if r == nil || a != nil && number(a) < number(r[:8]) {
			c.Number, c.Seq = number(a), number(a)
		} else {
			c.Number, c.Seq = number(r[:8]), number(at)
		}
		if c.Number > after && (len(list) >= limit || size >= changesBytes) {
			return list, after, nil
		}
		if after = c.Number; c.Number == c.Seq {
			a, _ = arrived.Next()
		} else {
			r, at = changed.Next()
		}
		ok, err := s.tell(tx, &c)
		if err != nil {
			return nil, 0, err
		}
		if ok {
			size += len(c.Article.HTML)
			list = append(list, c)
		}
	}
	return list, number(tx.Bucket(bucketMeta).Get(metaSeq)), nil
}

// tell fills c in, and reports whether it is to be told of: an article that
// changed since is told of there.
func (s *Store) tell(tx *bbolt.Tx, c *nashra.Change) (bool, error) {
	var stored storedArticle
	there, err := getJSON(tx.Bucket(bucketArticles), numberKey(c.Seq), &stored)
	if c.Removed = !there; !there || err != nil {
		return true, err
	}
	if stored.Changed > c.Number {
		return false, nil
	}
	c.Article = stored.Article
	return true, s.readBody(tx, &c.Article, stored.Body)
}
