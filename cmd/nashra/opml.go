package main

import (
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"nashra"
)

// Limits of a list of feeds (OPML 2.0).
const (
	maxOPML      = 8 << 20 // bytes: what config.yaml may have, which is to hold it
	maxOPMLDepth = 32      // outlines in outlines; other readers make two
)

// subscribed is one feed of a list.
type subscribed struct {
	Text, Title     string
	XMLURL, HTMLURL string
	Language        string
	Heading         string // the text of the outline around it
}

// readOPML reads the feeds of a list, in its order. Names of attributes count
// whatever their case, because programs write them as they like.
func readOPML(r io.Reader) ([]subscribed, error) {
	limited := &io.LimitedReader{R: r, N: maxOPML + 1}
	// A byte order mark goes before what the declaration says.
	dec := xml.NewDecoder(transform.NewReader(limited, unicode.BOMOverride(encoding.Nop.NewDecoder())))
	dec.Strict = false
	dec.Entity = xml.HTMLEntity
	dec.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		if strings.HasPrefix(strings.ToLower(label), "utf-16") {
			return in, nil // the declaration could be read, so it is decoded already
		}
		return charset.NewReaderLabel(label, in)
	}
	var feeds []subscribed
	var headings []string
	opml := false
	for {
		token, err := dec.Token()
		switch {
		case limited.N <= 0:
			return nil, fmt.Errorf("more than %d MiB: %w", maxOPML>>20, nashra.ErrTooLarge)
		case errors.Is(err, io.EOF) && opml && len(headings) == 0:
			return feeds, nil
		case errors.Is(err, io.EOF):
			return nil, errors.New("no list of feeds (OPML), or one that breaks off")
		case err != nil:
			return nil, fmt.Errorf("a list of feeds (OPML) that is broken: %w", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			switch name := strings.ToLower(token.Name.Local); {
			case name == "opml":
				opml = true
			case name == "outline" && opml:
				if len(headings) == maxOPMLDepth {
					return nil, fmt.Errorf("outlines are nested more than %d deep", maxOPMLDepth)
				}
				feed := outline(token)
				if len(headings) > 0 {
					feed.Heading = headings[len(headings)-1]
				}
				if feed.XMLURL != "" {
					feeds = append(feeds, feed)
				}
				headings = append(headings, cmp.Or(feed.Text, feed.Title))
			}
		case xml.EndElement:
			if strings.EqualFold(token.Name.Local, "outline") && len(headings) > 0 {
				headings = headings[:len(headings)-1]
			}
		}
	}
}

func outline(e xml.StartElement) subscribed {
	var o subscribed
	for _, a := range e.Attr {
		v := oneLine(a.Value)
		switch strings.ToLower(a.Name.Local) {
		case "text":
			o.Text = v
		case "title":
			o.Title = v
		case "xmlurl":
			o.XMLURL = v
		case "htmlurl":
			o.HTMLURL = v
		case "language":
			o.Language = v
		}
	}
	return o
}

// opmlOutline is an outline as it is written: a feed, or a heading over some.
type opmlOutline struct {
	Text     string        `xml:"text,attr"`
	Title    string        `xml:"title,attr,omitempty"`
	Type     string        `xml:"type,attr,omitempty"`
	XMLURL   string        `xml:"xmlUrl,attr,omitempty"`
	HTMLURL  string        `xml:"htmlUrl,attr,omitempty"`
	Language string        `xml:"language,attr,omitempty"`
	Feeds    []opmlOutline `xml:"outline"`
}

// writeOPML writes sources as a list that other readers take, each under its
// category.
func writeOPML(w io.Writer, title string, subs []nashra.Subscription) error {
	var list struct {
		XMLName  xml.Name      `xml:"opml"`
		Version  string        `xml:"version,attr"`
		Title    string        `xml:"head>title"`
		Outlines []opmlOutline `xml:"body>outline"`
	}
	list.Version, list.Title = "2.0", title
	headings := map[string]int{}
	for _, sub := range subs {
		feed := opmlOutline{
			Text: sub.Name, Title: sub.Name, Type: "rss", // which stands for every format (OPML 2.0, subscription lists)
			XMLURL: nashra.RedactURL(sub.Feed), HTMLURL: sub.Homepage, Language: sub.Language,
		}
		if sub.Category == "" {
			list.Outlines = append(list.Outlines, feed)
			continue
		}
		at, ok := headings[sub.Category]
		if !ok {
			at = len(list.Outlines)
			headings[sub.Category] = at
			list.Outlines = append(list.Outlines, opmlOutline{Text: sub.Category})
		}
		list.Outlines[at].Feeds = append(list.Outlines[at].Feeds, feed)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(list); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
