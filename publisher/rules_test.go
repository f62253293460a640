package publisher_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
)

// The rules of the W3C's feed validator that apply to what we write, as far as
// they can be told from a document alone.

// node is an element of an XML document. Names have their namespace as the
// prefix that the rules use.
type node struct {
	name       string
	attributes map[string]string
	text       string
	children   []*node
}

var prefixes = map[string]string{
	"": "", "http://www.sitemaps.org/schemas/sitemap/0.9": "sitemap:", "http://www.google.com/schemas/sitemap-news/0.9": "news:",
	"http://www.w3.org/2005/Atom": "atom:", "http://purl.org/rss/1.0/modules/content/": "content:",
	"http://purl.org/dc/elements/1.1/": "dc:", "http://search.yahoo.com/mrss/": "media:",
	"http://purl.org/syndication/history/1.0": "fh:", "http://purl.org/atompub/tombstones/1.0": "at:",
	"http://www.w3.org/XML/1998/namespace": "xml:", "xml": "xml:", "xmlns": "xmlns:",
}

func parseXML(t *testing.T, data string) *node {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(data))
	root := &node{}
	stack := []*node{root}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("not well-formed: %v", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			n := &node{name: qualified(t, token.Name), attributes: map[string]string{}}
			for _, a := range token.Attr {
				n.attributes[qualified(t, a.Name)] = a.Value
			}
			top := stack[len(stack)-1]
			top.children = append(top.children, n)
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			stack[len(stack)-1].text += string(token)
		}
	}
	if len(root.children) != 1 {
		t.Fatalf("%d root elements", len(root.children))
	}
	return root.children[0]
}

func qualified(t *testing.T, n xml.Name) string {
	t.Helper()
	prefix, ok := prefixes[n.Space]
	if !ok {
		t.Fatalf("unknown namespace %q", n.Space)
	}
	return prefix + n.Local
}

func (n *node) all(name string) []*node {
	var found []*node
	for _, c := range n.children {
		if c.name == name {
			found = append(found, c)
		}
	}
	return found
}

// one is the only child of that name.
func (n *node) one(t *testing.T, name string) *node {
	t.Helper()
	found := n.all(name)
	if len(found) != 1 {
		t.Fatalf("<%s> has %d <%s>, want one", n.name, len(found), name)
	}
	return found[0]
}

// counts checks how often each child may stand, "1", "?" or "*", and that no
// other one does.
func (n *node) counts(t *testing.T, rules map[string]string) {
	t.Helper()
	count := map[string]int{}
	for _, c := range n.children {
		count[c.name]++
		if rules[c.name] == "" {
			t.Errorf("<%s> holds <%s>, which no rule allows", n.name, c.name)
		}
	}
	for name, rule := range rules {
		if c := count[name]; rule == "1" && c != 1 || rule == "?" && c > 1 {
			t.Errorf("<%s> has %d <%s>, allowed: %s", n.name, c, name, rule)
		}
	}
}

func filled(t *testing.T, n *node) string {
	t.Helper()
	if strings.TrimSpace(n.text) == "" {
		t.Errorf("<%s> is empty", n.name)
	}
	return n.text
}

// webAddress checks an absolute http or https URI of ASCII characters.
func webAddress(t *testing.T, what, raw string) {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		t.Errorf("%s is no absolute web address: %q", what, raw)
		return
	}
	if u.User != nil {
		t.Errorf("%s holds credentials: %q", what, raw)
	}
	for _, r := range raw {
		if r <= ' ' || r >= 0x7f || strings.ContainsRune("\"<>\\^`{|}", r) {
			t.Errorf("%s holds %q, which no URI may: %q", what, r, raw)
			return
		}
	}
}

// checkRSS checks an RSS 2.0 document and returns its items.
func checkRSS(t *testing.T, data, self string) []*node {
	t.Helper()
	rss := parseXML(t, data)
	if rss.name != "rss" || rss.attributes["version"] != "2.0" {
		t.Fatalf("root is <%s version=%q>", rss.name, rss.attributes["version"])
	}
	channel := rss.one(t, "channel")
	channel.counts(t, map[string]string{
		"title": "1", "link": "1", "description": "1", "language": "1", "lastBuildDate": "1", "generator": "1",
		"docs": "1", "ttl": "1", "image": "1", "atom:link": "*", "fh:archive": "?", "fh:complete": "?", "item": "*",
	})
	filled(t, channel.one(t, "title"))
	filled(t, channel.one(t, "description"))
	webAddress(t, "channel link", channel.one(t, "link").text)
	checkFeedLinks(t, channel, self, "application/rss+xml")
	image := channel.one(t, "image")
	image.counts(t, map[string]string{"url": "1", "title": "1", "link": "1"})
	webAddress(t, "image url", image.one(t, "url").text)
	if image.one(t, "link").text != channel.one(t, "link").text || image.one(t, "title").text != channel.one(t, "title").text {
		t.Error("the image's title and link are not the channel's")
	}
	rfc822(t, channel.one(t, "lastBuildDate"))
	if _, err := strconv.ParseUint(channel.one(t, "ttl").text, 10, 16); err != nil {
		t.Errorf("ttl: %v", err)
	}
	ids := map[string]bool{}
	for _, item := range channel.all("item") {
		checkRSSItem(t, item)
		id := item.one(t, "guid").text
		if ids[id] {
			t.Errorf("guid %s stands twice", id)
		}
		ids[id] = true
	}
	return channel.all("item")
}

