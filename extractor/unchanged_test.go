package extractor_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"nashra"
	"nashra/extractor"
)

// TestUnchangedPage: the result is what the page and the entry would give
// together.
func TestUnchangedPage(t *testing.T) {
	page := &extractor.Page{URL: "https://partner.example/news/1", Body: []byte(site("<article>" + paragraphsOf(article) + "</article>"))}
	first := nashra.Entry{Link: "https://partner.example/news/1", Title: "محصول القمح", Summary: article[0][:100] + "…"}
	sub := nashra.Subscription{Source: nashra.Source{Name: "الحقل", Language: "ar"}}
	was := extract(t, extractor.Input{Subscription: sub, Entry: first, Page: page})
	tests := []struct {
		name   string
		change func(*nashra.Entry)
	}{
		{"nothing", func(*nashra.Entry) {}},
		{"another title", func(e *nashra.Entry) { e.Title = "محصول القمح يفوق التوقعات" }},
		{"no title: it stays", func(e *nashra.Entry) { e.Title = "" }},
		{"an author", func(e *nashra.Entry) { e.Authors = []string{"سعاد عبد الرحمن"} }},
		{"dates", func(e *nashra.Entry) {
			e.Published, e.Updated = at.Add(-2*time.Hour), at.Add(-time.Hour)
		}},
		{"categories, a picture and a file", func(e *nashra.Entry) {
			e.Categories, e.Image = []string{"اقتصاد"}, "/wheat.jpg"
			e.Enclosures = []nashra.Enclosure{{URL: "/wheat.mp3", Type: "audio/mpeg"}}
		}},
		{"another link", func(e *nashra.Entry) { e.Link = "https://partner.example/news/1?from=rss" }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := first
			tt.change(&e)
			want := extract(t, extractor.Input{Subscription: sub, Entry: e, Page: page})
			if e.Title == "" {
				want.Title = was.Title // which the entry gave, and nothing says that it was taken back
			}
			got := extract(t, extractor.Input{Subscription: sub, Entry: e, Unchanged: &was})
			if !reflect.DeepEqual(got, want) {
				t.Errorf("\n got %+v\nwant %+v", got, want)
			}
		})
	}
	t.Run("a picture for sharing and another in the body", func(t *testing.T) {
		body := strings.Replace(string(page.Body), "<p>", `<p><img src="/in-body.jpg">`, 1)
		body = strings.Replace(body, "<head>", `<head><meta property="og:image" content="/shared.jpg">`, 1)
		was := extract(t, extractor.Input{Subscription: sub, Entry: first, Page: &extractor.Page{URL: page.URL, Body: []byte(body)}})
		got := extract(t, extractor.Input{Subscription: sub, Entry: first, Unchanged: &was})
		if want := "https://partner.example/shared.jpg"; was.Image != want || got.Image != want {
			t.Errorf("got %q, then %q, want %q", was.Image, got.Image, want)
		}
	})
	t.Run("the site's name after a title that stays", func(t *testing.T) {
		e := first
		e.Title = "محصول القمح يفوق التوقعات | صحيفة الحقل"
		was := extract(t, extractor.Input{Subscription: sub, Entry: e, Page: page})
		e.Summary = article[1]
		if got := extract(t, extractor.Input{Subscription: sub, Entry: e, Unchanged: &was}); got.Title != was.Title {
			t.Errorf("got %q, want %q", got.Title, was.Title)
		}
	})
}

func TestStands(t *testing.T) {
	tests := []struct {
		name, method, html, selector string
		want                         bool
	}{
		{"found on the page", "generic", "<p>نص</p>", "", true},
		{"in the page's data", "json-ld", "<p>نص</p>", "", true},
		{"by the selector", "select", "<p>نص</p>", ".body", true},
		{"of the feed", "feed", "<p>نص</p>", "", false},
		{"of the feed beside a selector", "feed", "<p>نص</p>", ".body", false},
		{"before there was a selector", "generic", "<p>نص</p>", ".body", false},
		{"by a selector that is gone", "select", "<p>نص</p>", "", false},
		{"no body", "", "", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := extractor.Stands(nashra.Subscription{Select: tt.selector}, nashra.Content{Method: tt.method, HTML: tt.html})
			if got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}
