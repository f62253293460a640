package extractor

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// hint is what the markup of an element says of its part in the page. Names of
// classes lie often, so a hint weighs only where the text does not speak
// against it.
type hint uint8

const (
	hintNone    hint = iota
	hintBody         // article-body, entry-content, articleBody
	hintCaption      // of a picture
	hintDeck         // byline, date, tags, counters: short things around an article
	hintButton       // what is pressed to read on; hintAside or none once it is believed
	hintAside        // side columns, share rows, related links, advertisements
	hintComment      // what readers wrote
	hintHidden       // not shown
)

// bodyNames stand, whole, in the class, id or itemprop of an element that is
// an article's body.
var bodyNames = wordList(`articlebody article-body article_body article__body article-text article-content article_content
	article__content articlecontent articletext article_text entry-content entry_content entrycontent post-content
	post_content postcontent post-body postbody post_body post-entry post_text story-body storybody story_body
	story-content storycontent story__content story-body__inner story-text storytext news-content news_content newscontent
	news-body news-text newsbody news_body newstext body-content td-post-content single-content single-post-content
	singlecontent details-content field-name-body field--name-body e-content mw-parser-output
	elementor-widget-theme-post-content item-fulltext itemfulltext article-details articledetails articledetail
	news-detail newsdetail news_details newsdetails blog-content blog-post-content entry-text`)

// wordHints are read in the single words of a class or id.
var wordHints = map[hint]string{
	hintComment: `wpdiscuz comment comments commentlist commenting disqus respond replies reply-list`,
	hintAside: `share shares sharing sharer social socials socialmedia addthis sharethis addtoany sharedaddy sharebar
		related relateds relatedposts related_posts recommended recommend recommendation recommendations sidebar rail newsletter subscribe
		subscription signup promo promos promotion sponsor sponsored sponsors advert adverts advertisement advertising ads adsbygoogle adv
		outbrain taboola popup modal cookie cookies consent gdpr breadcrumb breadcrumbs crumbs pagination pager navigation
		nav navbar menu submenu toolbar footer masthead popular trending mostread login register
		poll vote rating ratings print jump ticker similar suggested authorbox bio
		prevnext nextprev follow followus latest skip toc tools topstories cta yarpp essb mashsb ssba heateor adsense banner banners
		carousel swiper slick owl jwplayer vjs whatsapp telegram googlenews listen fontsize fontresizer survey copyright wpp`,
	hintButton: `readmore showmore loadmore`,
	hintDeck: `byline author authors date datetime timestamp posted published pubdate postmeta meta tags tag tagcloud keywords
		category categories credit credits counter views hits viewcount kicker postinfo taglist tagged hashtags labels reporter writeby
		writer writers written writtenby publishdate newsdate`,
	hintCaption: `caption captions imgcaption figcaption imagecaption`,
}

// pairHints are read in two neighbouring words of a class or id.
var pairHints = map[hint]string{
	hintAside: `most-read most-viewed most-popular read-next read-also also-read see-also author-box author-bio about-author
		author-info author-card author-name author-link more-news more-stories more-articles more-posts latest-news other-news you-may also-like side-bar
		right-col left-col side-col post-nav posts-nav table-of
		font-size text-size instagram-media fb-post tiktok-embed google-news latest-posts news-ticker next-post prev-post previous-post post-navigation`,
	hintButton: `read-more show-more load-more`,
	hintDeck: `reading-time read-time article-topics entry-meta post-meta post-info news-info story-info article-info article-meta post-date entry-date
		entry-footer post-footer article-footer`,
}

// filedUnder begin classes that content systems put on a whole article:
// category-politics, tag-egypt, author-ali.
const filedUnder = "category tag author"

// has are words before the name of something that stands elsewhere on the page,
// states words behind it: has-sidebar, comments-enabled--false.
var has, states = wordList("has no with without"), wordList("enabled disabled on off true false")

// nameWord is what a word of a class or id says.
type nameWord struct {
	hint  hint            // by itself
	pairs map[string]hint // with the word behind it
	filed bool            // one of filedUnder
}

// nameWords are wordHints, pairHints and filedUnder by their words.
var nameWords = func() map[string]nameWord {
	words := map[string]nameWord{}
	for h, list := range wordHints {
		for w := range strings.FieldsSeq(list) {
			words[w] = nameWord{hint: h}
		}
	}
	for h, list := range pairHints {
		for pair := range strings.FieldsSeq(list) {
			first, second, _ := strings.Cut(pair, "-")
			w := words[first]
			if w.pairs == nil {
				w.pairs = map[string]hint{}
			}
			w.pairs[second] = h
			words[first] = w
		}
	}
	for word := range strings.FieldsSeq(filedUnder) {
		w := words[word]
		w.filed = true
		words[word] = w
	}
	return words
}()

