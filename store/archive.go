package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"go.etcd.io/bbolt"

	"nashra"
)

// Archive returns one part of the archive and says where its neighbours are.
// It costs what the part holds, wherever it lies. Of one that would hold more
// than 16 MiB of bodies it returns what arrived last, and Previous is the rest.
//
// A zero q.Span has no records, and its Previous is where to begin: it reaches
// up to the newest article of what q asks for. From there Previous leads to all
// that was ever stored. A span that is none, or that reaches beyond what has
// arrived, and a source or category that no record names, wrap
// nashra.ErrNotFound.
func (s *Store) Archive(ctx context.Context, q nashra.ArchiveQuery) (nashra.Archived, error) {
	var out nashra.Archived
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		var err error
		out, err = s.archive(ctx, tx, q)
		return err
	})
	if err != nil {
		return nashra.Archived{}, fmt.Errorf("read archive after number %d: %w", q.Span.From, err)
	}
	return out, nil
}

func (s *Store) archive(ctx context.Context, tx *bbolt.Tx, q nashra.ArchiveQuery) (out nashra.Archived, err error) {
	if q.Source != "" && q.Category != "" {
		return out, errors.New("both a source and a category are asked for")
	}
	known, err := s.recordsIn(tx)
	if err != nil {
		return out, err
	}
	sources, err := known.asked(nashra.Query{Source: q.Source, Category: q.Category})
	if err != nil {
		return out, err
	}
	blocks, err := s.blocksOf(tx, q, sources)
	if err != nil {
		return out, err
	}
	if q.Span == (nashra.Span{}) {
		out.Previous = spanOf(blocks.last())
		return out, nil
	}
	if present := number(tx.Bucket(bucketMeta).Get(metaSeq)); !isSpan(q.Span) || q.Span.Upto > present {
		return out, fmt.Errorf("no part of it reaches from %d to %d: %w", q.Span.From, q.Span.Upto, nashra.ErrNotFound)
	}
	block := q.Span.From / nashra.ArchiveSpan
	out.Previous = spanOf(blocks.before(block))
	if q.Span.Upto == q.Span.From+nashra.ArchiveSpan {
		out.Next = spanOf(blocks.after(block))
	}
	inSight := map[string]bool{}
	for _, source := range known.inSight(sources, q.Visible) {
		inSight[source] = true
	}
	records, rest, err := s.arrived(ctx, tx, q, known, inSight)
	if rest > 0 {
		out.Previous = nashra.Span{From: q.Span.From, Upto: rest}
	}
	out.Records = records
	return out, err
}

func isSpan(s nashra.Span) bool {
	return s.From%nashra.ArchiveSpan == 0 && s.From < s.Upto && s.Upto <= s.From+nashra.ArchiveSpan
}

// spanOf is the whole of a block, or of the newest one as far as it goes. Its
// argument is the block and its highest number, 0 where others follow it.
func spanOf(block, upto uint64, ok bool) nashra.Span {
	if !ok {
		return nashra.Span{}
	}
	from := block * nashra.ArchiveSpan
	if upto == 0 {
		upto = from + nashra.ArchiveSpan
	}
	return nashra.Span{From: from, Upto: upto}
}

// blockOf is the block in which the number seq lies.
func blockOf(seq uint64) uint64 { return (seq - 1) / nashra.ArchiveSpan }

// arrived reads the articles of a span, the last first. Where their bodies are
// more than a page may hold it ends early, and rest is the number of the next one.
func (s *Store) arrived(ctx context.Context, tx *bbolt.Tx, q nashra.ArchiveQuery, known *records, inSight map[string]bool) (list []nashra.Record, rest uint64, err error) {
	size := 0
	c := tx.Bucket(bucketArticles).Cursor()
	for k, v := seekBefore(c, numberKey(q.Span.Upto+1)); k != nil && number(k) > q.Span.From; k, v = c.Prev() {
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
		var stored storedArticle
		if err := decodeValue(v, &stored); err != nil {
			return nil, 0, err
		}
		r := nashra.Record{Article: stored.Article}
		if !inSight[r.Article.Source] {
			continue
		}
		id, ok := parseID(r.Article.ID)
		if !ok {
			return nil, 0, damaged("article number %d is called %q, which is no id", number(k), r.Article.ID)
		}
		if _, err := getJSON(tx.Bucket(bucketMarks), id[:], &r.Marks); err != nil {
			return nil, 0, err
		}
		if !q.Visible.IsZero() && !nashra.Visible(r.Article, r.Marks, known.sources[r.Article.Source].Rights, q.Visible) {
			continue
		}
		if size > pageBytes {
			return list, number(k), nil
		}
		if !q.NoBodies {
			if err := s.readBody(tx, &r.Article, stored.Body); err != nil {
				return nil, 0, err
			}
			size += len(r.Article.HTML)
		}
		list = append(list, r)
	}
	return list, 0, nil
}

// blocks tell where in the archive there are articles. Each answer is a block,
// its highest number where it is the newest, else 0, and whether there is one.
type blocks interface {
	last() (block, upto uint64, ok bool)
	before(block uint64) (uint64, uint64, bool)
	after(block uint64) (uint64, uint64, bool)
}

