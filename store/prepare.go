package store

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"nashra"
	"nashra/internal/arabic"
)

// ErrMalformed says that a batch is none of the kinds that
// [nashra.Batch] names, or contradicts itself.
var ErrMalformed = errors.New("malformed batch")

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrMalformed, fmt.Sprintf(format, args...))
}

// maxName bounds the ids of batches, sources and partners: they are keys.
const maxName = 512

type batchKind int

const (
	cycleBatch batchKind = iota
	deskBatch
	sweepBatch
	configBatch
)

// prepared is a checked batch with all that can be worked out without the
// file, so that the writing transaction is short.
type prepared struct {
	nashra.Batch
	kind batchKind
	size int64 // of its encoding, in bytes
	puts []preparedPut
}

// recalls reports whether after b nobody may be shown what was made of the
// store before it.
func (p *prepared) recalls() bool {
	decides := slices.ContainsFunc(p.Marks, func(m nashra.Mark) bool { return !m.Records() })
	return decides || len(p.Removes) > 0 || len(p.Sources) > 0
}

type preparedPut struct {
	nashra.Put
	identity
	body     []byte      // packed
	bodyHash nashra.Hash // of the HTML; zero where it is empty
}

// identity is a nashra.Identity as the index of names knows it.
type identity struct {
	id    string // that would be minted
	names []id16 // in the order in which they are looked up; the first is id
}

// prepare checks b and brings it into the form that it would have after being
// encoded and read again, so that a batch comes to the same by every way.
func (s *Store) prepare(b nashra.Batch) (prepared, error) {
	encoded, err := nashra.EncodeBatch(b)
	if err != nil {
		return prepared{}, err
	}
	if !isName(b.ID) {
		return prepared{}, malformed("it has no usable ID")
	}
	if b.At.IsZero() {
		return prepared{}, malformed("it has no time")
	}
	b.At = b.At.UTC()
	b.By = valid(b.By)
	kind, err := kindOfBatch(b)
	if err != nil {
		return prepared{}, err
	}
	p := prepared{Batch: b, kind: kind, size: int64(len(encoded))}
	switch kind {
	case cycleBatch:
		err = s.prepareCycle(&p)
	case deskBatch, sweepBatch:
		err = checkDecisions(b)
	case configBatch:
		err = p.prepareSources()
	}
	return p, err
}

func kindOfBatch(b nashra.Batch) (batchKind, error) {
	cycle := b.Source != "" || b.Cycle != (nashra.Cycle{}) || len(b.Puts) > 0 || b.Fetch != nil || b.State != nil || len(b.Furniture) > 0
	desk := len(b.Marks) > 0 || len(b.Removes) > 0
	config := len(b.Sources) > 0
	switch {
	case b.Sweep != nil && !cycle && !config && len(b.Marks) == 0:
		return sweepBatch, nil
	case b.Sweep != nil:
	case cycle && !desk && !config:
		return cycleBatch, nil
	case desk && !cycle && !config && b.Base == 0:
		return deskBatch, nil
	case config && !cycle && !desk:
		return configBatch, nil
	case !cycle && !desk && !config:
		return 0, malformed("it changes nothing")
	}
	return 0, malformed("it has the parts of more than one kind")
}

func (s *Store) prepareCycle(p *prepared) error {
	switch {
	case !isName(p.Source):
		return malformed("its puts, fetch or state are of no source")
	case p.Cycle.Number == 0 || p.Cycle.Began.IsZero():
		return malformed("its cycle has no number or no beginning")
	case (p.Fetch == nil) != (p.State == nil):
		return malformed("a closing batch has both a fetch record and a state, any other neither")
	case p.Fetch != nil && p.Fetch.Source != p.Source:
		return malformed("its fetch record is of source %q, not %q", p.Fetch.Source, p.Source)
	}
	if err := checkFurniture(p.Batch); err != nil {
		return err
	}
	p.Cycle.Began = p.Cycle.Began.UTC()
	if p.Fetch != nil {
		f, st := *p.Fetch, *p.State
		utc(&f.At, &f.NextDue)
		utc(&st.LastFetch, &st.LastSuccess, &st.Read, &st.NextDue, &st.RetryAfter, &st.PagesAfter)
		st.Robots = append([]nashra.Robots(nil), st.Robots...)
		for i := range st.Robots {
			utc(&st.Robots[i].Until)
		}
		p.Fetch, p.State = &f, &st
	}
	for i, put := range p.Batch.Puts {
		ready, err := s.preparePut(put)
		if err != nil {
			return fmt.Errorf("put %d: %w", i, err)
		}
		p.puts = append(p.puts, ready)
	}
	return nil
}

