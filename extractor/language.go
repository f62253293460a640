package extractor

import (
	"regexp"
	"strings"

	"golang.org/x/net/html/atom"
)

// language is the BCP 47 tag that the page, the entry or the source gives, the
// first that agrees with the text's direction: themes that were made in
// English call every page English.
func (x *extraction) language(text, direction string) string {
	var candidates []string
	if d := x.page; d != nil {
		candidates = append(candidates, d.lang(), d.structured.language, strings.ReplaceAll(d.layout.head.first("og:locale"), "_", "-"))
	}
	candidates = append(candidates, x.Entry.Language, x.Subscription.Language)
	for _, tag := range candidates {
		if tag = languageTag(tag); tag != "" && rightToLeft(tag) == (direction == "rtl") {
			return tag
		}
	}
	if direction == "rtl" {
		return scriptLanguage(text)
	}
	return ""
}

func (d *document) lang() string {
	for c := d.root.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom == atom.Html {
			if v := attr(c, "lang"); v != "" {
				return v
			}
			return attr(c, "xml:lang")
		}
	}
	return ""
}

var languagePattern = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$`)

func languageTag(raw string) string {
	raw = strings.ReplaceAll(strings.TrimSpace(raw), "_", "-")
	if len(raw) > 35 || !languagePattern.MatchString(raw) {
		return ""
	}
	base, rest, more := strings.Cut(raw, "-")
	if !more {
		return strings.ToLower(base)
	}
	return strings.ToLower(base) + "-" + rest
}

func rightToLeft(tag string) bool {
	base, _, _ := strings.Cut(tag, "-")
	switch base {
	case "ar", "fa", "ur", "he", "iw", "ps", "sd", "ug", "yi", "ckb", "dv", "arz", "ary":
		return true
	}
	return false
}

// scriptLanguage guesses a right-to-left language from letters that only it
// has.
func scriptLanguage(text string) string {
	var hebrew, urdu, persian, all int
	for _, r := range text {
		switch {
		case r >= 0x0590 && r <= 0x05FF:
			hebrew++
		case strings.ContainsRune("ٹڈڑںےہ", r):
			urdu++
		case strings.ContainsRune("پچژگیک", r):
			persian++
		}
		if r >= 0x0590 {
			all++
		}
	}
	switch {
	case hebrew*2 > all:
		return "he"
	case urdu*40 > all:
		return "ur"
	case persian*40 > all:
		return "fa"
	}
	return "ar"
}
