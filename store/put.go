package store

import (
	"bytes"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"nashra"
)

// put applies one entry of a cycle: new, updated or unchanged.
func (w *writing) put(source nashra.Source, p *preparedPut) error {
	if p.Identity.Partner != source.Partner {
		return fmt.Errorf("%w: made for partner %q, source %q is now of %q",
			nashra.ErrStale, p.Identity.Partner, source.ID, source.Partner)
	}
	seq, ok := lookup(w.tx, p.identity)
	if !ok {
		return w.insert(p)
	}
	if ok, err := w.ignoreRemoved(seq, p); ok || err != nil {
		return err
	}
	if same, err := w.asStored(seq, p); same || err != nil {
		w.out.Unchanged++
		return err
	}
	var stored storedArticle
	if err := readArticle(w.tx, seq, &stored); err != nil {
		return err
	}
	return w.revise(&stored, p)
}

// asStored reports whether p brings nothing at all to the article under seq, as
// most entries of most feeds. It looks no further than its head; what it does not
// say of an article is left to revise.
func (w *writing) asStored(seq uint64, p *preparedPut) (bool, error) {
	value, err := articleValue(w.tx, seq)
	if err != nil {
		return false, err
	}
	head, _, err := knownOf(value)
	if err != nil || head.shared || head.source != w.Source || head.entry != p.EntryHash ||
		p.Content != nil || !p.PageHash.IsZero() && p.PageHash != head.page {
		return false, err
	}
	for _, name := range p.names {
		if w.tx.Bucket(bucketNames).Get(name[:]) == nil {
			return false, nil
		}
	}
	return true, nil
}

// lookup finds the article or tombstone that an identity belongs to: by its
// guid, then by its link, and by its title where it has neither.
func lookup(tx *bbolt.Tx, i identity) (seq uint64, ok bool) {
	for _, name := range i.names {
		if v := tx.Bucket(bucketNames).Get(name[:]); v != nil {
			return number(v), true
		}
	}
	return 0, false
}

// insert stores an article that was never seen.
func (w *writing) insert(p *preparedPut) error {
	if p.Content == nil {
		return fmt.Errorf("%w: an entry said to be unchanged was never seen", nashra.ErrStale)
	}
	sort := w.At
	if published := p.Content.Published; !published.IsZero() && published.Before(sort) {
		sort = published
	}
	seq := w.next()
	stored := storedArticle{
		Article: nashra.Article{
			ID: p.id, Seq: seq, Source: w.Source, Partner: p.Identity.Partner, GUID: p.Identity.GUID,
			FirstSeen: w.At, Sort: sort, Revised: w.At, Cause: nashra.CausePartner,
			EntryHash: p.EntryHash, PageHash: p.PageHash, PageValidators: p.PageValidators, Content: *p.Content,
		},
		Body: p.bodyHash,
	}
	names := w.tx.Bucket(bucketNames)
	id := p.names[0]
	place := placeOf(sort, id)
	for _, entry := range []struct {
		bucket *bbolt.Bucket
		key    []byte
	}{
		{names, id[:]},
		{w.bucket(bucketNewest, fillRewritten), place},
		{w.tx.Bucket(bucketBySource), sourceKey(w.Source, place)},
	} {
		if err := entry.bucket.Put(entry.key, numberKey(seq)); err != nil {
			return err
		}
	}
	if _, err := w.name(seq, &stored.Names, p.identity); err != nil {
		return err
	}
	w.out.New++
	if err := w.count(w.Source, 1); err != nil {
		return err
	}
	if err := errors.Join(w.storeBody(seq, p.body), w.storeSignature(seq, p.Signature)); err != nil {
		return err
	}
	return w.keep(&stored)
}

// revise brings a stored article what an entry says now.
func (w *writing) revise(stored *storedArticle, p *preparedPut) error {
	named, err := w.name(stored.Article.Seq, &stored.Names, p.identity)
	if err != nil {
		return err
	}
	cause, noted, err := w.judge(stored, p)
	if err != nil {
		return err
	}
	if cause == nashra.CausePartner {
		w.out.Updated++
	} else {
		w.out.Unchanged++
	}
	if cause != "" {
		if err := w.rewrite(stored, p, cause); err != nil {
			return err
		}
	}
	if cause == "" && !named && !noted {
		return nil
	}
	return w.keep(stored)
}