func (s *Store) preparePut(put nashra.Put) (preparedPut, error) {
	p := preparedPut{Put: put}
	var err error
	if p.Identity, p.identity, err = identify(put.Identity); err != nil || put.Content == nil {
		return p, err
	}
	if err := put.Signature.Check(); err != nil {
		return p, malformed("%v", err)
	}
	if len(put.Signature) == 0 {
		p.Signature = nil
	}
	c := normalContent(*put.Content)
	if c.HTML != "" {
		p.bodyHash = nashra.HashOf(c.HTML)
		p.body = s.bodies.pack(c.HTML)
		c.HTML = ""
	}
	p.Content = &c
	return p, nil
}

// identify works out the names of an identity.
func identify(i nashra.Identity) (nashra.Identity, identity, error) {
	i = nashra.Identity{Partner: i.Partner, GUID: valid(i.GUID), Link: valid(i.Link), Title: valid(i.Title)}
	if !isName(i.Partner) {
		return i, identity{}, malformed("an identity without a usable partner")
	}
	var keys []string
	for _, key := range []string{i.GUIDKey(), nashra.LinkKey(i.Link)} {
		if key != "" && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 {
		// A title that folds to nothing still tells one entry from another.
		keys = []string{cmp.Or(arabic.Key(i.Title), strings.TrimSpace(i.Title))}
	}
	if keys[0] == "" {
		return i, identity{}, malformed("an identity with neither guid nor link nor title")
	}
	out := identity{id: nashra.NewID(i.Partner, keys[0])}
	for _, key := range keys {
		name, ok := parseID(nashra.NewID(i.Partner, key))
		if !ok {
			return i, identity{}, malformed("an identity that makes no id")
		}
		out.names = append(out.names, name)
	}
	return i, out, nil
}

func checkDecisions(b nashra.Batch) error {
	for i, m := range b.Marks {
		switch m.Kind {
		case nashra.MarkHide, nashra.MarkRestore, nashra.MarkRefresh, nashra.MarkReextract:
			if m.Article == "" || m.Source != "" {
				return malformed("mark %d: %s is for an article", i, m.Kind)
			}
		case nashra.MarkPause, nashra.MarkResume, nashra.MarkFetch, nashra.MarkTry:
			if m.Source == "" || m.Article != "" {
				return malformed("mark %d: %s is for a source", i, m.Kind)
			}
		default:
			return malformed("mark %d: unknown kind %q", i, m.Kind)
		}
	}
	for i, r := range b.Removes {
		if r.Article == "" {
			return malformed("remove %d: no article", i)
		}
	}
	return nil
}

func (p *prepared) prepareSources() error {
	sources := make([]nashra.Source, len(p.Sources))
	for i, src := range p.Sources {
		if !isName(src.ID) || !isName(src.Partner) {
			return malformed("source %d: unusable id %q or partner %q", i, src.ID, src.Partner)
		}
		utc(&src.Rights.Until)
		sources[i] = src
	}
	p.Sources = sources
	return nil
}

// isName reports whether s can be part of a key: keys end it with a zero byte.
func isName(s string) bool {
	return s != "" && len(s) <= maxName && !strings.ContainsRune(s, 0) && utf8.ValidString(s)
}

// normalContent is c as it reads after being written: instants in UTC, and
// U+FFFD for every byte that is no UTF-8.
func normalContent(c nashra.Content) nashra.Content {
	for _, s := range []*string{
		&c.Title, &c.Link, &c.Byline, &c.Excerpt, &c.HTML, &c.Language, &c.Direction, &c.Image, &c.Method,
		&c.Credit.Partner, &c.Credit.Link, &c.Credit.Origin,
	} {
		*s = valid(*s)
	}
	c.Categories = append([]string(nil), c.Categories...)
	for i := range c.Categories {
		c.Categories[i] = valid(c.Categories[i])
	}
	c.Enclosures = append([]nashra.Enclosure(nil), c.Enclosures...)
	for i := range c.Enclosures {
		c.Enclosures[i].URL = valid(c.Enclosures[i].URL)
		c.Enclosures[i].Type = valid(c.Enclosures[i].Type)
	}
	utc(&c.Published, &c.Updated)
	return c
}

// valid is s as JSON would carry it.
func valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return string([]rune(s))
}

func utc(times ...*time.Time) {
	for _, t := range times {
		*t = t.UTC()
	}
}