func checkRSSItem(t *testing.T, item *node) {
	t.Helper()
	item.counts(t, map[string]string{
		"title": "1", "link": "1", "guid": "1", "pubDate": "1", "dc:creator": "1", "dc:language": "?", "source": "?",
		"category": "*", "description": "1", "content:encoded": "1", "media:content": "*", "enclosure": "?", "dc:rights": "?",
	})
	plainText(t, item.one(t, "title"))
	filled(t, item.one(t, "dc:creator"))
	webAddress(t, "item link", item.one(t, "link").text)
	guid := item.one(t, "guid")
	if guid.attributes["isPermaLink"] != "false" || !strings.HasPrefix(guid.text, "urn:nashra:") {
		t.Errorf("guid is %q %v", guid.text, guid.attributes)
	}
	rfc822(t, item.one(t, "pubDate"))
	for _, language := range item.all("dc:language") {
		if !languages.MatchString(language.text) {
			t.Errorf("dc:language is %q", language.text)
		}
	}
	for _, source := range item.all("source") {
		webAddress(t, "source", source.attributes["url"])
		filled(t, source)
	}
	for _, category := range item.all("category") {
		filled(t, category)
	}
	for _, e := range item.all("enclosure") {
		webAddress(t, "enclosure", e.attributes["url"])
		if n, err := strconv.ParseInt(e.attributes["length"], 10, 64); err != nil || n <= 0 {
			t.Errorf("enclosure length %q", e.attributes["length"])
		}
		if !mediaTypes.MatchString(e.attributes["type"]) {
			t.Errorf("enclosure type %q", e.attributes["type"])
		}
	}
	media := map[string]bool{}
	for _, m := range append(item.all("media:content"), item.all("enclosure")...) {
		webAddress(t, "media", m.attributes["url"])
		if media[m.attributes["url"]] {
			t.Errorf("%s stands twice", m.attributes["url"])
		}
		media[m.attributes["url"]] = true
		if kind, ok := m.attributes["type"]; ok && !mediaTypes.MatchString(kind) {
			t.Errorf("media type %q", kind)
		}
		if medium, ok := m.attributes["medium"]; ok && medium != "image" && medium != "audio" && medium != "video" {
			t.Errorf("medium %q", medium)
		}
	}
	safeHTML(t, item.one(t, "description").text)
	safeHTML(t, item.one(t, "content:encoded").text)
	noteLastAndOnce(t, item.one(t, "content:encoded").text)
}

// checkFeedLinks checks the links of an XML feed: to itself, and along its
// history.
func checkFeedLinks(t *testing.T, n *node, self, media string) {
	t.Helper()
	links := linksOf(t, n)
	if len(links["self"]) != 1 || links["self"][0] != self {
		t.Errorf("self links are %v, want %s", links["self"], self)
	}
	for rel, addresses := range links {
		switch rel {
		case "self", "current", "prev-archive", "next-archive", "first", "next", "hub", "alternate":
		default:
			t.Errorf("link relation %q", rel)
		}
		if len(addresses) > 1 {
			t.Errorf("several links %q: %v", rel, addresses)
		}
		if rel != "self" && addresses[0] == self {
			t.Errorf("the link %q leads to the document itself", rel)
		}
	}
	for _, l := range n.all("atom:link") {
		if rel := l.attributes["rel"]; rel != "hub" && rel != "alternate" && l.attributes["type"] != media {
			t.Errorf("the link %q is of type %q, want %q", rel, l.attributes["type"], media)
		}
	}
	if archive := len(n.all("fh:archive")) == 1; archive != (len(links["current"]) == 1) {
		t.Errorf("archive: %v, but current is %v", archive, links["current"])
	} else if archive && len(links["hub"]) > 0 {
		t.Error("an archive names a hub")
	}
	if len(n.all("fh:complete")) == 1 && (links["prev-archive"] != nil || links["next"] != nil || links["current"] != nil) {
		t.Errorf("the document is complete, and links to %v", links)
	}
}

