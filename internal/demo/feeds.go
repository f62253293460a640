package demo

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// rss is RSS 2.0 with whole bodies (content:encoded) and pictures in Media RSS.
func (s *site) rss() []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
`)
	s.channel(&b)
	fmt.Fprintf(&b, "<atom:link href=\"%s/feed\" rel=\"self\" type=\"application/rss+xml\"/>\n", s.base)
	for _, a := range s.articles {
		fmt.Fprintf(&b, "<item>\n<title>%s</title>\n<link>%s</link>\n<guid isPermaLink=\"false\">%s-%s</guid>\n<dc:creator>%s</dc:creator>\n<pubDate>%s</pubDate>\n<category>%s</category>\n",
			esc(a.title), s.link(a), s.id, a.slug, esc(a.author), a.when.Format(time.RFC1123Z), esc(a.category))
		fmt.Fprintf(&b, "<description>%s</description>\n", esc(a.summary))
		if a.picture != "" {
			fmt.Fprintf(&b, "<media:content url=\"%s/pictures/%s\" type=\"image/png\" medium=\"image\" width=\"%d\" height=\"%d\"><media:description>%s</media:description></media:content>\n",
				s.base, a.picture, pictureWidth, pictureHeight, esc(a.caption))
		}
		fmt.Fprintf(&b, "<content:encoded><![CDATA[%s]]></content:encoded>\n</item>\n", s.absolute(a.html()))
	}
	b.WriteString("</channel>\n</rss>\n")
	return b.Bytes()
}

// oldRSS is RSS 2.0 in windows-1256, whose descriptions hold the whole bodies
// with line breaks in place of paragraphs.
func (s *site) oldRSS() []byte {
	var b bytes.Buffer
	b.WriteString("<?xml version=\"1.0\" encoding=\"windows-1256\"?>\n<rss version=\"2.0\">\n<channel>\n")
	s.channel(&b)
	for _, a := range s.articles {
		fmt.Fprintf(&b, "<item>\n<title>%s</title>\n<link>%s</link>\n<guid>%s</guid>\n<pubDate>%s</pubDate>\n<category>%s</category>\n<description>%s</description>\n",
			esc(a.title), s.link(a), s.link(a), a.when.Format(time.RFC1123Z), esc(a.category), esc(s.absolute(a.oldHTML())))
		if a.picture != "" {
			fmt.Fprintf(&b, "<enclosure url=\"%s/pictures/%s\" type=\"image/png\" length=\"0\"/>\n", s.base, a.picture) // 0: not known before it is drawn
		}
		b.WriteString("</item>\n")
	}
	b.WriteString("</channel>\n</rss>\n")
	return b.Bytes()
}

// channel writes what both kinds of RSS say of the paper.
func (s *site) channel(b *bytes.Buffer) {
	fmt.Fprintf(b, "<title>%s</title>\n<link>%s/</link>\n<description>%s</description>\n<language>ar</language>\n<lastBuildDate>%s</lastBuildDate>\n",
		esc(s.name), s.base, esc(s.tagline), s.changed.Format(time.RFC1123Z))
}

// atom is Atom 1.0 (RFC 4287) with summaries only.
func (s *site) atom() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ar">
<id>tag:%s.example,2025:feed</id>
<title>%s</title>
<subtitle>%s</subtitle>
<link href="%s/"/>
<link rel="self" href="%s/feed"/>
<updated>%s</updated>
`, s.id, esc(s.name), esc(s.tagline), s.base, s.base, s.changed.Format(time.RFC3339))
	for _, a := range s.articles {
		fmt.Fprintf(&b, "<entry>\n<id>tag:%s.example,2025:%s</id>\n<title>%s</title>\n<link href=\"%s\"/>\n<published>%s</published>\n<updated>%s</updated>\n<author><name>%s</name></author>\n<category term=\"%s\"/>\n<summary>%s</summary>\n",
			s.id, a.slug, esc(a.title), s.link(a), a.when.Format(time.RFC3339), a.when.Format(time.RFC3339), esc(a.author), esc(a.category), esc(a.summary))
		if a.picture != "" {
			fmt.Fprintf(&b, "<link rel=\"enclosure\" type=\"image/png\" href=\"%s/pictures/%s\"/>\n", s.base, a.picture)
		}
		b.WriteString("</entry>\n")
	}
	b.WriteString("</feed>\n")
	return b.Bytes()
}

// esc is s as text or attribute of XML.
func esc(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder never fails
	return b.String()
}

func utf8Bytes(b []byte) []byte { return b }

// windows1256 encodes XML or HTML; what the code page lacks becomes a
// character reference.
func windows1256(b []byte) []byte {
	out, err := encoding.HTMLEscapeUnsupported(charmap.Windows1256.NewEncoder()).Bytes(b)
	if err != nil {
		panic("demo: its own text is no UTF-8: " + err.Error())
	}
	return out
}
