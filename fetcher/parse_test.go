package fetcher_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"nashra"
	"nashra/fetcher"
)

var now = time.Date(2025, 6, 2, 9, 0, 0, 0, time.UTC)

func parse(tb testing.TB, body string) (fetcher.Feed, error) {
	tb.Helper()
	from, err := url.Parse("https://partner.example/akhbar/feed")
	if err != nil {
		tb.Fatal(err)
	}
	return fetcher.ParseForTest([]byte(body), "", from, subscription("").Zone, now)
}

// item parses one item of RSS 2.0 and returns its entry.
func item(t *testing.T, inner string) nashra.Entry {
	t.Helper()
	feed, err := parse(t, `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" `+
		`xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:atom="http://www.w3.org/2005/Atom"><channel><item>`+inner+`</item></channel></rss>`)
	if err != nil || len(feed.Entries) != 1 {
		t.Fatalf("got %+v, %v", feed, err)
	}
	return feed.Entries[0]
}

func TestLinkOfAnItem(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"absolute", "<link>https://a.example/1</link>", "https://a.example/1"},
		{"relative to the feed", "<link>../1</link>", "https://partner.example/1"},
		{"with line breaks", "<link>\n https://a.example/\n1 \n</link>", "https://a.example/1"},
		{"Arabic and not escaped", "<link>https://a.example/خبر/1</link>", "https://a.example/%D8%AE%D8%A8%D8%B1/1"},
		{"escaped twice", "<link>https://a.example/?a=1&amp;amp;b=2</link>", "https://a.example/?a=1&b=2"},
		{"a broken escape", "<link>https://a.example/100%/1</link>", "https://a.example/100%25/1"},
		{"without a scheme", "<link>www.a.example/1</link>", "https://www.a.example/1"},
		{"in an attribute", `<link href="https://a.example/1"/>`, "https://a.example/1"},
		{"an Atom link", `<atom:link rel="self" href="https://a.example/feed"/><atom:link href="https://a.example/1"/>`, "https://a.example/1"},
		{"the guid in its place", "<guid>https://a.example/1</guid>", "https://a.example/1"},
		{"a guid that is no link", `<guid isPermaLink="false">https://a.example/1</guid>`, ""},
		{"a link beats the guid", "<guid>https://a.example/2</guid><link>https://a.example/1</link>", "https://a.example/1"},
		{"a link that is no web address", "<link>javascript:alert(1)</link><guid>https://a.example/1</guid>", "https://a.example/1"},
		{"longer than any address", "<link>https://a.example/" + strings.Repeat("x", 10_000) + "</link>", ""},
		{"with credentials", "<link>https://u:p@a.example/1</link>", "https://a.example/1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := item(t, "<title>t</title>"+tt.in).Link; got != tt.want {
				t.Errorf("%s: got %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestGUIDOfAnItem(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"as it stands", "<guid isPermaLink=\"false\"> Tag:X,2025:7 </guid>", "Tag:X,2025:7"},
		{"empty", "<guid/>", ""},
		{"too long for a key", "<guid>" + strings.Repeat("x", 10_000) + "</guid>", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := item(t, "<title>t</title>"+tt.in).GUID; got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestBodyAndSummaryOfAnItem(t *testing.T) {
	long := "<p>" + strings.Repeat("جملة طويلة من نص الخبر. ", 60) + "</p>"
	tests := []struct{ name, in, summary, body string }{
		{"both", "<description>s</description><content:encoded><![CDATA[<p>b</p>]]></content:encoded>", "s", "<p>b</p>"},
		{"a teaser", "<description><![CDATA[<p>s</p>]]></description>", "<p>s</p>", ""},
		{"a whole article as its description", "<description><![CDATA[" + long + "]]></description>", long, long},
		{"a long description without paragraphs", "<description>" + strings.Repeat("كلمة ", 500) + "</description>", strings.TrimSpace(strings.Repeat("كلمة ", 500)), ""},
		{"XHTML in RSS", `<description>s</description><body xmlns="http://www.w3.org/1999/xhtml"><p>b</p></body>`, "s", "<p>b</p>"},
		{"CDATA in parts", "<description>a <![CDATA[<b>b</b>]]> c</description>", "a <b>b</b> c", ""},
		{"a summary of iTunes", "<itunes:summary>s</itunes:summary>", "s", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := item(t, "<title>t</title>"+tt.in)
			if e.Summary != tt.summary || e.Body != tt.body {
				t.Errorf("got %q and %q,\nwant %q and %q", e.Summary, e.Body, tt.summary, tt.body)
			}
		})
	}
}

func TestAuthorsOfAnItem(t *testing.T) {
	tests := []struct {
		name, in string
		want     []string
	}{
		{"as the specification says", "<author>a@b.example (سارة علي)</author>", []string{"سارة علي"}},
		{"the other way round", "<author>سارة علي (a@b.example)</author>", []string{"سارة علي"}},
		{"as in a letter", "<author>سارة علي &lt;a@b.example&gt;</author>", []string{"سارة علي"}},
		{"a name alone", "<author>سارة علي</author>", []string{"سارة علي"}},
		{"an address alone", "<author>a@b.example</author>", nil},
		{"Dublin Core, twice, and once more", "<dc:creator>سارة</dc:creator><dc:creator>كريم</dc:creator><author>سارة</author>", []string{"سارة", "كريم"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := item(t, "<title>t</title>"+tt.in).Authors; !reflect.DeepEqual(got, tt.want) {
				t.Errorf("%s: got %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestPictureOfAnItem(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"Media RSS", `<media:thumbnail url="/s.jpg"/><media:content url="/b.jpg" medium="image"/>`, "https://partner.example/b.jpg"},
		{"inside a group", `<media:group><media:content url="/b.jpg" type="image/jpeg"/></media:group>`, "https://partner.example/b.jpg"},
		{"a video's thumbnail", `<media:content url="/v.mp4" type="video/mp4"><media:thumbnail url="/s.jpg"/></media:content>`, "https://partner.example/s.jpg"},
		{"an enclosure", `<enclosure url="/e.png" type="image/png" length="x"/>`, "https://partner.example/e.png"},
		{"iTunes", `<itunes:image href="/i.png"/>`, "https://partner.example/i.png"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := item(t, "<title>t</title>"+tt.in).Image; got != tt.want {
				t.Errorf("%s: got %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestHashFollowsWhatThePartnerSent(t *testing.T) {
	const base = "<title>t</title><link>/1</link><guid>g</guid><description>d</description><pubDate>Fri, 01 Jan 2100 00:00:00 GMT</pubDate><category>c</category><dc:creator>a</dc:creator>"
	hash := item(t, base).Hash
	if again := item(t, base).Hash; again != hash || hash.IsZero() {
		t.Errorf("the same item hashes to %v and %v", hash, again)
	}
	if noise := item(t, base+"<comments>7</comments>").Hash; noise != hash {
		t.Error("a count of comments changes the hash")
	}
	for _, change := range [][2]string{
		{"<title>t", "<title>T"}, {"/1<", "/2<"}, {">g<", ">h<"}, {">d<", ">e<"}, {"2100", "2101"}, {">c<", ">k<"}, {">a<", ">b<"},
		{"<category>c</category><dc:creator>a</dc:creator>", "<category>a</category><dc:creator>c</dc:creator>"},
	} {
		if item(t, strings.Replace(base, change[0], change[1], 1)).Hash == hash {
			t.Errorf("%s in place of %s: the same hash", change[1], change[0])
		}
	}
}

func TestHashIsStable(t *testing.T) {
	// Written down: with another hash every stored article would be "updated".
	got := item(t, "<title>عنوان</title><link>https://a.example/1</link><guid>7</guid><description>d</description>").Hash.String()
	if want := "52020e419493881b"; !strings.HasPrefix(got, want) {
		t.Errorf("got %s, want %s…", got, want)
	}
}

func TestTitleIsBounded(t *testing.T) {
	feed, err := parse(t, rssHead+"<item><link>https://partner.example/1</link><title>"+strings.Repeat("عنوان ", 50_000)+"</title></item>"+rssTail)
	if err != nil || len(feed.Entries) != 1 {
		t.Fatalf("got %+v, %v", feed, err)
	}
	if title := feed.Entries[0].Title; len(title) > 5_000 || !strings.HasSuffix(title, "…") || !utf8.ValidString(title) {
		t.Errorf("got a title of %d bytes that ends with %q", len(title), title[len(title)-10:])
	}
}

func TestFeedIsCapped(t *testing.T) {
	feed, err := parse(t, rssFeed(fetcher.MaxEntries+7))
	if err != nil || len(feed.Entries) != fetcher.MaxEntries {
		t.Fatalf("got %d entries, %v", len(feed.Entries), err)
	}
	if len(feed.Warnings) != 1 || !strings.Contains(feed.Warnings[0], "10007 entries") {
		t.Errorf("got warnings %q", feed.Warnings)
	}
}

func TestBrokenDocumentsKeepWhatIsWhole(t *testing.T) {
	tests := []struct {
		name, in string
		want     []string
		failed   bool
	}{
		{"cut inside an item", rssHead + rssItems(2) + "<item><title>x", []string{"خبر رقم 0", "خبر رقم 1"}, true},
		{"cut inside a tag", rssHead + rssItems(1) + `<item><link href="`, []string{"خبر رقم 0"}, true},
		{"cut inside CDATA", rssHead + rssItems(1) + `<item><title><![CDATA[x`, []string{"خبر رقم 0"}, true},
		{"cut behind an item", rssHead + rssItems(1), []string{"خبر رقم 0"}, false},
		{"cut in the channel's own words", rssHead + rssItems(1) + "<description>x", []string{"خبر رقم 0"}, false},
		{"an item that never ends", rssHead + "<item><title>x</title></channel></rss>" + rssItems(1), nil, true},
		{"an item that ends with the channel", rssHead + rssItems(1) + "<item><title>x</title></channel></rss>", []string{"خبر رقم 0"}, true},
		{"items without end tags", rssHead + "<item><title>a</title><item><title>b</title><item><title>c</title></channel></rss>", []string{"a", "b", "c"}, false},
		{"a title without its end tag", rssHead + "<item><title>a<link>https://a.example/</link></item>" + rssItems(1) + rssTail, []string{"a", "خبر رقم 0"}, false},
		{"stray end tags", rssHead + "<item><title>a</b></title></p></item></div>" + rssItems(1) + rssTail, []string{"a", "خبر رقم 0"}, false},
		{"an apostrophe in a document type", "<!DOCTYPE rss [<!-- don't --><!ENTITY a '>'>]>" + rssFeed(1), []string{"خبر رقم 0"}, false},
		{"items inside an item", rssHead + "<item><title>a</title><gallery><item><title>b</title></item></gallery></item>" + rssTail, []string{"a"}, false},
		{"a second document behind", rssHead + rssItems(1) + rssTail + rssFeed(2), []string{"خبر رقم 0"}, false},
		{"JSON cut off", `{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"a"},{"id":"2","ti`, []string{"a"}, true},
		{"JSON cut between items", `{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"a"}`, []string{"a"}, true},
		{"JSON with a tab in a string", "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{\"id\":\"1\",\"title\":\"a\tb\"}]}", []string{"a b"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			feed, err := parse(t, tt.in)
			if got := titles(feed.Entries); fmt.Sprint(got) != fmt.Sprint(tt.want) || (err != nil) != tt.failed {
				t.Errorf("got %q, %v; want %q, failed %v", got, err, tt.want, tt.failed)
			}
			if len(tt.want) > 0 && errors.Is(err, nashra.ErrNotFeed) {
				t.Errorf("got %v, though there are entries", err)
			}
		})
	}
}

func TestNestingAndEntitiesAreBounded(t *testing.T) {
	deep := rssHead + "<item><title>t</title><description>" + strings.Repeat("<div>", 100_000) + "نص" + strings.Repeat("</div>", 100_000) + "</description></item>" + rssTail
	feed, err := parse(t, deep)
	if err != nil || len(feed.Entries) != 1 || !strings.Contains(feed.Entries[0].Summary, "نص") {
		t.Errorf("nesting: got %d entries, %v", len(feed.Entries), err)
	}
	if n := strings.Count(feed.Entries[0].Summary, "<div>"); n >= fetcher.MaxDepth {
		t.Errorf("nesting: %d elements deep", n)
	}
	bomb := `<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>` +
		`<rss version="2.0"><channel><item><title>&c;</title></item></channel></rss>`
	feed, err = parse(t, bomb)
	if err != nil || len(feed.Entries) != 1 || feed.Entries[0].Title != "&c;" {
		t.Errorf("entities: got %+v, %v", feed.Entries, err)
	}
}

// TestHostileDocumentsCostLittle has documents that keep a parser busy for
// minutes when they have the size that a feed may have.
func TestHostileDocumentsCostLittle(t *testing.T) {
	nested := ""
	for i := range 200 {
		nested += "<x:y"
		for j := range 60 {
			nested += fmt.Sprintf(" xmlns:n%dx%d='u'", i, j)
		}
		nested += ">"
	}
	item := func(inner string) string { return rssHead + "<item><title>t</title>" + inner + "</item>" + rssTail }
	for name, body := range map[string]string{
		"an extension in many pieces":        item("<x:y>" + strings.Repeat("a<x:z/>", 300_000) + "</x:y>"),
		"an extension with many line breaks": item("<x:y>" + strings.Repeat("a<br>", 300_000) + "</x:y>"),
		"an extension of CDATA":              item("<x:y>" + strings.Repeat("<![CDATA[a]]>", 150_000) + "</x:y>"),
		"everything made an extension":       strings.Replace(item("<description>"+strings.Repeat("a<b/>", 100_000)+"</description>"), "<channel", `<channel xmlns="u"`, 1),
		"an item made an extension":          strings.Replace(item("<description>"+strings.Repeat("a<b/>", 100_000)+"</description>"), "<item", `<item xmlns="u"`, 1),
		"a feed made an extension":           `<feed xmlns="http://www.w3.org/1999/xhtml"><entry><title>t</title><summary>` + strings.Repeat("a<b/>", 100_000) + "</summary></entry></feed>",
		"many namespaces":                    item(nested + strings.Repeat("<x:q/>", 5000) + strings.Repeat("</x:y>", 200)),
		"many attributes":                    item("<x:y " + strings.Repeat("a='b' ", 300_000) + "/>"),
		"many empty items":                   rssHead + strings.Repeat("<item/>", 100_000) + rssTail,
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			feed, err := parse(t, body)
			runtime.ReadMemStats(&after)
			if used := after.TotalAlloc - before.TotalAlloc; used > 256<<20 {
				t.Errorf("%d KiB cost %d MiB (%d entries, %v)", len(body)>>10, used>>20, len(feed.Entries), err)
			}
		})
	}
}

func FuzzMendIsWellFormed(f *testing.F) {
	f.Add("<rss><channel><item>a<br>b</item><item>")
	f.Add("<a b=c d='e\"' f><![CDATA[]]]]><![CDATA[>]]></a>]]>&bogus;&amp;&lt")
	f.Add("<!DOCTYPE a [<!ENTITY b '>'>]><a>&b;</a>")
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "")
		out := fetcher.Mend([]byte(text))
		if err := wellFormed(out); err != nil {
			t.Errorf("Mend(%q) = %q: %v", text, out, err)
		}
		if again := fetcher.Mend(out); !bytes.Equal(again, out) {
			t.Errorf("mended twice: %q, then %q", out, again)
		}
	})
}

func BenchmarkParseFeed(b *testing.B) {
	var items strings.Builder
	body := strings.Repeat("<p>"+arabicText+"، و<a href=\"https://partner.example/x\">هذا رابط</a>.</p>\n", 20)
	for i := range 50 {
		fmt.Fprintf(&items, "<item><title>خبر رقم %d</title><link>https://partner.example/%d</link><guid>https://partner.example/%d</guid>"+
			"<pubDate>Mon, 02 Jun 2025 08:00:00 +0300</pubDate><category>أخبار</category><description>ملخص &amp; أكثر</description>"+
			"<content:encoded xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><![CDATA[%s]]></content:encoded></item>", i, i, i, body)
	}
	feed := rssHead + items.String() + rssTail
	b.SetBytes(int64(len(feed)))
	b.ReportAllocs()
	for b.Loop() {
		if got, err := parse(b, feed); err != nil || len(got.Entries) != 50 {
			b.Fatal(len(got.Entries), err)
		}
	}
}

// askedOf is a context that is cancelled when it was asked so often.
type askedOf struct {
	context.Context
	left int
}

func (c *askedOf) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

func TestParsingEndsInTheMiddleWithTheCaller(t *testing.T) {
	from, err := url.Parse("https://partner.example/feed")
	if err != nil {
		t.Fatal(err)
	}
	atom := `<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>` + strings.Repeat(`<entry><id>urn:x:1</id><title>عنوان</title></entry>`, 2000) + `</feed>`
	for name, body := range map[string]string{"rss": rssFeed(2000), "atom": atom} {
		feed, err := fetcher.ParseWithinForTest(&askedOf{t.Context(), 3}, []byte(body), from)
		if !errors.Is(err, context.Canceled) || errors.Is(err, nashra.ErrNotFeed) || len(feed.Entries) != 0 {
			t.Errorf("%s: got %d entries, %v, want the caller's error", name, len(feed.Entries), err)
		}
	}
}
