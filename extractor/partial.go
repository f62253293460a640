package extractor

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"

	"nashra/internal/arabic"
)

// partial reports whether a body is only the beginning of the article: it
// breaks off, or the page says that the rest is for subscribers and does not
// show it. A site that asks its readers to subscribe and shows them the whole
// article all the same has no partial ones.
func (x *extraction) partial(b *body) bool {
	text := strings.TrimSpace(b.text())
	short := len(text) < utf8.UTFMax*longFeedBody && letterCount(text) < longFeedBody
	if short && teaser(text) {
		return true
	}
	if x.page == nil || b.method == "feed" {
		return false
	}
	if s := &x.page.structured; s.gated {
		if shown, said := x.gatedPartShown(); said {
			return !shown
		}
		if unfinished(b.Blocks) {
			return true
		}
	}
	return (short || unfinished(b.Blocks)) && x.page.layout.wall()
}

// gatedPartShown reports whether the page holds the text of the part that its
// structured data calls not free; said is false where it names none.
func (x *extraction) gatedPartShown() (shown, said bool) {
	matcher, err := compile(x.page.structured.gatedParts)
	if x.page.structured.gatedParts == "" || err != nil {
		return false, false
	}
	found := goquery.NewDocumentFromNode(x.page.root).FindMatcher(matcher)
	letters := 0
	for _, n := range found.Nodes {
		letters += letterCount(flatText(n))
	}
	return letters >= minFeedBody, true
}

// unfinished reports whether a body's last block is a paragraph that ends in
// the middle of a sentence.
func unfinished(blocks []Block) bool {
	if len(blocks) == 0 || blocks[len(blocks)-1].Kind != KindParagraph {
		return false
	}
	text := strings.TrimSpace(blocks[len(blocks)-1].Text)
	if strings.HasSuffix(text, "…") || strings.HasSuffix(text, "..") {
		return true
	}
	return !strings.ContainsAny(text[max(0, len(text)-3):], ".!?؟»”\")]:؛")
}

// wallPhrases are what a page says in the place of an article's rest.
var wallPhrases = keyList("هذا المحتوى للمشتركين", "هذا المقال للمشتركين", "هذا الخبر للمشتركين", "هذه المادة للمشتركين", "متاح للمشتركين", "متاحة للمشتركين",
	"للمشتركين فقط", "حصري للمشتركين", "مخصص للمشتركين", "لقراءة المزيد اشترك", "لقراءة المقال كاملا اشترك", "اشترك لقراءة", "اشترك لتقرأ",
	"اشترك لمتابعة القراءة", "اشترك لإكمال القراءة", "اشترك لمواصلة القراءة", "لمتابعة القراءة اشترك", "لإكمال القراءة اشترك", "لمواصلة القراءة اشترك",
	"سجل الدخول لقراءة", "سجل دخولك لقراءة", "سجل الدخول لمتابعة القراءة", "سجل لمتابعة القراءة",
	"subscribe to continue reading", "subscribe to read", "subscribe to keep reading", "sign in to continue reading", "log in to continue reading",
	"register to continue reading", "this article is for subscribers", "this content is for subscribers", "this story is for subscribers", "for subscribers only",
	"available to subscribers", "exclusive to subscribers", "only for subscribers", "already a subscriber", "become a member to read",
	"ویژه مشترکان", "مخصوص مشترکین", "برای ادامه مطالعه مشترک شوید", "למנויים בלבד", "הכתבה למנויים")

// wallWords are parts of words that one of the phrases holds: looking for them
// is cheap.
var wallWords = []string{"شترك", "شتَرك", "مشترک", "سجل", "سجّل", "ubscribe", "continue reading", "a member", "מנויים"}

// maxWall is the most words of a run that says that the rest is not free.
const maxWall = 40

// wall reports whether the page says that the rest of its article is for
// subscribers: in a line, or in an element that is named a paywall.
func (l *layout) wall() bool {
	for i := range l.runs {
		r := &l.runs[i]
		if r.words < 2 || r.words > maxWall || r.linked*2 > r.letters || l.hidden(r.elem) {
			continue
		}
		raw := l.raw(r)
		if !slices.ContainsFunc(wallWords, func(w string) bool { return strings.Contains(raw, w) }) {
			continue
		}
		key := " " + arabic.Key(raw) + " "
		if slices.ContainsFunc(wallPhrases, func(p string) bool { return strings.Contains(key, " "+p+" ") }) || l.inWall(r.elem) {
			return true
		}
	}
	return false
}

// hidden reports whether an element or one around it is not shown.
func (l *layout) hidden(e int32) bool {
	for ; e >= 0; e = l.elems[e].parent {
		if l.elems[e].hint == hintHidden {
			return true
		}
	}
	return false
}

// inWall reports whether an element or one around it is named a paywall.
func (l *layout) inWall(e int32) bool {
	for ; e >= 0; e = l.elems[e].parent {
		for _, key := range []string{"class", "id"} {
			name := strings.ToLower(attr(l.elems[e].node, key))
			if strings.Contains(name, "paywall") || strings.Contains(name, "regwall") || strings.Contains(name, "subscription-wall") || strings.Contains(name, "subscribe-wall") {
				return true
			}
		}
	}
	return false
}
