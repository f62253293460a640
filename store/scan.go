package store

import (
	"encoding/json"
	"iter"
	"strconv"
	"strings"
	"time"

	"nashra"
)

// A listing reads fifty articles and a page of hits twenty, and most of what
// that costs is encoding/json's finding out again, for each, what our own marshal
// always writes the same way. So the metadata of an article is read by a scanner
// that knows that form: no spaces, known keys, valid UTF-8. Whatever else it
// meets is left to encoding/json; of what marshal wrote both give the same.

// scanOrDecode reads what marshal wrote of an article into a.
func scanOrDecode(data []byte, a *storedArticle) error {
	if *a = (storedArticle{}); scanArticle(data, a) {
		return nil
	}
	*a = storedArticle{}
	return json.Unmarshal(data, a)
}

// scanArticle is scanOrDecode for the form that is always written, and reports
// whether it met that. Strings of a are parts of one copy of data.
func scanArticle(data []byte, a *storedArticle) bool {
	s := scanner{rest: string(data)}
	s.stored(a)
	return !s.lost && s.rest == ""
}

// scanner reads JSON as marshal writes it.
type scanner struct {
	rest string
	lost bool // something is not as marshal writes it; what was read is of no use
}

func (s *scanner) stored(a *storedArticle) {
	for key := range s.object() {
		switch key {
		case "a":
			s.article(&a.Article)
		case "b":
			s.hash(&a.Body)
		case "n":
			for range s.array() {
				var h nashra.Hash
				s.hash(&h)
				a.Names = append(a.Names, h)
			}
		case "c":
			a.Changed = s.number()
		case "f":
			a.From = s.text()
		case "o":
			s.seldom(&a.Others)
		default:
			s.lost = true
		}
	}
}

func (s *scanner) article(a *nashra.Article) {
	for key := range s.object() {
		switch key {
		case "id":
			a.ID = s.text()
		case "seq":
			a.Seq = s.number()
		case "source":
			a.Source = s.text()
		case "partner":
			a.Partner = s.text()
		case "guid":
			a.GUID = s.text()
		case "first_seen":
			s.time(&a.FirstSeen)
		case "sort":
			s.time(&a.Sort)
		case "revised":
			s.time(&a.Revised)
		case "revision":
			a.Revision = int(s.number())
		case "cause":
			a.Cause = nashra.Cause(s.text())
		case "entry_hash":
			s.hash(&a.EntryHash)
		case "page_hash":
			s.hash(&a.PageHash)
		case "page_validators":
			s.validators(&a.PageValidators)
		default:
			s.content(key, &a.Content)
		}
	}
}

// content reads one field of a content, whose fields stand among the article's.
func (s *scanner) content(key string, c *nashra.Content) {
	switch key {
	case "title":
		c.Title = s.text()
	case "link":
		c.Link = s.text()
	case "byline":
		c.Byline = s.text()
	case "excerpt":
		c.Excerpt = s.text()
	case "html":
		c.HTML = s.text()
	case "language":
		c.Language = s.text()
	case "direction":
		c.Direction = s.text()
	case "image":
		c.Image = s.text()
	case "categories":
		for range s.array() {
			c.Categories = append(c.Categories, s.text())
		}
	case "enclosures":
		s.seldom(&c.Enclosures)
	case "published":
		s.time(&c.Published)
	case "updated":
		s.time(&c.Updated)
	case "method":
		c.Method = s.text()
	case "credit":
		s.credit(&c.Credit)
	case "partial":
		s.seldom(&c.Partial)
	case "suspect":
		s.seldom(&c.Suspect)
	default:
		s.lost = true
	}
}

func (s *scanner) credit(c *nashra.Credit) {
	for key := range s.object() {
		switch key {
		case "partner":
			c.Partner = s.text()
		case "link":
			c.Link = s.text()
		case "origin":
			c.Origin = s.text()
		default:
			s.lost = true
		}
	}
}

func (s *scanner) validators(v *nashra.Validators) {
	for key := range s.object() {
		switch key {
		case "url":
			v.URL = s.text()
		case "etag":
			v.ETag = s.text()
		case "last_modified":
			v.LastModified = s.text()
		case "body_hash":
			s.hash(&v.BodyHash)
		default:
			s.lost = true
		}
	}
}

// is takes c and reports whether it stood there.
func (s *scanner) is(c byte) bool {
	if s.rest == "" || s.rest[0] != c {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

func (s *scanner) must(c byte) {
	if !s.is(c) {
		s.lost = true
	}
}

// object gives the keys of an object, whose values the caller reads.
func (s *scanner) object() iter.Seq[string] {
	return func(yield func(key string) bool) {
		s.must('{')
		if s.is('}') {
			return
		}
		for !s.lost {
			key := s.text()
			s.must(':')
			if s.lost || !yield(key) {
				return
			}
			if s.is('}') {
				return
			}
			s.must(',')
		}
	}
}

// array gives a turn for each value of an array, which the caller reads.
func (s *scanner) array() iter.Seq[struct{}] {
	return func(yield func(struct{}) bool) {
		s.must('[')
		if s.is(']') {
			s.lost = true // an empty one is not nil, and we write none
			return
		}
		for !s.lost {
			if !yield(struct{}{}) || s.is(']') {
				return
			}
			s.must(',')
		}
	}
}

// text reads a string.
func (s *scanner) text() string {
	if !s.is('"') {
		s.lost = true
		return ""
	}
	end := strings.IndexByte(s.rest, '"')
	if end < 0 {
		s.lost = true
		return ""
	}
	if strings.IndexByte(s.rest[:end], '\\') >= 0 {
		return s.escaped()
	}
	t := s.rest[:end]
	s.rest = s.rest[end+1:]
	return t
}

// escaped reads the rest of a string that has escapes in it.
func (s *scanner) escaped() string {
	for i := 0; i < len(s.rest); i++ {
		switch s.rest[i] {
		case '\\':
			i++
		case '"':
			var t string
			if json.Unmarshal([]byte(`"`+s.rest[:i+1]), &t) != nil {
				s.lost = true
			}
			s.rest = s.rest[i+1:]
			return t
		}
	}
	s.lost = true
	return ""
}

func (s *scanner) number() uint64 {
	end := 0
	for end < len(s.rest) && '0' <= s.rest[end] && s.rest[end] <= '9' {
		end++
	}
	n, err := strconv.ParseUint(s.rest[:end], 10, 63)
	s.lost = s.lost || err != nil
	s.rest = s.rest[end:]
	return n
}

func (s *scanner) time(t *time.Time) {
	if text := s.text(); t.UnmarshalText([]byte(text)) != nil {
		s.lost = true
	}
}

func (s *scanner) hash(h *nashra.Hash) {
	if h.UnmarshalText([]byte(s.text())) != nil {
		s.lost = true
	}
}

// seldom reads a value that few articles have.
func (s *scanner) seldom(v any) {
	d := json.NewDecoder(strings.NewReader(s.rest))
	if s.lost || d.Decode(v) != nil {
		s.lost = true
		return
	}
	s.rest = s.rest[d.InputOffset():]
}
