package extractor

import (
	"bytes"
	"mime"
	"regexp"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// decode turns the bytes of a page into UTF-8. It asks, in this order, a byte
// order mark, the bytes themselves (text that is sound UTF-8 is nothing else,
// whatever the page says, but for UTF-8 made twice), the header, the page's meta element, and the
// frequencies of Arabic. Headers of Arabic sites lie often: windows-1256 is
// sent as ISO-8859-1, as ISO-8859-6 and as UTF-8. The result is valid UTF-8.
func decode(body []byte, contentType string) []byte {
	switch {
	case bytes.HasPrefix(body, []byte("\xEF\xBB\xBF")):
		return valid(body[3:])
	case bytes.HasPrefix(body, []byte("\xFF\xFE")):
		return convert(body, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM))
	case bytes.HasPrefix(body, []byte("\xFE\xFF")):
		return convert(body, unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM))
	}
	if utf8.Valid(body) {
		if enc, name := declaredCharset(nil, contentType); name == "iso-2022-jp" {
			return convert(body, enc) // written in ASCII alone
		}
		return encodedOnce(body)
	}
	if sequences, bad := utf8Evidence(body); sequences > 10*bad {
		return valid(body)
	}
	declared, name := declaredCharset(body, contentType)
	switch name {
	case "", "utf-8", "windows-1252", "windows-1256", "iso-8859-6", "replacement", "x-user-defined":
		if enc := sniffArabic(body); enc != nil {
			return convert(body, enc)
		}
		if declared == nil || name == "utf-8" || name == "replacement" {
			declared = charmap.Windows1252
		}
	}
	return convert(body, declared)
}

// encodedOnce turns back a page whose UTF-8 somebody read as ISO-8859-1 and
// wrote as UTF-8 again. It is known by its C1 controls, which no page has, and
// only turned back where every character of it is one byte of sound UTF-8.
func encodedOnce(b []byte) []byte {
	if !hasC1(b) {
		return b
	}
	once, err := charmap.ISO8859_1.NewEncoder().Bytes(b)
	if err != nil || !utf8.Valid(once) {
		return b
	}
	return once
}

// hasC1 reports whether UTF-8 holds one of U+0080 to U+009F.
func hasC1(b []byte) bool {
	for {
		at := bytes.IndexByte(b, 0xC2)
		if at < 0 || at+1 >= len(b) {
			return false
		}
		if b[at+1] < 0xA0 {
			return true
		}
		b = b[at+1:]
	}
}

func valid(b []byte) []byte {
	if utf8.Valid(b) {
		return b
	}
	return bytes.ToValidUTF8(b, []byte("\uFFFD"))
}

func convert(b []byte, enc encoding.Encoding) []byte {
	out, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		return valid(b)
	}
	return valid(out)
}

// metaWindow is how far into a page its charset may be declared. Browsers look
// at 1024 bytes; templates put scripts before it.
const metaWindow = 8192

var metaCharset = regexp.MustCompile(`(?i)<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w:.-]{2,40})`)

// declaredCharset is the encoding that the header names, else the meta element
// or XML declaration, and its canonical name; nil and "" where none is known.
func declaredCharset(body []byte, contentType string) (encoding.Encoding, string) {
	if _, params, err := mime.ParseMediaType(contentType); err == nil {
		if enc, name := charset.Lookup(params["charset"]); enc != nil {
			return enc, name
		}
	}
	if m := metaCharset.FindSubmatch(body[:min(len(body), metaWindow)]); m != nil {
		return charset.Lookup(string(m[1]))
	}
	return nil, ""
}

// utf8Evidence counts the longer sequences of UTF-8 and the bytes outside of
// ASCII that belong to none.
func utf8Evidence(b []byte) (sequences, bad int) {
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			bad++
		} else {
			sequences++
		}
		i += n
	}
	return sequences, bad
}

// sniffArabic tells the one-byte Arabic encodings by the article ال at the
// beginning of words, and Arabic script from Latin letters with accents by the
// length of the runs of high bytes. nil: not Arabic.
func sniffArabic(b []byte) encoding.Encoding {
	var windows, iso, highs, runs int
	for i, c := range b {
		if c < 0x80 {
			continue
		}
		highs++
		if i > 0 && b[i-1] >= 0x80 {
			continue
		}
		runs++
		if c == 0xC7 && i+1 < len(b) {
			switch b[i+1] {
			case 0xE1:
				windows++
			case 0xE4:
				iso++
			}
		}
	}
	switch {
	case highs < 3*runs || highs < 20:
		return nil
	case iso > windows && iso*50 > runs:
		return charmap.ISO8859_6
	default:
		return charmap.Windows1256
	}
}
