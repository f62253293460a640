package fetcher_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"nashra/fetcher"
)

// What is read of simple items is what gofeed reads of them, whatever stands
// in them and between them.
func TestSimpleItemsReadAsGofeedReadsThem(t *testing.T) {
	const head = `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"` +
		` xmlns:media="http://search.yahoo.com/mrss/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/"`
	common := `<item>
	<title>عنوان &amp; آخر &#8230; &lt;b&gt;</title><link>https://partner.example/1</link>
	<dc:creator><![CDATA[سعاد & علي]]></dc:creator><pubDate>Mon, 23 Nov 2026 10:00:00 +0200</pubDate>
	<category><![CDATA[سياسة]]></category><category domain="x">ثقافة</category><guid isPermaLink="false">tag:1</guid>
	<description> a <![CDATA[ <p>b</p> ]]> c &quot; <![CDATA[d]]> </description><content:encoded><![CDATA[<p>جسم</p>]]></content:encoded>
	<enclosure url="https://partner.example/a.mp3?x=1&amp;y=2" length="7" type="audio/mpeg"/>
	<comments>https://partner.example/1#c</comments><slash:comments>3</slash:comments></item>`
	items := func(list ...string) string {
		return head + `><channel><title>ج</title><link>https://partner.example/</link>` + strings.Join(list, "\n") + `</channel></rss>`
	}
	with := func(elements string) string { return items("<item><title>ط</title>" + elements + "</item>") }
	tests := []struct {
		name, body string
		simple     int
	}{
		{"a common item", items(common), 1},
		{"no items", items(), 0},
		{"the order stays where some are not simple", items(common, `<item><title>م</title><media:content url="https://partner.example/p.jpg" medium="image"/></item>`,
			`<item><title>ن</title></item>`, `<item><title lang="ar">هـ</title></item>`, `<item><title>و</title></item>`), 3},
		{"an item without an end tag", items(`<item><title>ا</title>`, `<item><title>ب</title></item>`), 2},
		{"an element twice", with(`<title>ثان</title><link>https://partner.example/1</link><link>https://partner.example/2</link><guid>a</guid><guid>b</guid>`), 1},
		{"empty elements", with(`<link/><description/><guid/><category/><dc:creator/><enclosure/>`), 1},
		{"a guid in a wrong spelling", with(`<guid isPermalink="false">https://partner.example/9</guid>`), 1},
		{"a guid that says nothing", with(`<guid isPermaLink="" isPermalink="FALSE">https://partner.example/9</guid>`), 1},
		{"references that HTML reads in its way", with(`<description>&copy; &copy=1; &nbsp;x &#128; &#x41; &unknown; &</description>`), 1},
		{"a reference in a section of CDATA", with(`<description><![CDATA[&amp;&copy=1;]]>&amp;amp;</description>`), 1},
		{"the end of a section of CDATA in text", with(`<description>a ]]> b</description>`), 1},
		{"Dublin Core", with(`<dc:date>2026-11-23T10:00:00Z</dc:date><dc:subject>a &amp; b</dc:subject><dc:subject> c </dc:subject><dc:language>ar</dc:language>`), 1},
		{"a number in Dublin Core", with(`<dc:creator>&#128;</dc:creator>`), 0},
		{"an end of line in Dublin Core", with("<dc:creator>a\r\nb</dc:creator>"), 0},
		{"an end of line", with("<description>a\r\nb</description>"), 1},
		{"markup that is not escaped", with(`<description>a <b>c</b></description>`), 0},
		{"text beside the elements", with(`ع`), 0},
		{"an element that nobody knows", with(`<encoded>ج</encoded>`), 0},
		{"a source", with(`<source url="https://other.example/feed">أخرى</source>`), 0},
		{"another case", with(`<LINK>https://partner.example/1</LINK>`), 0},
		{"an item with a language", items(`<item xml:lang="fa"><title>ع</title></item>`), 0},
		{"a base", head + ` xml:base="https://partner.example/x/"><channel>` + common + `</channel></rss>`, 0},
		{"a base on an item", items(`<item xml:base="https://partner.example/x/"><link>1</link></item>`, common), 0},
		{"a prefix that means something else", `<rss xmlns:dc="http://purl.org/dc/terms/"><channel>` + common + `</channel></rss>`, 0},
		{"prefixes that were not declared", `<rss><channel>` + common + `</channel></rss>`, 1},
		{"items outside the channel", head + `><channel><item><title>١</title></item></channel><item><title>٢</title></item></rss>`, 0},
		{"items without a channel", head + `>` + common + `</rss>`, 0},
		{"a root with a prefix", `<r:rss xmlns:r="x"><r:channel><r:item><r:title>ع</r:title></r:item></r:channel></r:rss>`, 0},
		{"a document that breaks off", head + `><channel>` + common + `<item><title>ع`, 1},
		{"RDF", `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel/><item><title>ع</title></item></rdf:RDF>`, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if simple := sameBothWays(t, []byte(tt.body)); simple != tt.simple {
				t.Errorf("%d simple items, want %d", simple, tt.simple)
			}
		})
	}
	t.Run("the documents", func(t *testing.T) {
		simple := 0
		for _, name := range documents(t) {
			simple += sameBothWays(t, document(t, name))
		}
		if simple < 100 {
			t.Errorf("%d simple items in all documents, want 100 at least", simple)
		}
	})
}

// FuzzSimpleItems looks for an item that is read in another way than gofeed
// would.
func FuzzSimpleItems(f *testing.F) {
	for _, name := range documents(f) {
		f.Add(document(f, name))
	}
	f.Add([]byte(rssFeed(3)))
	f.Fuzz(func(t *testing.T, body []byte) { sameBothWays(t, body) })
}

// sameBothWays compares what is read of a feed with what gofeed alone reads of
// it, and returns the number of its simple items.
func sameBothWays(t *testing.T, body []byte) int {
	t.Helper()
	from, err := url.Parse("https://partner.example/akhbar/feed")
	if err != nil {
		t.Fatal(err)
	}
	want, got, simple, errs := fetcher.BothWaysForTest(body, from, now)
	if errs[0] != nil {
		return 0 // then no reading is right
	}
	if errs[1] != nil {
		t.Errorf("%v, which gofeed reads; in %q", errs[1], body)
	}
	if got, want := fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want); got != want {
		t.Errorf("\n got %s\nwant %s\n  in %q", got, want, body)
	}
	return simple
}
