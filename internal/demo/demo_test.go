package demo_test

import (
	"bytes"
	"context"
	"image/png"
	"io"
	"mime"
	"net/http"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"github.com/mmcdole/gofeed"
	"golang.org/x/text/encoding/charmap"

	"nashra/internal/demo"
)

func start(t *testing.T) *demo.Partners {
	t.Helper()
	p, err := demo.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func source(t *testing.T, p *demo.Partners, id string) demo.Source {
	t.Helper()
	for _, s := range p.Sources() {
		if s.ID == id {
			return s
		}
	}
	t.Fatalf("no source %q", id)
	return demo.Source{}
}

// get answers the response, its body read, for header lines "Name: value".
func get(t *testing.T, url string, header ...string) (*http.Response, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range header {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, body
}

// utf8Of decodes the partner that writes windows-1256.
func utf8Of(t *testing.T, id string, body []byte) []byte {
	t.Helper()
	if id != "jisr" {
		return body
	}
	out, err := charmap.Windows1256.NewDecoder().Bytes(body)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestEveryFeedParses(t *testing.T) {
	p := start(t)
	tests := []struct {
		id, kind string
		least    int
		body     func(*gofeed.Item) string // where whole bodies are
	}{
		{"risha", "rss", 6, func(i *gofeed.Item) string { return i.Content }},
		{"madar", "atom", 5, nil},
		{"jisr", "rss", 5, func(i *gofeed.Item) string { return i.Description }},
	}
	for _, tt := range tests {
		t.Run(tt.id, func(t *testing.T) {
			src := source(t, p, tt.id)
			resp, body := get(t, src.Feed)
			feed, err := gofeed.NewParser().Parse(bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			if feed.FeedType != tt.kind || feed.Title != src.Name || len(feed.Items) < tt.least {
				t.Errorf("got a %s feed %q of %d items", feed.FeedType, feed.Title, len(feed.Items))
			}
			if _, params, err := mime.ParseMediaType(resp.Header.Get("Content-Type")); err != nil || (params["charset"] != "") == (tt.id == "jisr") {
				t.Errorf("Content-Type %q", resp.Header.Get("Content-Type"))
			}
			for _, item := range feed.Items {
				if item.Title == "" || item.GUID == "" || item.PublishedParsed == nil || !strings.HasPrefix(item.Link, src.Homepage+"news/") {
					t.Errorf("incomplete item %+v", item)
				}
				if tt.body == nil {
					if item.Content != "" || item.Description == "" {
						t.Errorf("%q: want a summary and no body", item.Title)
					}
				} else if n := utf8.RuneCountInString(tt.body(item)); n < 700 {
					t.Errorf("%q: the body has %d characters", item.Title, n)
				}
			}
		})
	}
}

func TestTheOldSiteReallySendsWindows1256(t *testing.T) {
	src := source(t, start(t), "jisr")
	for _, url := range []string{src.Feed, src.Homepage, src.Homepage + "news/bridge"} {
		_, body := get(t, url)
		if utf8.Valid(body) {
			t.Errorf("%s is UTF-8", url)
		}
		if text := utf8Of(t, "jisr", body); !bytes.Contains(text, []byte("الجسر القديم")) {
			t.Errorf("%s does not hold its own name in windows-1256", url)
		}
	}
}

func TestPagesHoldTheWholeArticle(t *testing.T) {
	p := start(t)
	for _, src := range p.Sources() {
		_, body := get(t, src.Feed)
		feed, err := gofeed.NewParser().Parse(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range feed.Items {
			resp, page := get(t, item.Link)
			doc, err := goquery.NewDocumentFromReader(bytes.NewReader(utf8Of(t, src.ID, page)))
			if err != nil {
				t.Fatal(err)
			}
			text := strings.TrimSpace(doc.Text())
			if resp.StatusCode != http.StatusOK || !strings.Contains(text, item.Title) || utf8.RuneCountInString(text) < 1000 {
				t.Errorf("%s: status %d, %d characters", item.Link, resp.StatusCode, utf8.RuneCountInString(text))
			}
		}
	}
}

// The faults are what the demo is there to show; a tidy demo would show
// nothing.
func TestTheArticlesHaveTheFaultsThatCleaningMends(t *testing.T) {
	p := start(t)
	var all strings.Builder
	for _, src := range p.Sources() {
		_, body := get(t, src.Feed)
		all.Write(utf8Of(t, src.ID, body))
		feed, err := gofeed.NewParser().Parse(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range feed.Items {
			_, page := get(t, item.Link)
			all.Write(utf8Of(t, src.ID, page))
		}
	}
	for name, fault := range map[string]string{
		"no space after a comma":            "الميناءين،ويأتي",
		"a space before a comma":            "المبنى ، لكن",
		"tatweel":                           "الكـتـان",
		"a double escape":                   "&amp;quot;",
		"a no-break space":                  "&nbsp;",
		"a presentation form":               "ﻻ يزيد",
		"spaces inside quotes":              "« تمارين",
		"related articles":                  "اقرأ أيضا:",
		"a bare paragraph as heading":       "<p>تفاصيل الخط الجديد</p>",
		"tracking in a link":                "utm_source=feed",
		"an earlier republisher's note":     "ملحوظة: مضمون هذا الخبر تم كتابته بواسطة",
		"an origin as the last block":       "المصدر: نشرة أبناء الواحات",
		"an invitation to a social network": "تابعنا على",
		"an event handler":                  "onclick=",
	} {
		if !strings.Contains(all.String(), fault) {
			t.Errorf("%s: %q is nowhere", name, fault)
		}
	}
}

func TestConditionalRequestsAreAnswered(t *testing.T) {
	for _, src := range start(t).Sources() {
		first, _ := get(t, src.Feed)
		for _, h := range []string{"If-None-Match: " + first.Header.Get("ETag"), "If-Modified-Since: " + first.Header.Get("Last-Modified")} {
			if resp, body := get(t, src.Feed, h); resp.StatusCode != http.StatusNotModified || len(body) > 0 {
				t.Errorf("%s, %s: got %d", src.Feed, h, resp.StatusCode)
			}
		}
	}
}

func TestPicturesAreWhatTheFeedsSay(t *testing.T) {
	p := start(t)
	_, body := get(t, source(t, p, "jisr").Feed)
	feed, err := gofeed.NewParser().Parse(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range feed.Items {
		e := item.Enclosures[0]
		resp, data := get(t, e.URL)
		if got := resp.Header.Get("Content-Type"); got != e.Type || e.Length != "0" {
			t.Errorf("%s: %s, the feed says %s of %s bytes; want 0, not known before it is drawn", e.URL, got, e.Type, e.Length)
		}
		img, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if b := img.Bounds(); b.Dx() != 800 || b.Dy() != 450 {
			t.Errorf("%s: %v", e.URL, b)
		}
	}
}

func TestRobotsMayRead(t *testing.T) {
	for _, src := range start(t).Sources() {
		if _, body := get(t, src.Homepage+"robots.txt"); !bytes.Contains(body, []byte("Allow: /")) {
			t.Errorf("%s: %q", src.ID, body)
		}
	}
}

func TestTheSitesEndWithTheirContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	p, err := demo.Start(ctx)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if resp, err := http.Get(p.Sources()[0].Feed); err == nil {
		resp.Body.Close()
		t.Error("a site still answers")
	}
}

// An article of the demo reads as a newspaper's would.
func TestTitlesAreArabicSentencesWithoutAFullStop(t *testing.T) {
	for _, src := range start(t).Sources() {
		_, body := get(t, src.Feed)
		feed, err := gofeed.NewParser().Parse(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range feed.Items {
			n := utf8.RuneCountInString(item.Title)
			latin := strings.ContainsFunc(item.Title, func(r rune) bool { return unicode.Is(unicode.Latin, r) })
			if n < 30 || n > 100 || latin || strings.HasSuffix(item.Title, ".") {
				t.Errorf("title of %d characters: %q", n, item.Title)
			}
		}
	}
}
