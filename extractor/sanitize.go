package extractor

import (
	"regexp"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"

	"nashra/internal/arabic"
)

// class says what becomes of an element of foreign markup.
type class int

const (
	classInline    class = iota // unknown: its content stays in the line, the tag goes
	classBlock                  // the tag goes, its content stands apart
	classDropped                // goes with what it holds
	classEmphasis               // allowed, in the line; pointless inside itself
	classPhrase                 // allowed, in the line
	classParagraph              // p
	classHeading                // h1 to h6
	classQuote                  // blockquote, details: holds paragraphs
	classList                   // ul, ol and what stands for them
	classItem                   // li
	classTerms                  // dl
	classTerm                   // dt, dd
	classTable                  // table
	classCell                   // td, th where no table is around them
	classFigure                 // figure
	classPre                    // pre
	classRule                   // hr
	classBreak                  // br
	classImage                  // img
	classPicture                // picture
	classPlayer                 // video, audio
	classFrame                  // iframe
)

// classes follows rule H1. What is missing is unwrapped in the line.
var classes = map[string]class{
	"script": classDropped, "style": classDropped, "noscript": classDropped, "template": classDropped,
	"object": classDropped, "embed": classDropped, "applet": classDropped, "svg": classDropped, "math": classDropped,
	"form": classDropped, "input": classDropped, "button": classDropped, "select": classDropped,
	"textarea": classDropped, "option": classDropped, "optgroup": classDropped, "datalist": classDropped,
	"output": classDropped, "progress": classDropped, "meter": classDropped, "keygen": classDropped,
	"head": classDropped, "title": classDropped, "meta": classDropped, "link": classDropped, "base": classDropped,
	"frame": classDropped, "frameset": classDropped, "noframes": classDropped, "noembed": classDropped,
	"canvas": classDropped, "map": classDropped, "area": classDropped, "param": classDropped, "track": classDropped,
	"col": classDropped, "colgroup": classDropped, "source": classDropped, "wbr": classDropped,

	"html": classBlock, "body": classBlock, "div": classBlock, "section": classBlock, "article": classBlock,
	"main": classBlock, "header": classBlock, "footer": classBlock, "nav": classBlock, "aside": classBlock,
	"address": classBlock, "center": classBlock, "fieldset": classBlock, "legend": classBlock, "hgroup": classBlock,
	"dialog": classBlock, "search": classBlock, "figcaption": classBlock, "summary": classBlock, "caption": classBlock,
	"thead": classBlock, "tbody": classBlock, "tfoot": classBlock, "tr": classBlock, "xmp": classBlock,
	"marquee": classBlock, "plaintext": classBlock,

	"strong": classEmphasis, "em": classEmphasis, "b": classEmphasis, "i": classEmphasis, "u": classEmphasis,
	"s": classEmphasis, "del": classEmphasis, "ins": classEmphasis,
	"a": classPhrase, "q": classPhrase, "cite": classPhrase, "sub": classPhrase, "sup": classPhrase,
	"code": classPhrase, "time": classPhrase, "abbr": classPhrase, "bdi": classPhrase, "ruby": classPhrase,
	"rt": classPhrase, "rp": classPhrase,

	"p": classParagraph, "h1": classHeading, "h2": classHeading, "h3": classHeading, "h4": classHeading,
	"h5": classHeading, "h6": classHeading, "blockquote": classQuote, "details": classQuote,
	"ul": classList, "ol": classList, "menu": classList, "dir": classList, "li": classItem,
	"dl": classTerms, "dt": classTerm, "dd": classTerm, "table": classTable, "td": classCell, "th": classCell,
	"figure": classFigure, "pre": classPre, "listing": classPre, "hr": classRule, "br": classBreak,
	"img": classImage, "image": classImage, "amp-img": classImage, "picture": classPicture,
	"video": classPlayer, "audio": classPlayer, "iframe": classFrame,
}

// renamed are elements that stay under another name.
var renamed = map[string]string{
	"h1": "h2", "h5": "h4", "h6": "h4", "menu": "ul", "dir": "ul", "listing": "pre", "tfoot": "tbody",
	"image": "img", "amp-img": "img",
}

// classOf is the class of n. An element of SVG or MathML is never one of ours.
func classOf(n *html.Node) class {
	if n.Namespace != "" {
		return classDropped
	}
	return classes[n.Data]
}

// Values of attributes that are more than free text.
var (
	sizeValue     = regexp.MustCompile(`^[0-9]{1,5}%?$`)
	numberValue   = regexp.MustCompile(`^-?[0-9]{1,6}$`)
	languageValue = regexp.MustCompile(`^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$`)
	dirValue      = regexp.MustCompile(`^(ltr|rtl|auto)$`)
	dateValue     = regexp.MustCompile(`^[0-9A-Za-z:+. -]{1,64}$`)
	typeValue     = regexp.MustCompile(`^[-A-Za-z0-9+./;=", ]{1,100}$`)
	mediaValue    = regexp.MustCompile(`^[-A-Za-z0-9:.,()/ ]{1,200}$`)
	preloadValue  = regexp.MustCompile(`^(none|metadata|auto)?$`)
	scopeValue    = regexp.MustCompile(`^(row|col|rowgroup|colgroup)$`)
	flagValue     = regexp.MustCompile(`^$`)
	anyText       = regexp.MustCompile(`(?s)^.+$`)
	altText       = regexp.MustCompile(`(?s)^.*$`) // an empty alt says that the picture only decorates
	webAddress    = regexp.MustCompile(`^https?://[^\s"'<>]+$`)
	webAddresses  = regexp.MustCompile(`^https?://\S+( [0-9.]+[wxh])*(, https?://\S+( [0-9.]+[wxh])*)*$`)
	ourRel        = regexp.MustCompile(`^` + linkRel + `$`)
	ourLoading    = regexp.MustCompile(`^lazy$`)
)

