package store

import (
	"bytes"
	"container/heap"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"maps"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"nashra"
)

// ErrToken says that Query.After is not what this listing gave as Page.Next.
var ErrToken = errors.New("unusable page token")

const (
	maxLimit = 1000

	// pageBytes ends a page of bodies early, of a listing or of the archive: a
	// page travels through the socket in one piece of memory on both sides.
	pageBytes = 16 << 20

	// walkStep is how many articles are passed over between two looks at the
	// context.
	walkStep = 256

	// recordsAtOnce is for how many records there is room at first: most pages
	// have as many at most, and a record is large to move.
	recordsAtOnce = 50
)

// Articles returns one page of a listing, newest first by (Sort, ID). It costs
// what the page holds, wherever in the archive it lies.
//
// With q.Visible, what nashra.Visible refuses under the record of the
// article's source is passed over. A page that would hold more than 16 MiB of
// bodies is shorter than q.Limit. Next stays good while articles come and go;
// one of another listing or none at all wraps ErrToken. A source or category
// that no record names wraps nashra.ErrNotFound.
func (s *Store) Articles(ctx context.Context, q nashra.Query) (nashra.Page, error) {
	var page nashra.Page
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		w, err := s.walk(tx, q)
		if err != nil {
			return err
		}
		page, err = s.page(ctx, tx, q, w)
		return err
	})
	if err != nil {
		return nashra.Page{}, fmt.Errorf("list articles: %w", err)
	}
	return page, nil
}

func (s *Store) page(ctx context.Context, tx *bbolt.Tx, q nashra.Query, w *walk) (nashra.Page, error) {
	var page nashra.Page
	var last []byte
	var size int
	known, err := s.recordsIn(tx)
	if err != nil {
		return page, err
	}
	for passed := 0; ; passed++ {
		if passed%walkStep == 0 && ctx.Err() != nil {
			return page, ctx.Err()
		}
		place, seq, ok := w.next()
		if !ok {
			return page, nil
		}
		id, ok := parseID(string(place[sortLen:]))
		if !ok {
			return page, damaged("an index names %q, which is no id", place[sortLen:])
		}
		r, body, err := readRecord(tx, id, seq)
		if err != nil {
			return page, err
		}
		if !q.Visible.IsZero() && !nashra.Visible(r.Article, r.Marks, known.sources[r.Article.Source].Rights, q.Visible) {
			continue
		}
		if len(page.Records) == q.Limit || size > pageBytes {
			page.Next = token(q, last)
			return page, nil
		}
		if q.Bodies {
			if err := s.readBody(tx, &r.Article, body); err != nil {
				return page, err
			}
			size += len(r.Article.HTML)
		}
		if page.Records == nil {
			page.Records = make([]nashra.Record, 0, min(q.Limit, recordsAtOnce))
		}
		page.Records = append(page.Records, r)
		last = bytes.Clone(place)
	}
}

// walk begins the walk that q asks for.
func (s *Store) walk(tx *bbolt.Tx, q nashra.Query) (*walk, error) {
	if q.Limit < 1 || q.Limit > maxLimit {
		return nil, fmt.Errorf("limit %d is not between 1 and %d", q.Limit, maxLimit)
	}
	if q.Source != "" && q.Category != "" {
		return nil, errors.New("both a source and a category are asked for")
	}
	after, err := parseToken(q)
	if err != nil {
		return nil, err
	}
	known, err := s.recordsIn(tx)
	if err != nil {
		return nil, err
	}
	sources, err := known.asked(q)
	if err != nil {
		return nil, err
	}
	inSight := known.inSight(sources, q.Visible)
	if len(inSight) == len(known.sources) {
		return newWalk(tx.Bucket(bucketNewest), [][]byte{nil}, after), nil
	}
	var prefixes [][]byte
	for _, source := range inSight {
		prefixes = append(prefixes, sourcePrefix(source))
	}
	return newWalk(tx.Bucket(bucketBySource), prefixes, after), nil
}

// asked gives the ids of the sources that q is about.
func (r *records) asked(q nashra.Query) ([]string, error) {
	switch {
	case q.Source != "":
		if _, ok := r.sources[q.Source]; !ok {
			return nil, fmt.Errorf("source %q: %w", q.Source, nashra.ErrNotFound)
		}
		return []string{q.Source}, nil
	case q.Category != "":
		sources := r.categories[q.Category]
		if len(sources) == 0 {
			return nil, fmt.Errorf("category %q: %w", q.Category, nashra.ErrNotFound)
		}
		return sources, nil
	}
	return slices.Collect(maps.Keys(r.sources)), nil
}

