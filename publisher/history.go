package publisher

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"nashra"
)

// Feeds hold the newest articles, and a reader that comes new, or comes back
// after a week, wants the others too. RFC 5005 has two ways: archives, whose
// documents never change, behind the feeds of the site, a source or a category;
// and pages, behind the results of a search.

// historyNamespace is that of RFC 5005's elements.
const historyNamespace = "http://purl.org/syndication/history/1.0"

// history is where a document stands among those of its feed. URLs are
// absolute; "": there is none.
type history struct {
	Current     string // of the document that is subscribed to, where this is another
	PrevArchive string // of what arrived before
	NextArchive string // of what arrived after; archives only
	First, Next string // pages of results
	Archive     bool   // the document is one of the archive
	Complete    bool   // the document holds all that the feed has
}

// older is the next document on the way to all that the feed has.
func (h history) older() string {
	if h.Next != "" {
		return h.Next
	}
	return h.PrevArchive
}

// links are the links that h comes to, by relation (RFC 5005, appendix B).
func (h history) links() [][2]string {
	var links [][2]string
	for _, link := range [][2]string{
		{"current", h.Current}, {"prev-archive", h.PrevArchive}, {"next-archive", h.NextArchive},
		{"first", h.First}, {"next", h.Next},
	} {
		if link[1] != "" {
			links = append(links, link)
		}
	}
	return links
}

// writeLinks writes what an XML feed links to beside itself.
func (f feed) writeLinks(x *xmlWriter, element string) {
	if f.Hub != "" {
		x.empty(element, "rel", "hub", "href", f.Hub)
	}
	for _, link := range f.links() {
		x.empty(element, "rel", link[0], "type", f.Media, "href", link[1])
	}
}

// writeHistory writes what the document says of itself (RFC 5005, sections 2
// and 4).
func (f feed) writeHistory(x *xmlWriter) {
	if f.Archive {
		x.empty("fh:archive")
	}
	if f.Complete {
		x.empty("fh:complete")
	}
}

// archive serves GET …/archive/{span}/{file}: what arrived in a span of
// numbers, the last first. It is another document for another span, and holds
// the same articles for ever, but for those that are taken out.
func (s *Server) archive(format feedFormat) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		span, ok := parseSpan(r.PathValue("span"))
		if !ok {
			return nashra.ErrNotFound
		}
		path := archivePath(scopePath(r), span, format)
		return s.serveFeed(w, r, format, path, func(ctx context.Context, now time.Time) (feed, *catalogue, error) {
			sc, c, err := s.scopeAt(ctx, now, r)
			if err != nil {
				return feed{}, nil, err
			}
			part, err := s.store.Archive(ctx, nashra.ArchiveQuery{Source: sc.query.Source, Category: sc.query.Category, Span: span, Visible: now})
			if err != nil {
				return feed{}, nil, err
			}
			f, err := s.feedOf(sc, c, part.Records)
			f.Archive = true
			f.Current = s.absolute(sc.path + "/" + format.File)
			f.PrevArchive = s.archiveURL(sc.path, part.Previous, format)
			f.NextArchive = s.archiveURL(sc.path, part.Next, format)
			return f, c, err
		})
	}
}

func (s *Server) archiveURL(scope string, span nashra.Span, format feedFormat) string {
	if span == (nashra.Span{}) {
		return ""
	}
	return s.absolute(archivePath(scope, span, format))
}

func archivePath(scope string, span nashra.Span, format feedFormat) string {
	return scope + "/archive/" + strconv.FormatUint(span.From, 10) + "-" + strconv.FormatUint(span.Upto, 10) + "/" + format.File
}

// parseSpan reads a span as archivePath writes it, and in no other spelling.
func parseSpan(text string) (nashra.Span, bool) {
	from, upto, _ := strings.Cut(text, "-")
	var span nashra.Span
	var err error
	if span.From, err = strconv.ParseUint(from, 10, 64); err != nil {
		return span, false
	}
	if span.Upto, err = strconv.ParseUint(upto, 10, 64); err != nil {
		return span, false
	}
	return span, text == strconv.FormatUint(span.From, 10)+"-"+strconv.FormatUint(span.Upto, 10)
}
