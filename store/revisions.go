package store

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"

	"go.etcd.io/bbolt"

	"nashra"
)

// revisionMeta is a past revision without its body.
type revisionMeta struct {
	nashra.Revision
	Body nashra.Hash `json:"b,omitzero"` // of the HTML; zero where it is empty
}

func revisionKey(seq uint64, revision int) []byte {
	return binary.BigEndian.AppendUint32(numberKey(seq), uint32(revision))
}

// archive keeps the present content of an article as a past revision. The body
// stays packed as it is.
func (w *writing) archive(stored *storedArticle) error {
	a := stored.Article
	past := revisionMeta{nashra.Revision{Number: a.Revision, At: a.Revised, Cause: a.Cause, Content: a.Content}, stored.Body}
	meta, err := packJSON(past)
	if err != nil {
		return err
	}
	revisions := w.bucket(bucketRevisions, fillRewritten)
	if oldest := a.Revision - nashra.RevisionsKept; oldest >= 0 {
		if err := revisions.Delete(revisionKey(a.Seq, oldest)); err != nil {
			return err
		}
	}
	return revisions.Put(revisionKey(a.Seq, a.Revision), packRevision(meta, w.tx.Bucket(bucketBodies).Get(numberKey(a.Seq))))
}

// packRevision is the value of the revisions bucket: the length of the first
// part in 4 bytes, packed JSON of revisionMeta, zstd of the body's HTML.
func packRevision(meta, body []byte) []byte {
	data := binary.BigEndian.AppendUint32(nil, uint32(len(meta)))
	return sealed(encodingRevision, slices.Concat(data, meta, body))
}

// readRevision reads what packRevision gave, with its body.
func (c *bodyCodec) readRevision(value []byte) (nashra.Revision, error) {
	data, err := unsealed(encodingRevision, value)
	if err != nil {
		return nashra.Revision{}, err
	}
	if len(data) < 4 || int64(len(data)-4) < int64(binary.BigEndian.Uint32(data)) {
		return nashra.Revision{}, damaged("a revision ends early")
	}
	n := 4 + binary.BigEndian.Uint32(data)
	var meta revisionMeta
	if err := unpackJSON(data[4:n], &meta); err != nil {
		return nashra.Revision{}, err
	}
	if meta.Content.HTML, err = c.body(data[n:], meta.Body); err != nil {
		return nashra.Revision{}, damaged("the body of a revision is not what was written")
	}
	return meta.Revision, nil
}

// Revisions returns the past revisions of an article with their bodies, newest
// first: what it was before it became what Article returns. The store keeps the
// last nashra.RevisionsKept. Errors are those of Article.
func (s *Store) Revisions(ctx context.Context, id string) ([]nashra.Revision, error) {
	var out []nashra.Revision
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		_, stored, err := find(tx, id)
		if err != nil {
			return err
		}
		for _, value := range under(tx.Bucket(bucketRevisions), numberKey(stored.Article.Seq)) {
			r, err := s.bodies.readRevision(value)
			if err != nil {
				return err
			}
			out = append(out, r)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read revisions of article %q: %w", id, err)
	}
	slices.Reverse(out)
	return out, nil
}
