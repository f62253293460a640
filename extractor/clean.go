package extractor

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"nashra/internal/arabic"
)

// cleaned is a body as it is kept, and what its cleaning found out.
type cleaned struct {
	HTML      string
	Origin    string // whom the partner names as its source; "" where that is the partner or the site
	Direction string // rtl or ltr, as most of its paragraphs run
	Blocks    []Block
	Text      string // as Text gives it of HTML; "": not made yet
}

// CleanHTML sanitises and cleans the markup of a body by the rules H, and its
// text by the rules T; nothing is taken out as furniture. body is a fragment of
// HTML, page the URL of the page it stood on; without one relative addresses
// are refused.
//
// The result holds allowed elements alone, without scripts or handlers and with
// absolute addresses. Cleaning it again changes nothing.
func CleanHTML(body, page string) (string, error) {
	root, _, err := cleanTree(body, page, parseHTML)
	if err != nil {
		return "", fmt.Errorf("clean html: %w", err)
	}
	direct(root)
	return serialise(root)
}

// Paragraphs cleans a body of HTML or plain text by the rules H, P and F and
// lists its blocks. An earlier republisher's note is left in; see
// [Republished]. In plain text each line is a paragraph.
func Paragraphs(body, page string) ([]Block, error) {
	root, credits, err := cleanTree(body, page, parseBody)
	if err != nil {
		return nil, fmt.Errorf("clean paragraphs: %w", err)
	}
	list, _ := arrange(root, credits, false, nil)
	return plainBlocks(list), nil
}

// cleanBody does all that cleaning does (rules H, P, F, F2 and R) on the
// children of body, which is not changed. page is the URL of the page, nil
// where there is none; site are the names of the partner and its site, which
// are no origin.
func cleanBody(body *html.Node, page *url.URL, site []string, t *trace) (cleaned, error) {
	root, credits := tidy(body, page)
	list, origin := arrange(root, credits, true, t)
	if slices.ContainsFunc(site, func(name string) bool { return arabic.Key(name) == arabic.Key(origin) }) {
		origin = ""
	}
	direction := direct(root)
	text, err := serialise(root)
	if err != nil {
		return cleaned{}, fmt.Errorf("write the cleaned body: %w", err)
	}
	return cleaned{HTML: text, Origin: origin, Direction: direction, Blocks: plainBlocks(list), Text: textIn(root)}, nil
}

func cleanTree(body, page string, parse func(string) (*html.Node, error)) (root *html.Node, credits map[*html.Node]bool, err error) {
	at, err := url.Parse(strings.TrimSpace(page))
	if err != nil {
		return nil, nil, fmt.Errorf("address of the page: %w", err)
	}
	node, err := parse(body)
	if err != nil {
		return nil, nil, err
	}
	root, credits = tidy(node, at)
	return root, credits, nil
}

// tidy is the rules T and H, but for the direction of paragraphs.
func tidy(body *html.Node, page *url.URL) (root *html.Node, credits map[*html.Node]bool) {
	root, credits = build(body, page)
	cleanLines(root)
	dropEmpty(root)
	return root, credits
}

// arrange takes out furniture and, where wanted, the notes of an earlier
// republication, and then promotes headings. It returns the blocks that stay,
// and the origin that a note names.
func arrange(root *html.Node, credits map[*html.Node]bool, republication bool, t *trace) (stay []*block, origin string) {
	list := blocksOf(root)
	for _, b := range list {
		b.credit = credits[b.parent]
	}
	dropped := furniture(list)
	gone, origin := notes(textBlocks(list), dropped, republication)
	for _, b := range list {
		switch {
		case dropped[b]:
			t.dropped("furniture by its words", b.Text)
			b.remove(root)
		case gone[b]:
			t.dropped("note of a republisher", b.Text)
			b.remove(root)
		case b.Kind != "":
			stay = append(stay, b)
		}
	}
	promoteHeadings(root, stay)
	return stay, origin
}

// dropEmpty takes out the blocks that cleaning the text has left without
// content. Cells stay while their table shows anything.
func dropEmpty(n *html.Node) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if c.Type == html.ElementNode && !inLine(c) {
			dropEmpty(c)
			if c.Data != "td" && c.Data != "th" && c.Data != "tr" && !hasContent(c) {
				n.RemoveChild(c)
			}
		}
		c = next
	}
}

// element finds what looks like a tag.
var element = regexp.MustCompile(`</?([A-Za-z][A-Za-z0-9]*)(?:\s[^<>]*)?/?>`)

// markupOf tells HTML from plain text, in which «<» is only a sign: HTML holds
// the tag of an element that exists. blocks says whether one of them parts
// blocks or lines.
func markupOf(s string) (markup, blocks bool) {
	for rest := s; ; {
		at := element.FindStringSubmatchIndex(rest)
		if at == nil {
			break
		}
		name := strings.ToLower(rest[at[2]:at[3]])
		c, known := classes[name]
		markup = markup || known || plainTags[name]
		if standsApart(c) || c == classBreak {
			return true, true
		}
		rest = rest[at[1]:]
	}
	return markup || strings.Contains(s, "<!--"), false
}

var blankLines = regexp.MustCompile(`\n[ \t]*\n`)

// plainTags are elements that exist and that nothing is known of but that they
// are unwrapped.
var plainTags = wordList("span font big small tt strike mark kbd samp var dfn acronym nobr label bdo data blink rb rtc slot")

func wordList(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(s) {
		set[w] = true
	}
	return set
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n")

// parseBody makes a tree of a body: of HTML as a browser would read it, of
// plain text with a paragraph for each line (rule P1). Where markup parts no
// blocks, blank lines do.
func parseBody(s string) (*html.Node, error) {
	switch markup, blocks := markupOf(s); {
	case blocks:
		return parseHTML(s)
	case markup:
		// Links and emphasis in what is plain text otherwise, as an editor's
		// program stores it before it makes paragraphs.
		return parseHTML("<p>" + blankLines.ReplaceAllString(lineEnds.Replace(s), "<p>"))
	}
	root := &html.Node{Type: html.ElementNode, Data: "body"}
	for line := range strings.SplitSeq(lineEnds.Replace(s), "\n") {
		p := &html.Node{Type: html.ElementNode, Data: "p"}
		p.AppendChild(&html.Node{Type: html.TextNode, Data: line})
		root.AppendChild(p)
	}
	return root, nil
}

// parseHTML makes a tree of a fragment of HTML, the children of a body.
func parseHTML(s string) (*html.Node, error) {
	nodes, err := parseFragment(s)
	if err != nil {
		return nil, err
	}
	root := &html.Node{Type: html.ElementNode, Data: "body"}
	for _, n := range nodes {
		root.AppendChild(n)
	}
	return root, nil
}
