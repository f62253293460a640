package fetcher

import (
	"bytes"
	"fmt"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

var (
	declaredXML  = regexp.MustCompile(`<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([\w.:-]{1,40})`)
	declaredHTML = regexp.MustCompile(`(?i)<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})`)
)

// declaredCharset is the label that a document gives itself, "" for none. Both
// kinds of declaration are ASCII in every charset but UTF-16.
func declaredCharset(data []byte) string {
	if m := declaredXML.FindSubmatch(data[:min(len(data), 1024)]); m != nil {
		return string(m[1])
	}
	if m := declaredHTML.FindSubmatch(data[:min(len(data), 4096)]); m != nil {
		return string(m[1])
	}
	return ""
}

// headerCharset is the charset parameter of a Content-Type, "" for none.
func headerCharset(contentType string) string {
	if _, params, err := mime.ParseMediaType(contentType); err == nil {
		return params["charset"]
	}
	_, label, _ := strings.Cut(strings.ToLower(contentType), "charset=")
	return strings.Trim(label, ` "';`)
}

// toUTF8 turns a document into UTF-8 and says what was wrong with it.
//
// Labels lie more often than bytes do, so the bytes are asked first: a byte
// order mark, then whether they are UTF-8 already, and only then the labels of
// the HTTP header and of the document, of which one is believed under which
// the bytes make sense. Without such a label Arabic is told by its bytes. What
// is valid under nothing is replaced by U+FFFD, counted and reported. header is
// the label of the HTTP header.
func toUTF8(data []byte, header string) (text []byte, as readAs, warnings []string) {
	if enc, name, rest := wideOf(data); enc != nil {
		text, warnings = decoded(enc, name, rest)
		return text, readAs{name, "its first bytes"}, warnings
	}
	as = readAs{"utf-8", "its bytes, which are valid"}
	if rest, marked := bytes.CutPrefix(data, []byte("\xef\xbb\xbf")); marked {
		data, as.known = rest, "a byte order mark"
	}
	if utf8.Valid(data) {
		return data, as, nil
	}
	whole := trimPartialRune(data)
	if good, bad := countUTF8(whole); bad*20 <= good {
		if bad == 0 {
			return whole, as, nil
		}
		as.known = "its bytes, which are mostly valid"
		return bytes.ToValidUTF8(whole, []byte("\uFFFD")), as, []string{fmt.Sprintf("bytes that are no UTF-8 were replaced, in %d places", bad)}
	}
	as, warnings = chooseCharset(data, header, declaredCharset(data))
	enc, _ := charset.Lookup(as.charset)
	text, replaced := decoded(enc, as.charset, data)
	return text, as, append(warnings, replaced...)
}

// readAs is the charset that a document was read by, and how it was known.
type readAs struct{ charset, known string }

// decoded is data read by enc, and a warning of what that does not know.
func decoded(enc encoding.Encoding, name string, data []byte) (text []byte, warnings []string) {
	text = decode(enc, data)
	if bad := bytes.Count(text, []byte("\uFFFD")); bad > 0 {
		warnings = []string{fmt.Sprintf("%d characters do not exist in %s; they were replaced", bad, name)}
	}
	return text, warnings
}

// chooseCharset is the 8-bit or Asian charset to read data by.
func chooseCharset(data []byte, header, declared string) (as readAs, warnings []string) {
	arabic := looksArabic(data)
	fallback := readAs{}
	for i, label := range []string{header, declared} {
		if label == "" {
			continue
		}
		enc, name := charset.Lookup(label)
		as := readAs{name, [...]string{"the answer's header", "its own declaration"}[i]}
		switch {
		case enc == nil:
			warnings = append(warnings, fmt.Sprintf("the charset %s is unknown", quote(label)))
			continue
		case name == "utf-8" || name == "replacement" || name == "x-user-defined" || strings.HasPrefix(name, "utf-16"):
			warnings = append(warnings, fmt.Sprintf("the charset is said to be %s and is not", name))
			continue
		case western[name] && arabic: // a server's default, not a statement
			continue
		}
		if name == "windows-1256" || name == "iso-8859-6" {
			return as.but(arabicCharset(data, name)), warnings
		}
		if !bytes.Contains(decode(enc, data), []byte("\uFFFD")) {
			return as, warnings
		}
		if fallback == (readAs{}) {
			fallback = as
		}
	}
	switch {
	case fallback != (readAs{}):
		return fallback, warnings
	case arabic:
		return readAs{arabicCharset(data, "windows-1256"), byLetters}, warnings
	}
	return readAs{"windows-1252", "nothing; it is the web's default"}, warnings
}

const byLetters = "its letters"

// but is as, or the charset that the letters tell where that is another.
func (as readAs) but(charset string) readAs {
	if charset != as.charset {
		return readAs{charset, byLetters}
	}
	return as
}

var western = map[string]bool{"windows-1252": true, "iso-8859-15": true, "macintosh": true}

// looksArabic reports whether the bytes above 127 stand mostly side by side,
// as in a script that has all its letters there; in Western text they stand
// alone between ASCII letters.
func looksArabic(data []byte) bool {
	high, together := 0, 0
	for i, b := range data {
		if b < 0x80 {
			continue
		}
		high++
		if i > 0 && data[i-1] >= 0x80 || i+1 < len(data) && data[i+1] >= 0x80 {
			together++
		}
	}
	return high >= 4 && together*10 >= high*7
}

// arabicCharset tells windows-1256 from ISO 8859-6 by the commonest pair of
// letters, the article ال: the first writes it C7 E1, the second C7 E4. stated
// is kept unless the bytes speak clearly against it.
func arabicCharset(data []byte, stated string) string {
	windows, iso := bytes.Count(data, []byte{0xC7, 0xE1}), bytes.Count(data, []byte{0xC7, 0xE4})
	switch {
	case windows >= 2 && windows > 4*iso:
		return "windows-1256"
	case iso >= 2 && iso > 4*windows:
		return "iso-8859-6"
	}
	return stated
}

// wideOf recognises UTF-16 and UTF-32 by their mark, or by the zero bytes of
// the ASCII that every feed and page begins with. rest is what follows the mark.
func wideOf(data []byte) (enc encoding.Encoding, name string, rest []byte) {
	for _, w := range wide {
		if bytes.HasPrefix(data, w.mark) {
			return w.enc, w.name, data[len(w.mark):]
		}
	}
	if len(data) < 4 {
		return nil, "", nil
	}
	shape := 0 // a bit for each byte that is not zero
	for i, b := range data[:4] {
		if b != 0 {
			shape |= 8 >> i
		}
	}
	for _, w := range wide {
		if shape == w.shape {
			return w.enc, w.name, data
		}
	}
	return nil, "", nil
}

// wide are the charsets that write ASCII with zero bytes. The mark of one
// begins with that of another, so the longer ones come first.
var wide = []struct {
	name  string
	enc   encoding.Encoding
	mark  []byte
	shape int // of ASCII, as in wideOf
}{
	{"utf-32le", utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), []byte{0xFF, 0xFE, 0, 0}, 0b1000},
	{"utf-32be", utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), []byte{0, 0, 0xFE, 0xFF}, 0b0001},
	{"utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), []byte{0xFF, 0xFE}, 0b1010},
	{"utf-16be", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), []byte{0xFE, 0xFF}, 0b0101},
}

