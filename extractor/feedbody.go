package extractor

import (
	"html"
	"regexp"
	"strings"

	"nashra"
	"nashra/internal/arabic"
)

// NeedsPage reports whether the page that e links to must be fetched for
// Extract to give the article's body: never under content: feed, always under
// content: page, and else unless the feed's own body is whole and no selector
// of the source asks for the page. An entry without a link has no page.
func NeedsPage(sub nashra.Subscription, e nashra.Entry) bool {
	if e.Link == "" {
		return false
	}
	switch sub.Content {
	case nashra.ContentFeed:
		return false
	case nashra.ContentPage:
		return true
	}
	return len(sub.Selectors()) > 0 || !wholeBody(e)
}

// The least number of characters, white space apart, of a body that may be
// whole though nothing else says so: of one paragraph, and of several.
const (
	minFeedBody       = 280
	minFeedParagraphs = 160
)

// longFeedBody is what no teaser has: an ellipsis that ends so long a body is
// the writer's.
const longFeedBody = 1800

// wholeBody reports whether a feed's body is the whole article and not its
// beginning. A summary is none, whatever its length.
func wholeBody(e nashra.Entry) bool {
	if strings.TrimSpace(e.Body) == "" {
		return false
	}
	text := feedText(e.Body)
	n := letterCount(text)
	if n < longFeedBody && teaser(text) {
		return false
	}
	if summary := feedText(e.Summary); summary != "" && !teaser(summary) {
		// The same text twice is a summary that was sent as a body, unless it
		// has an article's length.
		if s := arabic.Key(summary); s == arabic.Key(text) {
			return n >= longFeedBody
		}
	}
	if severalParagraphs(e.Body) {
		return n >= minFeedParagraphs
	}
	return n >= minFeedBody
}

var paragraphEnd = regexp.MustCompile(`(?i)</p>|<br[^<>]*>\s*<br|</div>|\n`)

// severalParagraphs reports whether a body's text goes on after the end of a
// paragraph.
func severalParagraphs(s string) bool {
	at := paragraphEnd.FindStringIndex(strings.TrimSpace(s))
	return at != nil && letterCount(feedText(strings.TrimSpace(s)[at[1]:])) >= 40
}

func feedText(s string) string {
	if tagPattern.MatchString(s) {
		s = tagPattern.ReplaceAllString(s, " ")
	}
	return strings.TrimSpace(html.UnescapeString(s))
}

// moreWords end a text whose rest is on the page.
var moreWords = []string{
	"اقرا المزيد", "اقرا الخبر كاملا", "اقرا التفاصيل", "المزيد", "قراءه المزيد", "لقراءه المزيد", "تابع القراءه", "متابعه القراءه",
	"اكمل القراءه", "للمزيد", "لمزيد من التفاصيل", "التفاصيل", "read more", "continue reading", "read full story", "more",
	"ادامه مطلب",
}

// teaser reports whether a text breaks off or ends with an invitation to read
// on elsewhere. WordPress' «The post … appeared first on …» after it is looked
// through.
func teaser(text string) bool {
	if at := strings.LastIndex(text, "The post "); at > 0 && strings.Contains(text[at:], "appeared first on") {
		text = text[:at]
	}
	text = strings.TrimRight(strings.TrimSpace(text), " »>→←[]()")
	if strings.HasSuffix(text, "…") || strings.HasSuffix(text, "..") {
		return true
	}
	text = strings.TrimRight(text, ". ")
	tail := text
	if len(tail) > 120 {
		tail = tail[len(tail)-120:]
	}
	key := arabic.Key(tail)
	for _, w := range moreWords {
		if before, ok := strings.CutSuffix(key, w); ok && (before == "" || strings.HasSuffix(before, " ")) {
			if w == "more" || w == "المزيد" || w == "التفاصيل" {
				return endsAfterSentence(text)
			}
			return true
		}
	}
	return false
}

// endsAfterSentence reports whether the last word of text stands alone after a
// sentence or on a line of its own.
func endsAfterSentence(text string) bool {
	at := strings.LastIndexAny(text, " \n\t")
	if at < 0 {
		return true
	}
	before := strings.TrimRight(text[:at], " ")
	for _, end := range []string{".", "…", "؟", "!", "\n", ">", "»", "["} {
		if strings.HasSuffix(before, end) {
			return true
		}
	}
	return false
}
