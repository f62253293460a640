package publisher

import (
	"html/template"
	"net/http"
	"net/url"
	"time"

	"nashra"
)

const adminItemRows = 50

// adminItemRow is an item in the desk's lists.
type adminItemRow struct {
	ID, Title, Link, Path string
	Source, SourcePath    string
	Direction             string
	Published             time.Time // zero: the partner gives none
	Sort                  time.Time
	Method                string
	Hidden                *nashra.Marked
	Partial               bool
	Suspect               string
	Revision              int
}

func adminItemRowOf(r nashra.Record) adminItemRow {
	a := r.Article
	row := adminItemRow{
		ID: a.ID, Title: a.Title, Link: a.Link, Path: adminItemPath(a.ID), Source: a.Source, SourcePath: adminSourcePath(a.Source),
		Direction: a.Direction, Published: a.Published, Sort: a.Sort, Method: a.Method, Hidden: r.Marks.Hidden, Partial: a.Partial, Revision: a.Revision,
	}
	if a.Suspect != nil {
		row.Suspect = a.Suspect.Reason
	}
	return row
}

type adminItemsPage struct {
	Source    string // id that the list is narrowed to; "": none
	Sources   []choice
	Filters   []choice
	Words     string
	Searching bool // there is a search
	Rows      []adminItemRow
	pager
}

// adminItems serves GET /admin/items: stored items, hidden ones too, newest
// first, narrowed by source, show (hidden, doubtful) or words.
func (s *Server) adminItems(w http.ResponseWriter, r *http.Request) error {
	ctx, g, query := r.Context(), tongueFor(r), r.URL.Query()
	p := adminItemsPage{Source: query.Get("source"), Words: query.Get("q"), Searching: s.finder != nil}
	statuses, _, err := s.store.Sources(ctx)
	if err != nil {
		return err
	}
	p.Sources = append(p.Sources, choice{"", g.filters[""], p.Source == ""})
	for _, st := range statuses {
		p.Sources = append(p.Sources, choice{st.Source.ID, st.Source.Name, st.Source.ID == p.Source})
	}
	show := query.Get("show")
	shows := func(nashra.Record) bool { return true }
	switch show {
	case "hidden":
		shows = func(r nashra.Record) bool { return r.Marks.Hidden != nil }
	case "doubtful":
		shows = func(r nashra.Record) bool { return r.Article.Suspect != nil || r.Article.Partial }
	default:
		show = ""
	}
	for _, value := range []string{"", "hidden", "doubtful"} {
		p.Filters = append(p.Filters, choice{value, g.itemFilters[value], value == show})
	}
	var records []nashra.Record
	next := ""
	if p.Words != "" && s.finder != nil {
		found, err := s.finder.Search(ctx, nashra.Search{Text: p.Words, Source: p.Source, Limit: adminItemRows, After: query.Get("after")})
		if err != nil {
			return err
		}
		for _, hit := range found.Hits {
			records = append(records, hit.Record)
		}
		next = found.Next
	} else {
		records, next, err = s.walk(ctx, nashra.Query{Source: p.Source, Limit: adminItemRows, After: query.Get("after")}, time.Time{}, shows)
		if err != nil {
			return err
		}
	}
	for _, record := range records {
		if shows(record) {
			p.Rows = append(p.Rows, adminItemRowOf(record))
		}
	}
	if next != "" {
		kept := url.Values{"after": {next}}
		for _, name := range []string{"source", "show", "q"} {
			if v := query.Get(name); v != "" {
				kept.Set(name, v)
			}
		}
		p.Older = "/admin/items?" + kept.Encode()
	}
	return s.sendDesk(w, r, g, "items.html", deskFrame{Title: g.Items, Here: "/admin/items", Page: p})
}

// adminItemPage is one item with its history.
type adminItemPage struct {
	adminItemRow
	Page        string // path for readers
	HidePath    string
	RestorePath string
	RefreshPath string // "": its source is not asked any more
	ExtractPath string
	Byline      string
	FirstSeen   time.Time
	Updated     time.Time
	HiddenBy    string // and when; "": it is not
	Origin      string
	Body        template.HTML
	Revisions   []adminRevision // newest change first
}