// judge says whether an entry revises its article and by whose doing: the
// partner's when what it sent is another, ours when we made something else of
// the same, or the desk's when it asked for that. noted says that stored has changed beside its article.
//
// Where several sources bring an article, each is judged by what itself sent
// before, and its first time changes nothing: their feeds may show the article
// differently.
func (w *writing) judge(stored *storedArticle, p *preparedPut) (cause nashra.Cause, noted bool, err error) {
	a := &stored.Article
	present := w.Source == stored.from()
	before, seen := a.EntryHash, true
	if !present {
		before, seen = stored.Others[w.Source]
	}
	newPage := seen && !p.PageHash.IsZero() && p.PageHash != a.PageHash
	if !newPage && (!seen || p.EntryHash == a.EntryHash) && !present {
		noted = !seen || before != p.EntryHash
		if stored.Others == nil {
			stored.Others = make(map[string]nashra.Hash)
		}
		stored.Others[w.Source] = p.EntryHash
		return "", noted, nil
	}
	if before != p.EntryHash || newPage {
		if p.Content == nil {
			return "", false, fmt.Errorf("%w: an entry said to be unchanged was changed meanwhile", nashra.ErrStale)
		}
		return nashra.CausePartner, true, nil
	}
	if p.Content == nil || !present {
		return "", false, nil
	}
	same, err := sameContent(stored, p)
	if err != nil {
		return "", false, err
	}
	if same {
		return "", false, w.storeSignature(a.Seq, p.Signature) // which may be made in a newer way
	}
	if w.By != nashra.ByCycle {
		return nashra.CauseDesk, true, nil
	}
	return nashra.CauseNashra, true, nil
}

// from is the source whose content is present.
func (a *storedArticle) from() string {
	if a.From != "" {
		return a.From
	}
	return a.Article.Source
}

// sameContent compares what would be written with what is, body included.
func sameContent(stored *storedArticle, p *preparedPut) (bool, error) {
	if stored.Body != p.bodyHash {
		return false, nil
	}
	was, err := marshal(stored.Article.Content)
	if err != nil {
		return false, err
	}
	is, err := marshal(*p.Content)
	return bytes.Equal(was, is), err
}

// rewrite puts an entry's content in the place of the article's, which becomes
// a past revision. The article keeps its id, its place in listings and the source that brought it.
func (w *writing) rewrite(stored *storedArticle, p *preparedPut, cause nashra.Cause) error {
	if err := w.archive(stored); err != nil {
		return err
	}
	a := &stored.Article
	var err error
	if stored.Changed, err = w.changed(a.Seq, stored.Changed); err != nil {
		return err
	}
	a.Content, a.Revised, a.Cause = *p.Content, w.At, cause
	a.Revision++
	if p.Identity.GUID != "" {
		a.GUID = p.Identity.GUID
	}
	if !p.PageHash.IsZero() {
		a.PageHash = p.PageHash
	}
	if from := stored.from(); w.Source != from { // it was seen before, so Others is there
		stored.Others[from] = a.EntryHash
		delete(stored.Others, w.Source)
		stored.From = w.Source
	}
	a.EntryHash, a.PageValidators = p.EntryHash, p.PageValidators
	if err := w.storeSignature(a.Seq, p.Signature); err != nil {
		return err
	}
	if stored.Body == p.bodyHash {
		return nil
	}
	stored.Body = p.bodyHash
	return w.storeBody(a.Seq, p.body)
}

// name records the names of an identity as leading to seq, and reports whether
// one was new. A name that leads to an article already stays with it.
func (w *writing) name(seq uint64, known *[]nashra.Hash, i identity) (bool, error) {
	var added bool
	index := w.tx.Bucket(bucketNames)
	for _, name := range i.names {
		if len(*known) >= namesKept || index.Get(name[:]) != nil {
			continue
		}
		if err := index.Put(name[:], numberKey(seq)); err != nil {
			return false, err
		}
		*known = append(*known, nashra.Hash(name))
		added = true
	}
	return added, nil
}

// keep writes an article, without its body.
func (w *writing) keep(stored *storedArticle) error {
	return putArticle(w.bucket(bucketArticles, fillRewritten), stored)
}

func (w *writing) storeBody(seq uint64, packed []byte) error {
	bodies := w.bucket(bucketBodies, fillAppended)
	if len(packed) == 0 {
		return bodies.Delete(numberKey(seq))
	}
	return bodies.Put(numberKey(seq), packed)
}

// storeSignature keeps the signature of an article's body.
func (w *writing) storeSignature(seq uint64, s nashra.Signature) error {
	signatures, key := w.bucket(bucketSignatures, fillAppended), numberKey(seq)
	if s == nil {
		return signatures.Delete(key)
	}
	value := sealed(encodingSignature, s)
	if bytes.Equal(signatures.Get(key), value) {
		return nil
	}
	return signatures.Put(key, value)
}

// count adds n to the number of a source's articles.
func (w *writing) count(source string, n int64) error {
	counts := w.tx.Bucket(bucketCounts)
	return counts.Put([]byte(source), numberKey(number(counts.Get([]byte(source)))+uint64(n)))
}
