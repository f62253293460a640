package ingest_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"nashra"
)

// reread has the desk ask for article n again, by somebody of that name.
func (p *partner) reread(n int, how nashra.MarkKind) nashra.Reread {
	p.t.Helper()
	out, err := p.g.Reread(p.t.Context(), p.article(n).ID, how, "سلمى")
	if err != nil {
		p.t.Fatal(err)
	}
	return out
}

// rereads are the two ways.
var rereads = []nashra.MarkKind{nashra.MarkRefresh, nashra.MarkReextract}

func TestAnArticleTakesUpWhatThePartnerChanged(t *testing.T) {
	for _, how := range rereads {
		p := newPartner(t, stories(1, 3)...)
		p.cycle("ok new 3 updated 0 unchanged 0")
		before := p.state()
		p.change(func() {
			p.list[1].page = strings.ReplaceAll(p.list[1].page, "عشرين عاما", "ثلاثين عاما")
			p.list[0].title = "لا شأن لها بهذا"
		})
		if out := p.reread(2, how); out != (nashra.Reread{Changed: true}) {
			t.Errorf("%s: %+v", how, out)
		}
		a := p.article(2)
		if !strings.Contains(a.HTML, "ثلاثين عاما") || a.Revision != 1 || a.Cause != nashra.CausePartner {
			t.Errorf("%s: revision %d by %s: %s", how, a.Revision, a.Cause, a.HTML)
		}
		if other := p.article(1); other.Revision != 0 {
			t.Errorf("%s: another article was changed: %q", how, other.Title)
		}
		after := p.state()
		if after.Cycle != before.Cycle || after.Validators != before.Validators || !after.LastFetch.Equal(before.LastFetch) {
			t.Errorf("%s: the source's state is another", how)
		}
		p.cycle("ok new 0 updated 1 unchanged 2") // article 1, whose title the feed has changed
	}
}

func TestOnlyReextractionReadsTheSamePageAgain(t *testing.T) {
	p := newPartner(t, stories(1, 2)...)
	p.cycle("ok new 2 updated 0 unchanged 0")
	p.sub.Remove = []string{"p:first-child"}
	p.open()
	if out := p.reread(2, nashra.MarkRefresh); out != (nashra.Reread{}) || p.article(2).Revision != 0 {
		t.Errorf("a refresh of the same comes to %+v, revision %d", out, p.article(2).Revision)
	}
	if out := p.reread(2, nashra.MarkReextract); !out.Changed {
		t.Errorf("with another setting it comes to %+v", out)
	}
	a := p.article(2)
	if a.Cause != nashra.CauseDesk || a.Revision != 1 || strings.Count(a.HTML, "<p>") != 3 {
		t.Errorf("revision %d by %s: %s", a.Revision, a.Cause, a.HTML)
	}
	if out := p.reread(2, nashra.MarkReextract); out != (nashra.Reread{}) || p.article(2).Revision != 1 {
		t.Errorf("once more it comes to %+v, revision %d", out, p.article(2).Revision)
	}
	p.cycle("not_modified new 0 updated 0 unchanged 0")
}

func TestAnArticleThatLeftTheFeedIsReadOfItsPage(t *testing.T) {
	for _, how := range rereads {
		p := newPartner(t, stories(1, 3)...)
		p.cycle("ok new 3 updated 0 unchanged 0")
		a := p.article(1)
		page := strings.ReplaceAll(p.list[0].page, "عشرين عاما", "ثلاثين عاما")
		p.change(func() {
			p.list = p.list[1:]
			p.fault = func(w http.ResponseWriter, r *http.Request) bool {
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				fmt.Fprintf(w, `<html lang="ar"><body><article>%s</article></body></html>`, page)
				return true
			}
		})
		if out := p.reread(1, how); !out.Changed {
			t.Errorf("%s: %+v", how, out)
		}
		got := p.article(1)
		if got.ID != a.ID || !strings.Contains(got.HTML, "ثلاثين عاما") || got.Title != a.Title || !got.Published.Equal(a.Published) || got.EntryHash != a.EntryHash {
			t.Errorf("%s: it is now %+v", how, got)
		}
	}
}

func TestWhatCannotBeReadChangesNothing(t *testing.T) {
	tests := []struct {
		name   string
		break_ func(*partner)
		status int
		want   string
	}{
		{"the page is gone", func(p *partner) { p.refuse(404) }, 404, "404"},
		{"the partner blocks us", func(p *partner) { p.refuse(403) }, 403, "403"},
		{"the partner's server fails", func(p *partner) { p.refuse(500) }, 500, "500"},
		{"the page holds no article", func(p *partner) { p.change(func() { p.list[0].page = "<nav>رئيسية</nav>" }) }, 0, "no article"},
		{"the page has another body", func(p *partner) {
			p.change(func() {
				p.list[0].page = strings.Repeat("<p>We are sorry, this page cannot be shown to you at this time, so please come back later, or write to us.</p>", 8)
			})
		}, 0, "script"},
		{"the source is paused", func(p *partner) {
			mark := nashra.Batch{ID: "pause", At: time.Now(), By: "desk", Marks: []nashra.Mark{{Kind: nashra.MarkPause, Source: p.sub.ID}}}
			if _, err := p.store.Apply(p.t.Context(), mark); err != nil {
				p.t.Fatal(err)
			}
		}, 0, "paused"},
		{"the site is away", func(p *partner) { p.Server.Close() }, 0, "nothing listens"},
	}
	for _, tt := range tests {
		for _, how := range rereads {
			p := newPartner(t, stories(1, 2)...)
			p.cycle("ok new 2 updated 0 unchanged 0")
			before := p.article(1)
			tt.break_(p)
			out := p.reread(1, how)
			if out.Changed || out.Status != tt.status || !strings.Contains(out.Error, tt.want) {
				t.Errorf("%s, %s: %+v", tt.name, how, out)
			}
			if a := p.article(1); a.Revision != before.Revision || a.HTML != before.HTML {
				t.Errorf("%s, %s: the article was changed to %s", tt.name, how, a.HTML)
			}
		}
	}
}

func TestATextOfTheFeedIsReadOfTheFeed(t *testing.T) {
	p := newPartner(t)
	p.sub.Content = nashra.ContentFeed
	p.open()
	n := story(1)
	n.body = n.page
	p.change(func() { p.list = []news{n} })
	p.cycle("ok new 1 updated 0 unchanged 0")
	p.change(func() {
		p.list[0].body += "<p>وأضافت الهيئة أن الفرع يفتح أبوابه يوم الجمعة أيضا.</p>"
	})
	if out := p.reread(1, nashra.MarkRefresh); !out.Changed || !strings.Contains(p.article(1).HTML, "يوم الجمعة أيضا") {
		t.Errorf("%+v: %s", out, p.article(1).HTML)
	}
	p.change(func() { p.list = nil })
	if out := p.reread(1, nashra.MarkReextract); out.Changed || !strings.Contains(out.Error, "does not hold it any more") {
		t.Errorf("out of the feed: %+v", out)
	}
	if got := p.requests(); len(got) != 0 {
		t.Errorf("pages were asked for: %v", got)
	}
}

func TestWhatIsNotThereCannotBeReadAgain(t *testing.T) {
	p := newPartner(t, stories(1, 1)...)
	p.cycle("ok new 1 updated 0 unchanged 0")
	if _, err := p.g.Reread(t.Context(), nashra.NewID("a", "nothing"), nashra.MarkRefresh, "سلمى"); !errors.Is(err, nashra.ErrNotFound) {
		t.Errorf("of an article that was never stored: %v", err)
	}
}
