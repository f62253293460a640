package publisher

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"nashra"
	"nashra/internal/arabic"
	"nashra/store"
)

const (
	itemsListed = 50   // where no limit is given
	maxItems    = 1000 // of one page

	// itemsWalked is how many items a page of a filtered list looks at. Hidden
	// ones are few: a request for them must not read a whole archive.
	itemsWalked = 10000
)

// itemRow is an item as GET /api/v1/items and `nashra items --json` give it.
// Its keys are part of the contract.
type itemRow struct {
	ID        string     `json:"id"`
	Source    string     `json:"source"`
	Title     string     `json:"title"`
	Link      string     `json:"link"`
	Published *time.Time `json:"published"` // null: the partner gives none
	FirstSeen time.Time  `json:"first_seen"`
	Hidden    bool       `json:"hidden"`
	Partial   bool       `json:"partial,omitempty"` // the body is only the article's beginning
	Suspect   string     `json:"suspect,omitempty"` // why the page's body is not trusted; "": it is
}

func itemRowOf(r nashra.Record) itemRow {
	row := itemRow{
		ID: r.Article.ID, Source: r.Article.Source, Title: r.Article.Title, Link: r.Article.Link,
		FirstSeen: r.Article.FirstSeen.UTC(), Hidden: r.Marks.Hidden != nil, Partial: r.Article.Partial,
	}
	if s := r.Article.Suspect; s != nil {
		row.Suspect = s.Reason
	}
	if published := r.Article.Published; !published.IsZero() {
		published = published.UTC()
		row.Published = &published
	}
	return row
}

// WriteItem writes an item as GET /api/v1/items lists it: one JSON object and a
// newline.
func WriteItem(w io.Writer, r nashra.Record) error {
	if err := writeLine(w, itemRowOf(r)); err != nil {
		return fmt.Errorf("write item: %w", err)
	}
	return nil
}

// itemPage is what GET /api/v1/items answers.
type itemPage struct {
	Items []itemRow `json:"items"`
	Next  *string   `json:"next"` // null at the end
}

// itemFilter is which items a list holds.
type itemFilter struct {
	query  nashra.Query
	since  time.Time // of the place in the listing; zero: all
	hidden *bool     // nil: both
	none   bool      // nothing can be in it
}

// apiItems serves GET /api/v1/items: stored items, newest first by the earlier
// of when they were published and when they were first seen, which is also what
// since looks at. A page of a list that is filtered by hidden may hold fewer
// items than limit, or none, and still have a next one.
func (s *Server) apiItems(w http.ResponseWriter, r *http.Request) error {
	f, err := s.itemFilter(r)
	if err != nil {
		return err
	}
	page, err := s.itemsOf(r.Context(), f)
	if err != nil {
		return err
	}
	return s.sendJSON(w, r, page)
}

func (s *Server) itemFilter(r *http.Request) (itemFilter, error) {
	var f itemFilter
	q, err := queryOf(r, "source", "category", "since", "hidden", "limit", "next")
	if err != nil {
		return f, err
	}
	if f.query.Limit, err = q.limit(itemsListed, maxItems); err != nil {
		return f, err
	}
	if f.since, err = q.instant("since"); err != nil {
		return f, err
	}
	if f.hidden, err = q.boolean("hidden"); err != nil {
		return f, err
	}
	f.query.Source, f.query.After = q.Get("source"), q.Get("next")
	slug := categorySlug(q.Get("category"))
	if f.query.Source == "" {
		f.query.Category = slug
	} else if slug != "" { // the store narrows by one of both
		status, err := s.store.Source(r.Context(), f.query.Source)
		if err != nil {
			return f, err
		}
		f.none = arabic.Slug(status.Source.Category) != slug
	}
	return f, nil
}

// itemsOf is the page of the list that f asks for.
func (s *Server) itemsOf(ctx context.Context, f itemFilter) (itemPage, error) {
	out := itemPage{Items: []itemRow{}}
	if f.none {
		return out, nil
	}
	records, next, err := s.walk(ctx, f.query, f.since, func(r nashra.Record) bool {
		return f.hidden == nil || *f.hidden == (r.Marks.Hidden != nil)
	})
	if errors.Is(err, store.ErrToken) {
		return out, invalid("next is not what a page of this list gave")
	} else if err != nil {
		return out, err
	}
	for _, r := range records {
		out.Items = append(out.Items, itemRowOf(r))
	}
	if next != "" {
		out.Next = &next
	}
	return out, nil
}