// adminRevision is what one change of an item changed.
type adminRevision struct {
	At    time.Time
	Cause string
	Title []edit // empty where it stayed
	Text  []edit
	Same  bool // neither title nor text changed
}

// adminItem serves GET /admin/item/{id}: an item as the desk sees it, hidden or
// not, with what each revision changed.
func (s *Server) adminItem(w http.ResponseWriter, r *http.Request) error {
	return s.sendItem(w, r, deskFrame{Said: tongueFor(r).said(r)})
}

// sendItem sends the page of an item in f.
func (s *Server) sendItem(w http.ResponseWriter, r *http.Request, f deskFrame) error {
	ctx, g := r.Context(), tongueFor(r)
	record, err := s.store.Article(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	a := record.Article
	past, err := s.store.Revisions(ctx, a.ID)
	if err != nil {
		return err
	}
	path := adminItemPath(a.ID)
	p := adminItemPage{
		adminItemRow: adminItemRowOf(record), Page: itemPath(a.ID), HidePath: path + "/hide", RestorePath: path + "/restore",
		Byline: a.Byline, FirstSeen: a.FirstSeen, Updated: a.Updated, Origin: a.Credit.Origin, Body: template.HTML(a.HTML), // sanitised by the extractor before it was stored,
	}
	if _, ok := s.desk.Selectors(a.Source); ok {
		p.RefreshPath, p.ExtractPath = path+"/refresh", path+"/reextract"
	}
	if mark := record.Marks.Hidden; mark != nil {
		p.HiddenBy = g.hiddenBy(mark.By, g.date(mark.At, s.site.Zone))
	}
	after := nashra.Revision{At: a.Revised, Cause: a.Cause, Content: a.Content}
	for _, before := range past {
		rev := adminRevision{At: after.At, Cause: g.causes[after.Cause]}
		if before.Content.Title != after.Content.Title {
			rev.Title = wordDiff(before.Content.Title, after.Content.Title)
		}
		if was, is := s.text(before.Content.HTML), s.text(after.Content.HTML); was != is {
			rev.Text = changedOnly(wordDiff(was, is))
		}
		rev.Same = rev.Title == nil && rev.Text == nil
		p.Revisions = append(p.Revisions, rev)
		after = before
	}
	f.Title, f.Here, f.Page = a.Title, "/admin/items", p
	return s.sendDesk(w, r, g, "item.html", f)
}

// adminReread serves POST /admin/item/{id}/refresh and …/reextract. Where the
// item stays as it was because something stood in the way, the page says what.
func (s *Server) adminReread(how nashra.MarkKind) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, g := r.PathValue("id"), tongueFor(r)
		record, err := s.store.Article(r.Context(), id)
		if err != nil {
			return err
		}
		if _, ok := s.desk.Selectors(record.Article.Source); !ok {
			return conflict("the item's source %q is gone from the configuration", record.Article.Source)
		}
		out, err := s.desk.Reread(r.Context(), actor(r), id, how)
		switch {
		case err != nil:
			return err
		case out.Error != "":
			return s.sendItem(w, r, deskFrame{Failed: g.rereadFailed(out.Status), Detail: out.Error})
		case out.Changed:
			return s.back(w, r, adminItemPath(id), "reread")
		}
		return s.back(w, r, adminItemPath(id), "alike")
	}
}

// adminMarkItem serves POST /admin/item/{id}/hide and …/restore.
func (s *Server) adminMarkItem(kind nashra.MarkKind) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id := r.PathValue("id")
		reason, err := formReason(r, kind == nashra.MarkHide)
		if err == nil {
			err = s.desk.Decide(r.Context(), actor(r), nashra.Mark{Kind: kind, Article: id, Reason: reason})
		}
		if err != nil {
			return err
		}
		return s.back(w, r, adminItemPath(id), string(kind))
	}
}

func adminItemPath(id string) string { return "/admin/item/" + url.PathEscape(id) }
func adminItemsPath(source string) string {
	return "/admin/items?" + url.Values{"source": {source}}.Encode()
}