// linkRel marks a link of a partner, for which we do not vouch.
const linkRel = "noopener noreferrer nofollow ugc"

// plainAttributes are those that are copied where their value fits. Addresses
// have code of their own (addresses.go, pictures.go).
var plainAttributes = map[string]map[string]*regexp.Regexp{
	"":       {"dir": dirValue, "lang": languageValue, "title": anyText},
	"img":    {"width": sizeValue, "height": sizeValue, "sizes": mediaValue, "alt": altText},
	"source": {"width": sizeValue, "height": sizeValue, "sizes": mediaValue, "type": typeValue, "media": mediaValue},
	"video":  {"width": sizeValue, "height": sizeValue, "controls": flagValue, "preload": preloadValue},
	"audio":  {"controls": flagValue, "preload": preloadValue},
	"time":   {"datetime": dateValue},
	"del":    {"datetime": dateValue},
	"ins":    {"datetime": dateValue},
	"td":     {"colspan": numberValue, "rowspan": numberValue, "width": sizeValue, "height": sizeValue},
	"th":     {"colspan": numberValue, "rowspan": numberValue, "scope": scopeValue, "width": sizeValue, "height": sizeValue},
	"table":  {"width": sizeValue, "height": sizeValue},
	"ol":     {"start": numberValue, "reversed": flagValue, "type": regexp.MustCompile(`^[1aAiI]$`)},
	"a":      {"type": typeValue},
}

// newElement makes an element of ours with what may stay of from's attributes;
// from may be nil.
func newElement(tag string, from *html.Node) *html.Node {
	n := &html.Node{Type: html.ElementNode, Data: tag}
	if from == nil {
		return n
	}
	for _, a := range from.Attr {
		if a.Namespace != "" {
			continue
		}
		want := plainAttributes[tag][a.Key]
		if want == nil {
			want = plainAttributes[""][a.Key]
		}
		if want == nil || attribute(n, a.Key) != nil {
			continue
		}
		value := strings.TrimSpace(a.Val)
		switch want {
		case flagValue:
			value = ""
		case sizeValue:
			value = strings.TrimSuffix(value, "px")
		case dirValue, preloadValue, scopeValue:
			value = strings.ToLower(value)
		case anyText, altText:
			value = arabic.Clean(value)
		}
		if want == altText || want.MatchString(value) {
			setAttribute(n, a.Key, value)
		}
	}
	return n
}

func attribute(n *html.Node, key string) *html.Attribute {
	for i := range n.Attr {
		if n.Attr[i].Key == key && n.Attr[i].Namespace == "" {
			return &n.Attr[i]
		}
	}
	return nil
}

// attributeValue is the value without space around it, "" where there is none.
func attributeValue(n *html.Node, key string) string {
	if a := attribute(n, key); a != nil {
		return strings.TrimSpace(a.Val)
	}
	return ""
}

func setAttribute(n *html.Node, key, value string) {
	if a := attribute(n, key); a != nil {
		a.Val = value
		return
	}
	n.Attr = append(n.Attr, html.Attribute{Key: key, Val: value})
}

func removeAttribute(n *html.Node, key string) {
	for i := range n.Attr {
		if n.Attr[i].Key == key {
			n.Attr = append(n.Attr[:i], n.Attr[i+1:]...)
			return
		}
	}
}

// gate is the last word on what leaves this package: whatever our own passes
// let through by mistake, a tag, attribute or address that is not on its list
// goes here. Nothing of a partner's is added behind it.
var gate = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	for name, c := range classes {
		switch c {
		case classInline, classBlock, classDropped, classFrame:
		default:
			if renamed[name] == "" {
				p.AllowElements(name)
			}
		}
	}
	more := []string{"figcaption", "source", "thead", "tbody", "tr", "caption", "summary"}
	p.AllowElements(more...)
	p.AllowNoAttrs().OnElements("audio", "video", "rt", "rp", "ruby", "bdi", "details", "summary", "picture", "figure")
	for tag, attributes := range plainAttributes {
		for key, value := range attributes {
			switch {
			case value == altText: // whatever it is
				p.AllowAttrs(key).OnElements(tag)
			case tag == "":
				p.AllowAttrs(key).Matching(value).Globally()
			default:
				p.AllowAttrs(key).Matching(value).OnElements(tag)
			}
		}
	}
	p.RequireParseableURLs(true)
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("rel").Matching(ourRel).OnElements("a")
	p.AllowAttrs("cite").Matching(webAddress).OnElements("blockquote", "q", "del", "ins")
	p.AllowAttrs("src").Matching(webAddress).OnElements("img", "source", "video", "audio")
	p.AllowAttrs("poster").Matching(webAddress).OnElements("video")
	p.AllowAttrs("srcset").Matching(webAddresses).OnElements("img", "source")
	p.AllowAttrs("loading").Matching(ourLoading).OnElements("img")
	return p
})

// serialise renders the children of root and passes them through the gate.
func serialise(root *html.Node) (string, error) {
	var b strings.Builder
	for c := root.FirstChild; c != nil; c = c.NextSibling {
		if err := html.Render(&b, c); err != nil {
			return "", err
		}
	}
	return gate().Sanitize(b.String()), nil
}