// walk reads a listing on, of articles whose place in it is not before since,
// until q.Limit of them are such as shows takes, or itemsWalked were looked at.
// next is "" at the listing's end.
func (s *Server) walk(ctx context.Context, q nashra.Query, since time.Time, shows func(nashra.Record) bool) (records []nashra.Record, next string, err error) {
	limit := q.Limit
	for walked := 0; len(records) < limit && walked < itemsWalked; {
		q.Limit = limit - len(records) // next must not pass over one that does not fit
		page, err := s.store.Articles(ctx, q)
		if err != nil {
			return nil, "", err
		}
		walked += len(page.Records)
		for _, r := range page.Records {
			if r.Article.Sort.Before(since) {
				return records, "", nil // and so is all that follows
			}
			if shows(r) {
				records = append(records, r)
			}
		}
		if q.After = page.Next; page.Next == "" {
			return records, "", nil
		}
	}
	return records, q.After, nil
}

// item is what GET /api/v1/items/{id} answers.
type item struct {
	itemRow
	Page       string        `json:"page"` // of ours, absolute
	Byline     string        `json:"byline"`
	Excerpt    string        `json:"excerpt"`
	Language   string        `json:"language"`
	Direction  string        `json:"direction"` // rtl, ltr or ""
	Image      string        `json:"image"`
	Categories []string      `json:"categories"` // the partner's
	Updated    *time.Time    `json:"updated"`    // by the partner's word; null: it gives none
	Revised    *time.Time    `json:"revised"`    // when the present content came
	Revision   int           `json:"revision"`   // its number; 0: as it came first
	Revisions  int           `json:"revisions"`  // past ones that are kept
	Cause      nashra.Cause  `json:"cause"`      // of the present content
	Method     string        `json:"method"`     // the rule that found the body
	HTML       string        `json:"html"`       // without the disclaimer
	Text       string        `json:"text"`       // the same as plain text, paragraphs parted by a blank line
	Credit     nashra.Credit `json:"credit"`
	Marks      marks         `json:"marks"`
}

// marks are the desk's decisions on an item.
type marks struct {
	Hidden *nashra.Marked `json:"hidden"` // null: it is not
}

// apiItem serves GET /api/v1/items/{id}: an item with its body, hidden or not.
func (s *Server) apiItem(w http.ResponseWriter, r *http.Request) error {
	if _, err := queryOf(r); err != nil {
		return err
	}
	it, err := s.itemOf(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.sendJSON(w, r, it)
}

func (s *Server) itemOf(ctx context.Context, id string) (item, error) {
	record, err := s.store.Article(ctx, id)
	if err != nil {
		return item{}, err
	}
	past, err := s.store.Revisions(ctx, id)
	if err != nil {
		return item{}, err
	}
	a := record.Article
	return item{
		itemRow: itemRowOf(record), Page: s.absolute(itemPath(a.ID)),
		Byline: a.Byline, Excerpt: a.Excerpt, Language: a.Language, Direction: a.Direction, Image: a.Image,
		Categories: listOf(a.Categories), Updated: instant(a.Updated), Revised: instant(a.Revised),
		Revision: a.Revision, Revisions: len(past), Cause: a.Cause, Method: a.Method,
		HTML: a.HTML, Text: s.text(a.HTML), Credit: a.Credit, Marks: marks(record.Marks),
	}, nil
}

// apiMarkItem serves POST /api/v1/items/{id}/hide and …/restore: the item as it
// is then.
func (s *Server) apiMarkItem(kind nashra.MarkKind) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		reason, err := readReason(r, kind == nashra.MarkHide)
		if err != nil {
			return err
		}
		id := r.PathValue("id")
		if err := s.desk.Decide(r.Context(), actor(r), nashra.Mark{Kind: kind, Article: id, Reason: reason}); err != nil {
			return err
		}
		it, err := s.itemOf(r.Context(), id)
		if err != nil {
			return err
		}
		return s.sendResult(w, r, http.StatusOK, it)
	}
}
