package store

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"

	"go.etcd.io/bbolt"

	"nashra"
)

// dumpHead is the first line of a dump.
type dumpHead struct {
	Schema  int          `json:"schema"`
	Seq     uint64       `json:"seq"`
	Records uint64       `json:"sources_version"`
	Config  appliedBatch `json:"sources_batch,omitzero"`
	Sweeps  sweeps       `json:"sweeps,omitzero"`
}

type dumpSource struct {
	Source nashra.Source  `json:"source"`
	State  nashra.State   `json:"state,omitzero"`
	Runs   cycleRuns      `json:"runs,omitzero"`
	Pause  *nashra.Marked `json:"pause,omitempty"`
	Items  int            `json:"items"`

	Furniture []byte `json:"furniture,omitempty"`
}

type dumpArticle struct {
	Article nashra.Article         `json:"article"`
	Names   []nashra.Hash          `json:"names,omitempty"`
	From    string                 `json:"from,omitempty"`
	Others  map[string]nashra.Hash `json:"others,omitempty"`
	Marks   nashra.Marks           `json:"marks,omitzero"`

	Signature nashra.Signature `json:"signature,omitempty"`
}

type dumpRevision struct {
	Seq      uint64          `json:"seq"` // of the article
	Revision nashra.Revision `json:"revision"`
}

type dumpRemoved struct {
	Removed tombstone `json:"removed"`
}

type dumpFetch struct {
	Seq   uint64       `json:"seq"`
	Fetch nashra.Fetch `json:"fetch"`
}

type dumpDays struct {
	Source string            `json:"source"`
	Days   []nashra.FetchDay `json:"days"` // of one month
}

type dumpDecision struct {
	Decision decision `json:"decision"`
}

// Dump writes all that the store holds, one JSON object a line: a head with
// the numbers, then sources by id, articles, their past revisions and removed
// ones by arrival, fetch records and days by source, decisions of the desk in
// their order. Two stores that
// applied the same batches in the same order give the same bytes.
//
// It is of one snapshot, which does not stay for a slow w: what w has not
// taken after some seconds is kept in a file beside the store meanwhile.
func (s *Store) Dump(ctx context.Context, w io.Writer) error {
	err := s.stream(ctx, w, func(tx *bbolt.Tx, w io.Writer) error {
		d := dumping{stopped: ctx.Err, store: s, w: bufio.NewWriterSize(w, spoolPiece)}
		if err := d.run(tx); err != nil {
			return err
		}
		return d.w.Flush()
	})
	if err != nil {
		return fmt.Errorf("dump the store: %w", err)
	}
	return nil
}

type dumping struct {
	stopped func() error // why to go no further
	store   *Store
	tx      *bbolt.Tx
	w       *bufio.Writer
}

func (d *dumping) run(tx *bbolt.Tx) error {
	d.tx = tx
	meta := tx.Bucket(bucketMeta)
	head := dumpHead{Schema: schema, Seq: number(meta.Get(metaSeq)), Records: number(meta.Get(metaRecords))}
	if _, err := getJSON(meta, metaConfig, &head.Config); err != nil {
		return err
	}
	if _, err := getJSON(meta, metaSweeps, &head.Sweeps); err != nil {
		return err
	}
	if err := d.line(head); err != nil {
		return err
	}
	for _, part := range []struct {
		bucket []byte
		write  func(key, value []byte) error
	}{
		{bucketSources, d.source},
		{bucketArticles, d.article},
		{bucketRevisions, d.revision},
		{bucketTombstones, d.removed},
		{bucketFetches, d.fetch},
		{bucketDays, d.days},
		{bucketDecisions, d.decision},
	} {
		if err := tx.Bucket(part.bucket).ForEach(part.write); err != nil {
			return err
		}
	}
	return nil
}

func (d *dumping) line(v any) error {
	if err := d.stopped(); err != nil {
		return err
	}
	data, err := marshal(v)
	if err != nil {
		return err
	}
	_, err = d.w.Write(append(data, '\n'))
	return err
}

func (d *dumping) source(key, _ []byte) error {
	status, _, err := d.store.readStatus(d.tx, string(key))
	if err != nil {
		return err
	}
	out := dumpSource{Source: status.Source, State: status.State, Pause: status.Pause, Items: status.Items}
	if _, err := getJSON(d.tx.Bucket(bucketRuns), key, &out.Runs); err != nil {
		return err
	}
	if _, err := getJSON(d.tx.Bucket(bucketFurniture), key, &out.Furniture); err != nil {
		return err
	}
	return d.line(out)
}

func (d *dumping) article(key, value []byte) error {
	var stored storedArticle
	if err := decodeValue(value, &stored); err != nil {
		return err
	}
	out := dumpArticle{Article: stored.Article, Names: stored.Names, From: stored.From, Others: stored.Others}
	if err := d.store.readBody(d.tx, &out.Article, stored.Body); err != nil {
		return err
	}
	if id, ok := parseID(out.Article.ID); ok {
		if _, err := getJSON(d.tx.Bucket(bucketMarks), id[:], &out.Marks); err != nil {
			return err
		}
	}
	if sealed := d.tx.Bucket(bucketSignatures).Get(key); sealed != nil {
		signature, err := unsealed(encodingSignature, sealed)
		if err != nil {
			return err
		}
		out.Signature = signature // it is written before the transaction ends
	}
	return d.line(out)
}

func (d *dumping) revision(key, value []byte) error {
	r, err := d.store.bodies.readRevision(value)
	if err != nil {
		return err
	}
	return d.line(dumpRevision{Seq: number(key[:8]), Revision: r})
}

func (d *dumping) removed(_, value []byte) error {
	var out dumpRemoved
	if err := decodeValue(value, &out.Removed); err != nil {
		return err
	}
	out.Removed.Changed = 0 // where a row stands is no content
	return d.line(out)
}

func (d *dumping) fetch(key, value []byte) error {
	out := dumpFetch{Seq: number(key[bytes.IndexByte(key, 0)+1:])}
	if err := decodeValue(value, &out.Fetch); err != nil {
		return err
	}
	return d.line(out)
}

func (d *dumping) days(key, value []byte) error {
	days, err := daysOf(key, value)
	if err != nil {
		return err
	}
	return d.line(dumpDays{Source: string(key[:bytes.IndexByte(key, 0)]), Days: days})
}

func (d *dumping) decision(_, value []byte) error {
	var out dumpDecision
	if err := decodeValue(value, &out.Decision); err != nil {
		return err
	}
	return d.line(out)
}
