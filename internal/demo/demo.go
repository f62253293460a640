// Package demo is three partner sites for people who have no partner yet.
//
// Whoever tries nashra wants to see it work before any agreement is signed and
// without a network. So the program carries three small news sites, served on
// loopback, that behave as partners do, with their virtues and faults: one
// sends whole bodies in RSS, one has only summaries in Atom and keeps the
// bodies on pages full of furniture, one still writes windows-1256. They
// answer conditional requests and have a robots.txt.
//
// The articles were written for this project and lie in the folder articles,
// a file each. Their papers, people and towns do not exist.
//
// The sites know nothing of nashra and would serve any feed reader. Begin with
// [Start].
package demo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Source is what an aggregator must know of a partner to carry it.
type Source struct {
	ID       string
	Name     string
	Feed     string // URL
	Homepage string // URL
	Category string
	Content  string // where whole bodies are: "feed" or "page"
	Licence  string
}

// Partners are the running sites.
type Partners struct {
	sites   []*site
	servers []*http.Server
	serving sync.WaitGroup
}

// Start serves the sites on free ports of 127.0.0.1 until ctx ends or Close is
// called. The articles' dates are spread over the two days before now.
func Start(ctx context.Context) (*Partners, error) {
	p := &Partners{}
	now := time.Now().UTC().Truncate(time.Second)
	for _, paper := range papers {
		articles, err := readArticles(paper.id, now)
		if err != nil {
			return nil, errors.Join(err, p.Close())
		}
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return nil, errors.Join(fmt.Errorf("listen for the partner %q: %w", paper.id, err), p.Close())
		}
		s := &site{paper: paper, base: "http://" + l.Addr().String(), articles: articles, changed: now}
		server := &http.Server{Handler: s.routes(), ReadHeaderTimeout: 10 * time.Second}
		p.sites, p.servers = append(p.sites, s), append(p.servers, server)
		p.serving.Go(func() {
			_ = server.Serve(l) // always an error: that the server was closed
		})
	}
	context.AfterFunc(ctx, func() { _ = p.Close() }) // whoever waits for the end calls Close too
	return p, nil
}

// Close stops the sites and waits for them. It may be called twice.
func (p *Partners) Close() error {
	var all []error
	for _, s := range p.servers {
		all = append(all, s.Close())
	}
	p.serving.Wait()
	return errors.Join(all...)
}

// Sources are the three partners, in a fixed order.
func (p *Partners) Sources() []Source {
	var all []Source
	for _, s := range p.sites {
		all = append(all, Source{
			ID: s.id, Name: s.name, Feed: s.base + "/feed", Homepage: s.base + "/",
			Category: s.category, Content: s.content, Licence: "MIT, as a part of nashra",
		})
	}
	return all
}

// paper is what makes one partner differ from the others.
type paper struct {
	id, name, category, tagline string
	content                     string
	feed                        func(*site) []byte
	feedType, pageType          string // Content-Type
	page                        string // template
	encode                      func([]byte) []byte
}

var papers = []paper{
	{
		id: "risha", name: "جريدة ريشة ومداد", category: "ثقافة", tagline: "يومية تعنى بالفنون والناس",
		content: "feed", feed: (*site).rss, feedType: "application/rss+xml; charset=utf-8",
		page: "plain.html", pageType: "text/html; charset=utf-8", encode: utf8Bytes,
	},
	{
		id: "madar", name: "مجلة مدار وموجة", category: "علوم", tagline: "علوم وبيئة واقتصاد",
		content: "page", feed: (*site).atom, feedType: "application/atom+xml; charset=utf-8",
		page: "portal.html", pageType: "text/html; charset=utf-8", encode: utf8Bytes,
	},
	{
		// An old program: neither header names the encoding, so that only the
		// XML declaration and the meta element tell it.
		id: "jisr", name: "بوابة الجسر القديم", category: "محليات", tagline: "أخبار البلد وأهله",
		content: "feed", feed: (*site).oldRSS, feedType: "text/xml",
		page: "old.html", pageType: "text/html", encode: windows1256,
	},
}

// site is one running partner.
type site struct {
	paper
	base     string    // URL without a trailing slash
	articles []article // newest first
	changed  time.Time
}

func (s *site) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.front)
	mux.HandleFunc("GET /feed", s.serveFeed)
	mux.HandleFunc("GET /news/{slug}", s.article)
	mux.HandleFunc("GET /pictures/{name}", picture)
	mux.HandleFunc("GET /robots.txt", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("User-agent: *\nAllow: /\n")) // the reader has gone; there is nobody to tell
	})
	return mux
}

func (s *site) serveFeed(w http.ResponseWriter, r *http.Request) {
	serve(w, r, s.feedType, s.changed, s.encode(s.feed(s)))
}

// serve answers with body, conditionally (RFC 9110, section 13).
func serve(w http.ResponseWriter, r *http.Request, contentType string, changed time.Time, body []byte) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("ETag", fmt.Sprintf(`"%x"`, sha256.Sum256(body))[:20]+`"`)
	http.ServeContent(w, r, "", changed, bytes.NewReader(body))
}

// link is the address of an article's page.
func (s *site) link(a article) string { return s.base + "/news/" + a.slug }

// absolute fills in the site's address where an article's file says {base}.
func (s *site) absolute(html string) string {
	return strings.ReplaceAll(html, "{base}", s.base)
}
