package search

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"slices"
	"time"

	"nashra"
)

const (
	// changesStep is how many changes are read from the store at once.
	changesStep = 500

	// A builder is written when it holds as much: the memory that catching up
	// takes, beside some more to write it.
	builderDocs  = 2000
	builderBytes = 32 << 20

	// look is how long Follow waits between two looks at the store.
	look = time.Second

	// again is how long it waits after an error: of the disk, most likely.
	again = 30 * time.Second

	// As many segments of a size are merged into one, and none beyond
	// maxSegment articles: a merge keeps newer articles waiting.
	mergeWidth = 8
	maxSegment = 1 << 18

	// A segment is written anew without its dead articles when these are a
	// quarter of it.
	deadShare = 4
)

// Follow keeps the index up with the store until ctx ends.
func (x *Index) Follow(ctx context.Context) error {
	for {
		wait := look
		if err := x.CatchUp(ctx); err != nil && ctx.Err() == nil {
			x.log.Error("search index does not follow the store", "store", x.folder, "err", err)
			wait = again
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
	}
}

// CatchUp brings all that the store holds as it is called into the index. What
// was indexed stays when ctx ends before.
func (x *Index) CatchUp(ctx context.Context) error {
	seq, _, err := x.store.Seq(ctx)
	if err != nil {
		return err
	}
	if caught, upto := x.reached(); caught && upto >= seq {
		return nil
	}
	select {
	case x.writing <- struct{}{}:
		defer func() { <-x.writing }()
	case <-ctx.Done():
		return ctx.Err()
	}
	for try := 1; ; try++ {
		err := x.catchUp(ctx, seq)
		if err != nil && !errors.Is(err, errDamaged) || err != nil && try == rebuilds {
			return fmt.Errorf("follow the store: %w", err)
		}
		if err == nil {
			return nil
		}
	}
}

// rebuilds is how often an index is made anew before its disk is blamed.
const rebuilds = 3

func (x *Index) catchUp(ctx context.Context, seq uint64) error {
	x.mu.Lock()
	closed := x.closed
	if x.broken && !closed {
		x.drop()
	}
	x.mu.Unlock()
	if closed {
		return errClosed
	}
	caught, upto := x.reached()
	if !caught {
		if err := x.checkOrigin(ctx, seq); err != nil {
			return err
		}
		_, upto = x.reached()
	}
	steps := 0
	for ; upto < seq; _, upto = x.reached() {
		if err := x.step(ctx); err != nil {
			return err
		}
		steps++
	}
	if steps > 1 {
		debug.FreeOSMemory() // of a process that serves for months they took the most
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.caught = !x.broken
	return nil
}

// reached says up to which number the store is indexed, and whether the store
// was caught up with at all.
func (x *Index) reached() (caught bool, upto uint64) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.caught && !x.broken && !x.closed, x.manifest.Upto
}

// checkOrigin drops an index that is of another store: one that was replaced
// by an older copy has fewer numbers, or other articles under them.
func (x *Index) checkOrigin(ctx context.Context, seq uint64) error {
	x.mu.RLock()
	m := x.manifest
	x.mu.RUnlock()
	foreign := m.Upto > seq
	if !foreign && m.Newest.ID != "" {
		r, err := x.store.Article(ctx, m.Newest.ID)
		switch {
		case errors.Is(err, nashra.ErrNotFound):
			foreign = true
		case errors.Is(err, nashra.ErrHidden): // removed since
		case err != nil:
			return err
		default:
			foreign = r.Article.Seq != m.Newest.Seq
		}
	}
	if !foreign {
		return nil
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.log.Warn("search index is made anew", "store", x.folder, "err", "it is of another store")
	x.drop()
	return nil
}

// step indexes the next changes: as many as a builder holds.
func (x *Index) step(ctx context.Context) error {
	x.mu.RLock()
	m := x.manifest
	segments := slices.Clone(x.segments)
	x.mu.RUnlock()
	m.Segments = slices.Clone(m.Segments)
	b := newBuilder()
	revised, removed := map[place]bool{}, map[uint64]bool{}
	for len(b.docs) < builderDocs && b.size() < builderBytes {
		list, upto, err := x.store.Changes(ctx, m.Upto, changesStep)
		if err != nil {
			return err
		}
		for i := range list {
			c := &list[i]
			if c.Removed {
				removed[c.Seq] = true
				continue
			}
			if err := b.add(&c.Article); err != nil {
				return err
			}
			if c.Article.Revision > 0 {
				revised[b.docs[len(b.docs)-1].place] = true
			}
			if c.Number == c.Seq {
				m.Newest = anchor{c.Article.ID, c.Seq}
			}
		}
		end := upto == m.Upto || len(list) == 0
		m.Upto = upto
		if seq, _, err := x.store.Seq(ctx); err != nil || upto >= seq || end {
			break
		}
	}
	b.remove(removed)
	err := contain(func() error { return x.commit(ctx, m, segments, b, revised, removed) })
	if errors.Is(err, errDamaged) {
		x.mu.Lock()
		x.broken = true
		x.mu.Unlock()
		x.log.Warn("search index is made anew", "store", x.folder, "err", err)
	}
	return err
}

// remove takes out articles that were removed after they were added.
func (b *builder) remove(seqs map[uint64]bool) {
	b.docs = slices.DeleteFunc(b.docs, func(d buildDoc) bool { return seqs[d.seq] })
}

// commit writes what b holds and what it makes of the segments, and brings it
// into force.
func (x *Index) commit(ctx context.Context, m manifest, segments []*segment, b *builder, revised map[place]bool, removed map[uint64]bool) error {
	next := slices.Clone(segments)
	dead := make([]bitmap, len(segments)) // what changes of them; nil: nothing
	for i, s := range segments {
		if dead[i] = s.bury(revised, removed); dead[i] == nil {
			continue
		}
		m.Segments[i].Dead = x.newName(&m, "dead")
		if err := writeFile(x.folder, m.Segments[i].Dead, encodeDead(dead[i])); err != nil {
			return err
		}
	}
	if len(b.docs) > 0 {
		name := x.newName(&m, "segment")
		if err := b.write(filepath.Join(x.folder, name)); err != nil {
			return err
		}
		s, err := openSegment(filepath.Join(x.folder, name), name)
		if err != nil {
			return err
		}
		next = append(next, s)
		m.Segments = append(m.Segments, segmentFile{Name: name})
	}
	if err := x.install(m, next, dead); err != nil {
		return err
	}
	return x.mergeAll(ctx)
}

// install brings m into force; segments that are in no use any more are
// closed.
func (x *Index) install(m manifest, next []*segment, dead []bitmap) error {
	if err := writeManifest(x.folder, m); err != nil {
		return err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	for i, d := range dead {
		if d != nil {
			next[i].dead = d
		}
	}
	for _, s := range x.segments {
		if !slices.Contains(next, s) {
			x.release(s)
		}
	}
	x.manifest, x.segments = m, next
	return clean(x.folder, m)
}

// bury gives the dead of s with those that were revised or removed; nil where
// there are no more than before.
func (s *segment) bury(revised map[place]bool, removed map[uint64]bool) bitmap {
	dead := slices.Clone(s.dead)
	changed := false
	mark := func(doc uint32) {
		if !dead.has(doc) {
			dead.set(doc)
			changed = true
		}
	}
	for p := range revised {
		if doc := s.from(p); uint64(doc) < s.docsCount && s.place(doc) == p {
			mark(doc)
		}
	}
	if len(removed) > 0 {
		for doc := range uint32(s.docsCount) {
			if removed[s.document(doc).seq] {
				mark(doc)
			}
		}
	}
	if !changed {
		return nil
	}
	return dead
}

// mergeAll merges until nothing is to be merged.
func (x *Index) mergeAll(ctx context.Context) error {
	for {
		x.mu.RLock()
		m, segments := x.manifest, slices.Clone(x.segments)
		x.mu.RUnlock()
		group := toMerge(segments)
		if group == nil {
			return nil
		}
		m.Segments = slices.Clone(m.Segments)
		name := x.newName(&m, "segment")
		chosen := make([]*segment, len(group))
		for i, at := range group {
			chosen[i] = segments[at]
		}
		var merged *segment
		if slices.ContainsFunc(chosen, func(s *segment) bool { return s.living() > 0 }) {
			if err := merge(ctx, chosen, filepath.Join(x.folder, name)); err != nil {
				return err
			}
			var err error
			if merged, err = openSegment(filepath.Join(x.folder, name), name); err != nil {
				return err
			}
		}
		next := segments[:0]
		files := m.Segments[:0]
		for i, s := range segments {
			if !slices.Contains(group, i) {
				next, files = append(next, s), append(files, m.Segments[i])
			}
		}
		if merged != nil {
			next, files = append(next, merged), append(files, segmentFile{Name: name})
		}
		m.Segments = files
		if err := x.install(m, next, nil); err != nil {
			return err
		}
	}
}

// living is how many articles of s are not dead.
func (s *segment) living() int {
	n := int(s.docsCount)
	for doc := range uint32(s.docsCount) {
		if s.dead.has(doc) {
			n--
		}
	}
	return n
}

// toMerge says which segments are to be one: eight of about a size, or a
// single one that holds too many dead.
func toMerge(segments []*segment) []int {
	bySize := map[int][]int{}
	for i, s := range segments {
		living := s.living()
		if int(s.docsCount)-living > int(s.docsCount)/deadShare || living == 0 {
			return []int{i}
		}
		size := 0
		for n := living; n >= mergeWidth; n /= mergeWidth {
			size++
		}
		bySize[size] = append(bySize[size], i)
		if total := 0; len(bySize[size]) == mergeWidth {
			for _, at := range bySize[size] {
				total += segments[at].living()
			}
			if total <= maxSegment {
				return bySize[size]
			}
			bySize[size] = nil
		}
	}
	return nil
}