// inSight leaves out the sources of which nothing at all may be seen, so that
// a listing does not pass over a whole archive whose rights have ended: what
// marks and the article itself add can only hide more.
func (r *records) inSight(sources []string, at time.Time) []string {
	if at.IsZero() {
		return sources
	}
	var left []string
	for _, source := range sources {
		if nashra.Visible(nashra.Article{}, nashra.Marks{}, r.sources[source].Rights, at) {
			left = append(left, source)
		}
	}
	return left
}

// walk goes through the places of one or several parts of an index together,
// from the newest on. It is a heap of the parts, the newest on top.
type walk struct{ parts []*part }

// part is one run of keys: those under a prefix.
type part struct {
	cursor     *bbolt.Cursor
	prefix     []byte
	place, seq []byte
}

// newWalk begins at the first place older than after, or at the newest where
// that is nil. The empty prefix is the whole of an index of places.
func newWalk(index *bbolt.Bucket, prefixes [][]byte, after []byte) *walk {
	w := &walk{}
	for _, prefix := range prefixes {
		p := &part{cursor: index.Cursor(), prefix: prefix}
		bound := endOf(prefix)
		if after != nil {
			bound = append(bytes.Clone(prefix), after...)
		}
		if p.take(seekBefore(p.cursor, bound)) {
			w.parts = append(w.parts, p)
		}
	}
	heap.Init(w)
	return w
}

// take makes the cursor's entry the part's present one, unless the part has
// ended.
func (p *part) take(key, value []byte) bool {
	if len(key) != len(p.prefix)+placeLen || !bytes.HasPrefix(key, p.prefix) {
		return false
	}
	p.place, p.seq = key[len(p.prefix):], value
	return true
}

// next gives the next older article. place is bbolt's and good in the
// transaction only.
func (w *walk) next() (place []byte, seq uint64, ok bool) {
	if len(w.parts) == 0 {
		return nil, 0, false
	}
	top := w.parts[0]
	place, seq = top.place, number(top.seq)
	if top.take(top.cursor.Prev()) {
		heap.Fix(w, 0)
	} else {
		heap.Pop(w)
	}
	return place, seq, true
}

// Len, Less, Swap, Push and Pop are heap.Interface.

func (w *walk) Len() int           { return len(w.parts) }
func (w *walk) Less(i, j int) bool { return bytes.Compare(w.parts[i].place, w.parts[j].place) > 0 }
func (w *walk) Swap(i, j int)      { w.parts[i], w.parts[j] = w.parts[j], w.parts[i] }
func (w *walk) Push(x any)         { w.parts = append(w.parts, x.(*part)) }
func (w *walk) Pop() any {
	last := w.parts[len(w.parts)-1]
	w.parts = w.parts[:len(w.parts)-1]
	return last
}

// A page token is the place of the last article shown, with a checksum that
// also covers which listing it is of. Its form may change with any release.
const tokenVersion = 1

func token(q nashra.Query, place []byte) string {
	data := append([]byte{tokenVersion}, place...)
	data = binary.BigEndian.AppendUint32(data, tokenSum(q, data))
	return base64.RawURLEncoding.EncodeToString(data)
}

// parseToken reads q.After; nil where it is empty.
func parseToken(q nashra.Query) ([]byte, error) {
	if q.After == "" {
		return nil, nil
	}
	data, err := base64.RawURLEncoding.Strict().DecodeString(q.After)
	if err != nil || len(data) != 1+placeLen+4 || data[0] != tokenVersion {
		return nil, ErrToken
	}
	body, sum := data[:1+placeLen], data[1+placeLen:]
	if binary.BigEndian.Uint32(sum) != tokenSum(q, body) {
		return nil, ErrToken
	}
	return body[1:], nil
}

func tokenSum(q nashra.Query, data []byte) uint32 {
	sum := crc32.ChecksumIEEE([]byte(q.Source + "\x00" + q.Category + "\x00"))
	return crc32.Update(sum, crc32.IEEETable, data)
}
