package extractor

import (
	"strings"

	"golang.org/x/net/html"

	"nashra"
	"nashra/internal/arabic"
)

// Signature is the signature by which two sources' articles are known as the
// same story: of the words of a cleaned body, whatever its markup, pictures and
// captions are. It is nil for a body under 30 words, and depends on nothing but
// the body and the version that the signature names.
func Signature(body string) nashra.Signature {
	numbers, ok := arabic.MinHash(arabic.Key(words(body)))
	if !ok {
		return nil
	}
	return nashra.NewSignature(arabic.MinHashVersion, numbers)
}

// words is the text of a cleaned body on one line. It is cheaper than Text,
// because every article passes here, and a key has no blocks.
func words(body string) string {
	var out strings.Builder
	out.Grow(len(body))
	captions := 0 // elements around that are one
	for z := html.NewTokenizer(strings.NewReader(body)); ; {
		switch kind := z.Next(); kind {
		case html.ErrorToken: // the end: our own HTML has no fault
			return out.String()
		case html.TextToken:
			if captions == 0 {
				out.Write(z.Text())
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			switch classes[string(name)] {
			case classEmphasis, classPhrase:
				continue // stands inside of words too
			}
			out.WriteByte(' ')
			if string(name) != "figcaption" {
				continue
			}
			if kind == html.StartTagToken {
				captions++
			} else {
				captions--
			}
		}
	}
}