func (s *Store) blocksOf(tx *bbolt.Tx, q nashra.ArchiveQuery, sources []string) (blocks, error) {
	if q.Source == "" && q.Category == "" {
		return allBlocks{tx.Bucket(bucketArticles).Cursor()}, nil
	}
	var several blocksOfSeveral
	for _, source := range sources {
		known, err := s.arrivals.of(tx, source)
		if err != nil {
			return nil, err
		}
		several = append(several, known)
	}
	return several, nil
}

// allBlocks are those of all articles.
type allBlocks struct{ cursor *bbolt.Cursor }

func (a allBlocks) last() (uint64, uint64, bool) {
	k, _ := a.cursor.Last()
	if k == nil {
		return 0, 0, false
	}
	return blockOf(number(k)), number(k), true
}

func (a allBlocks) before(block uint64) (uint64, uint64, bool) {
	k, _ := seekBefore(a.cursor, numberKey(block*nashra.ArchiveSpan+1))
	if k == nil {
		return 0, 0, false
	}
	return blockOf(number(k)), 0, true
}

func (a allBlocks) after(block uint64) (uint64, uint64, bool) {
	k, _ := a.cursor.Seek(numberKey((block+1)*nashra.ArchiveSpan + 1))
	if k == nil {
		return 0, 0, false
	}
	next := blockOf(number(k))
	if newest, upto, _ := a.last(); newest == next {
		return next, upto, true
	}
	return next, 0, true
}

// arrivals remembers, by source, in which blocks its articles arrived. The file
// has no index of it: it can be told from the listing of the source, and only
// those who read an archive ask.
type arrivals struct {
	mu      sync.Mutex
	sources map[string]sourceBlocks
}

// sourceBlocks are those of one source. It is not changed once it is made.
type sourceBlocks struct {
	known  uint64   // up to which number of the store
	newest uint64   // number of the newest article; 0: there is none
	list   []uint64 // ascending, each once; a block stays when its articles go
}

// of brings what is known of a source up to the snapshot.
func (a *arrivals) of(tx *bbolt.Tx, source string) (sourceBlocks, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	present := number(tx.Bucket(bucketMeta).Get(metaSeq))
	b, ok := a.sources[source]
	if ok && b.known >= present {
		return b, nil
	}
	items := number(tx.Bucket(bucketCounts).Get([]byte(source)))
	var err error
	if !ok || present-b.known > items {
		b = b.listed(tx, source)
	} else {
		b, err = b.extended(tx, source)
	}
	if err != nil {
		return b, err
	}
	b.known = present
	if a.sources == nil {
		a.sources = map[string]sourceBlocks{}
	}
	a.sources[source] = b
	return b, nil
}

// listed reads the blocks from the listing of the source.
func (b sourceBlocks) listed(tx *bbolt.Tx, source string) sourceBlocks {
	list := slices.Clone(b.list)
	for _, v := range under(tx.Bucket(bucketBySource), sourcePrefix(source)) {
		seq := number(v)
		b.newest = max(b.newest, seq)
		if block := blockOf(seq); len(list) == 0 || list[len(list)-1] != block {
			list = append(list, block)
		}
	}
	slices.Sort(list)
	b.list = slices.Clip(slices.Compact(list))
	return b
}

// extended adds what has arrived since.
func (b sourceBlocks) extended(tx *bbolt.Tx, source string) (sourceBlocks, error) {
	c := tx.Bucket(bucketArticles).Cursor()
	for k, v := c.Seek(numberKey(b.known + 1)); k != nil; k, v = c.Next() {
		head, _, err := knownOf(v)
		if err != nil {
			return b, err
		}
		if head.source != source {
			continue
		}
		b.newest = number(k)
		if block := blockOf(b.newest); len(b.list) == 0 || b.list[len(b.list)-1] != block {
			b.list = append(slices.Clip(b.list), block)
		}
	}
	return b, nil
}

// blocksOfSeveral are those of one source or of the sources of a category.
type blocksOfSeveral []sourceBlocks

func (s blocksOfSeveral) last() (uint64, uint64, bool) {
	var newest uint64
	for _, b := range s {
		newest = max(newest, b.newest)
	}
	if newest == 0 {
		return 0, 0, false
	}
	return blockOf(newest), newest, true
}

func (s blocksOfSeveral) before(block uint64) (found, upto uint64, ok bool) {
	for _, b := range s {
		if i, _ := slices.BinarySearch(b.list, block); i > 0 {
			found, ok = max(found, b.list[i-1]), true
		}
	}
	return found, 0, ok
}

func (s blocksOfSeveral) after(block uint64) (found, upto uint64, ok bool) {
	for _, b := range s {
		if i, _ := slices.BinarySearch(b.list, block+1); i < len(b.list) && (!ok || b.list[i] < found) {
			found, ok = b.list[i], true
		}
	}
	if newest, number, any := s.last(); any && newest == found {
		upto = number
	}
	return found, upto, ok
}