// decode never fails: decoders write U+FFFD for what they do not know.
func decode(enc encoding.Encoding, data []byte) []byte {
	text, err := enc.NewDecoder().Bytes(data)
	if err != nil {
		text = append(text, "\uFFFD"...)
	}
	return bytes.ToValidUTF8(text, []byte("\uFFFD"))
}

// countUTF8 counts the characters of more than one byte that are valid UTF-8,
// and the places that are not.
func countUTF8(data []byte) (good, bad int) {
	wasBad := false
	for len(data) > 0 {
		if data[0] < utf8.RuneSelf {
			data, wasBad = data[1:], false
			continue
		}
		r, n := utf8.DecodeRune(data)
		if r == utf8.RuneError && n == 1 {
			if !wasBad {
				bad++
			}
			wasBad = true
		} else {
			good++
			wasBad = false
		}
		data = data[n:]
	}
	return good, bad
}

// trimPartialRune drops the beginning of a character at the end of a document
// that was cut off.
func trimPartialRune(data []byte) []byte {
	for n := 1; n < utf8.UTFMax && n <= len(data); n++ {
		if tail := data[len(data)-n:]; utf8.RuneStart(tail[0]) {
			if !utf8.FullRune(tail) {
				return data[:len(data)-n]
			}
			break
		}
	}
	return data
}