// tagHint is what an element's name says.
func tagHint(a atom.Atom) hint {
	switch a {
	case atom.Nav, atom.Aside, atom.Footer, atom.Menu:
		return hintAside
	case atom.Figcaption:
		return hintCaption
	case atom.Time:
		return hintDeck
	}
	return hintNone
}

var roleHints = map[string]hint{
	"navigation": hintAside, "complementary": hintAside, "contentinfo": hintAside, "search": hintAside,
	"dialog": hintAside, "alertdialog": hintAside, "menu": hintAside, "toolbar": hintAside, "tablist": hintAside,
}

// namesBody reports whether an itemprop (microdata) or property (RDFa) is that of
// an article's body; content systems use the names of two vocabularies.
func namesBody(property string) bool {
	if len(property) < len("articlebody") {
		return false
	}
	for name := range strings.FieldsSeq(property) {
		switch term(name) {
		case "articlebody", "content:encoded", "reviewbody":
			return true
		}
	}
	return false
}

// hint reads an element's tag, role, class, id and what it is a property of.
func (s *surveyor) hint(n *html.Node) hint {
	switch n.DataAtom {
	case atom.Html, atom.Body, atom.Img, atom.B, atom.Strong, atom.I, atom.Em, atom.Font:
		return hintNone
	}
	found := tagHint(n.DataAtom)
	body := false
	for _, a := range n.Attr {
		var h hint
		switch a.Key {
		case "class", "id":
			if a.Val == "" {
				continue
			}
			var ok bool
			if h, ok = s.hints[a.Val]; !ok {
				h = nameHint(a.Val)
				s.hints[a.Val] = h
			}
			if h > hintBody && a.Key == "id" && isSlug(a.Val, n) {
				h = hintNone
			}
		case "aria-label", "data-component", "data-testid", "data-e2e", "data-module":
			h = nameHint(strings.ReplaceAll(a.Val, " ", "-"))
			if h == hintBody || len(a.Val) > 60 {
				h = hintNone
			}
		case "aria-labelledby":
			h = nameHint(a.Val)
		case "rel":
			s.marked = s.marked || a.Val == "author"
		case "itemprop", "property":
			s.marked = true
			if namesBody(a.Val) {
				h = hintBody
			}
		case "role":
			h = roleHints[a.Val]
		case "hidden":
			if !strings.EqualFold(a.Val, "until-found") {
				h = hintHidden
			}
		case "style":
			if strings.Contains(a.Val, "none") && hides(a.Val) {
				h = hintHidden
			}
		}
		if h == hintBody {
			body = true
		} else if h > found {
			found = h
		}
	}
	if body && found != hintHidden {
		return hintBody
	}
	return found
}

// isSlug reports whether an id is made of the words of the heading that n is or
// begins with, as generators of pages make them: it says what the section is about.
func isSlug(id string, n *html.Node) bool {
	for n != nil && headingLevel(n.DataAtom) == 0 {
		n = n.FirstChild
		for n != nil && n.Type != html.ElementNode {
			n = n.NextSibling
		}
	}
	words := func(s string) string {
		return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }), "-")
	}
	return n != nil && strings.Contains(id, "-") && words(flatText(n)) == words(id)
}

func hides(style string) bool {
	style = strings.ToLower(strings.ReplaceAll(style, " ", ""))
	return strings.HasPrefix(style, "display:none") || strings.Contains(style, ";display:none")
}

// nameHint reads a class or id.
func nameHint(val string) hint {
	found := hintNone
	for name := range strings.FieldsSeq(val) {
		lower := strings.ToLower(name)
		if bodyNames[lower] {
			return hintBody
		}
		if len(lower) != len(name) {
			lower = name // letters of other scripts that have another size in lower case
		}
		var before nameWord
		start, state := true, false
		earlier := found
		for from, to := nameWordAt(name, 0); from < to; from, to = nameWordAt(name, to) {
			word := lower[from:to]
			w := nameWords[word]
			if states[word] {
				found = earlier
			}
			if state {
				w.hint = hintNone
			}
			earlier, state = found, has[word]
			if filed := start && to-from < len(name) && w.filed; w.hint > found && !filed {
				found = w.hint
			}
			if before.pairs != nil {
				found = max(found, before.pairs[word])
			}
			before, start = w, false
		}
	}
	return found
}

// nameWordAt is where the first word of a name from i on begins and ends; both
// are the name's end where there is none. Words are parted by anything that is
// no letter and by a capital after a small letter.
func nameWordAt(name string, i int) (from, to int) {
	for i < len(name) && !isASCIILetter(name[i]) {
		i++
	}
	from = i
	for i < len(name) && isASCIILetter(name[i]) && (i == from || !isUpper(name[i]) || isUpper(name[i-1])) {
		i++
	}
	return from, i
}

func isASCIILetter(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'z' }
func isUpper(b byte) bool       { return 'A' <= b && b <= 'Z' }