// plainText checks that a text is no HTML, which readers would show or run.
func plainText(t *testing.T, n *node) {
	t.Helper()
	if strings.ContainsAny(filled(t, n), "\n\r\t") {
		t.Errorf("<%s> has several lines: %q", n.name, n.text)
	}
}

// safeHTML checks what readers of feeds must not be sent: what runs, and
// addresses that are relative to a page they are not on.
func safeHTML(t *testing.T, body string) {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if risk := doc.Find("script,style,object,embed,applet,meta,link,base,form,input,frame,frameset,noscript"); risk.Length() > 0 {
		t.Errorf("<%s> in %q", goquery.NodeName(risk), body)
	}
	doc.Find("*").Each(func(_ int, n *goquery.Selection) {
		for _, a := range n.Nodes[0].Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" {
				t.Errorf("attribute %s in %q", a.Key, body)
			}
			if (a.Key == "href" || a.Key == "src") && !strings.HasPrefix(a.Val, "#") {
				if u, err := url.Parse(a.Val); err != nil || u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "mailto" && u.Scheme != "tel" {
					t.Errorf("address %q in %q", a.Val, body)
				}
			}
		}
	})
}

var (
	mediaTypes = regexp.MustCompile(`^[a-z]+/[a-z0-9.+-]+$`)
	languages  = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`)
)

func rfc822(t *testing.T, n *node) {
	t.Helper()
	at, err := time.Parse(time.RFC1123Z, n.text)
	if err != nil || !strings.HasSuffix(n.text, " +0000") || at.Year() < 1990 {
		t.Errorf("<%s> is %q, not RFC 822 in UTC with a year of four digits", n.name, n.text)
	}
}

// checkAtom checks an Atom 1.0 document and returns its entries.
func checkAtom(t *testing.T, data, self string) []*node {
	t.Helper()
	feed := parseXML(t, data)
	if feed.name != "atom:feed" {
		t.Fatalf("root is <%s>", feed.name)
	}
	feed.counts(t, map[string]string{
		"atom:id": "1", "atom:title": "1", "atom:subtitle": "1", "atom:updated": "1", "atom:link": "*", "atom:icon": "1",
		"atom:author": "1", "atom:generator": "1", "atom:entry": "*", "fh:archive": "?", "fh:complete": "?", "at:deleted-entry": "*",
	})
	if !languages.MatchString(feed.attributes["xml:lang"]) {
		t.Errorf("xml:lang is %q", feed.attributes["xml:lang"])
	}
	webAddress(t, "feed id", feed.one(t, "atom:id").text)
	checkFeedLinks(t, feed, self, "application/atom+xml")
	if links := linksOf(t, feed); len(links["alternate"]) != 1 {
		t.Errorf("alternate links are %v", links["alternate"])
	}
	newest := rfc3339(t, feed.one(t, "atom:updated"))
	ids := map[string]bool{}
	for _, entry := range feed.all("atom:entry") {
		checkAtomEntry(t, entry)
		id := entry.one(t, "atom:id").text
		if ids[id] {
			t.Errorf("id %s stands twice", id)
		}
		ids[id] = true
		if rfc3339(t, entry.one(t, "atom:updated")).After(newest) {
			t.Errorf("entry %s is newer than its feed", id)
		}
	}
	for _, gone := range feed.all("at:deleted-entry") {
		gone.counts(t, map[string]string{"at:comment": "1"})
		filled(t, gone.one(t, "at:comment"))
		if ref := gone.attributes["ref"]; ids[ref] || !strings.HasPrefix(ref, "urn:nashra:") {
			t.Errorf("deleted entry %q", ref)
		}
		if when := rfc3339(t, &node{name: "when", text: gone.attributes["when"]}); when.After(newest) {
			t.Errorf("an entry was deleted at %v, after the feed was updated", when)
		}
	}
	return feed.all("atom:entry")
}

func checkAtomEntry(t *testing.T, entry *node) {
	t.Helper()
	entry.counts(t, map[string]string{
		"atom:id": "1", "atom:title": "1", "atom:link": "*", "atom:published": "1", "atom:updated": "1", "atom:author": "1",
		"atom:category": "*", "atom:rights": "?", "atom:source": "1", "atom:summary": "?", "atom:content": "1",
	})
	if id := entry.one(t, "atom:id").text; !strings.HasPrefix(id, "urn:nashra:") {
		t.Errorf("id is %q", id)
	}
	if tag, ok := entry.attributes["xml:lang"]; ok && tag != "" && !languages.MatchString(tag) {
		t.Errorf("xml:lang is %q", tag)
	}
	plainText(t, entry.one(t, "atom:title"))
	filled(t, entry.one(t, "atom:author").one(t, "atom:name"))
	links := linksOf(t, entry)
	if len(links["alternate"]) != 1 || len(links["related"]) != 1 || len(links["via"]) > 1 {
		t.Errorf("links are %v", links)
	}
	if rfc3339(t, entry.one(t, "atom:updated")).Before(rfc3339(t, entry.one(t, "atom:published"))) {
		t.Error("updated before it was published")
	}
	for _, category := range entry.all("atom:category") {
		if category.attributes["term"] == "" {
			t.Error("category without a term")
		}
	}
	source := entry.one(t, "atom:source")
	source.counts(t, map[string]string{"atom:id": "1", "atom:title": "1", "atom:updated": "1", "atom:link": "*"})
	filled(t, source.one(t, "atom:id"))
	filled(t, source.one(t, "atom:title"))
	rfc3339(t, source.one(t, "atom:updated"))
	linksOf(t, source)
	content := entry.one(t, "atom:content")
	if content.attributes["type"] != "html" {
		t.Errorf("content type %q", content.attributes["type"])
	}
	safeHTML(t, content.text)
	noteLastAndOnce(t, content.text)
}

func linksOf(t *testing.T, n *node) map[string][]string {
	t.Helper()
	links := map[string][]string{}
	for _, l := range n.all("atom:link") {
		webAddress(t, "link", l.attributes["href"])
		if kind, ok := l.attributes["type"]; ok && !mediaTypes.MatchString(kind) {
			t.Errorf("link type %q", kind)
		}
		links[l.attributes["rel"]] = append(links[l.attributes["rel"]], l.attributes["href"])
	}
	return links
}

func rfc3339(t *testing.T, n *node) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02T15:04:05Z", n.text)
	if err != nil || at.Year() < 1990 {
		t.Errorf("<%s> is %q, not RFC 3339 in UTC", n.name, n.text)
	}
	return at
}

// jsonItem is what the rules look at in an item of a JSON Feed.
type jsonItem struct {
	ID, URL, Title, Summary, Image, Language string
	ContentHTML                              string `json:"content_html"`
	DatePublished                            string `json:"date_published"`
	DateModified                             string `json:"date_modified"`
	Authors                                  []struct{ Name, URL string }
	Tags                                     []string
	Attachments                              []struct {
		URL      string
		MIMEType string `json:"mime_type"`
	}
	Nashra struct{ Page string } `json:"_nashra"`
}

// checkJSONFeed checks a JSON Feed 1.1 document and returns its items.
func checkJSONFeed(t *testing.T, data, self string) []jsonItem {
	t.Helper()
	var feed struct {
		Version, Title, Language, Description string
		HomePageURL                           string `json:"home_page_url"`
		FeedURL                               string `json:"feed_url"`
		NextURL                               string `json:"next_url"`
		Hubs                                  []struct{ Type, URL string }
		Nashra                                struct {
			About, URL        string
			Archive, Complete bool
		} `json:"_nashra"`
		Items *[]jsonItem
	}
	if err := json.Unmarshal([]byte(data), &feed); err != nil {
		t.Fatal(err)
	}
	if feed.Version != "https://jsonfeed.org/version/1.1" || feed.Title == "" || feed.Language == "" || feed.Nashra.URL != self || feed.Items == nil {
		t.Fatalf("the feed's head is not right: %+v", feed)
	}
	webAddress(t, "home_page_url", feed.HomePageURL)
	webAddress(t, "feed_url", feed.FeedURL)
	webAddress(t, "_nashra.about", feed.Nashra.About)
	if !feed.Nashra.Archive && feed.FeedURL != self {
		t.Errorf("feed_url is %q, want %q", feed.FeedURL, self)
	}
	if feed.NextURL != "" && (feed.NextURL == feed.FeedURL || feed.NextURL == self || feed.Nashra.Complete) {
		t.Errorf("next_url is %q", feed.NextURL)
	}
	ids := map[string]bool{}
	for _, item := range *feed.Items {
		if ids[item.ID] || !strings.HasPrefix(item.ID, "urn:nashra:") {
			t.Errorf("id %q", item.ID)
		}
		ids[item.ID] = true
		webAddress(t, "url", item.URL)
		webAddress(t, "_nashra.page", item.Nashra.Page)
		if item.Image != "" {
			webAddress(t, "image", item.Image)
		}
		if _, err := time.Parse(time.RFC3339, item.DatePublished); err != nil {
			t.Error(err)
		}
		if len(item.Authors) == 0 || item.Authors[0].Name == "" {
			t.Errorf("authors %v", item.Authors)
		}
		for _, a := range item.Attachments {
			webAddress(t, "attachment", a.URL)
			if a.MIMEType == "" {
				t.Error("attachment without a type")
			}
		}
		noteLastAndOnce(t, item.ContentHTML)
	}
	return *feed.Items
}
