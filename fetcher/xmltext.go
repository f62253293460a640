package fetcher

import (
	"bytes"
	"html"
	"strconv"
	"strings"
	"unicode/utf8"
)

// plain marks the bytes of character data that are written as they are.
var plain = func() (t [256]bool) {
	for c := range t {
		t[c] = c >= ' ' || c == '\t' || c == '\n' || c == '\r'
	}
	for _, c := range []byte{'&', '<', '>', 0xEF} {
		t[c] = false
	}
	return t
}()

// appendText writes character data: forbidden characters go, what must be
// escaped is, references of HTML become their characters.
func appendText(out, data []byte) []byte {
	for len(data) > 0 {
		n := 0
		for n < len(data) && plain[data[n]] {
			n++
		}
		out = append(out, data[:n]...)
		if data = data[n:]; len(data) == 0 {
			break
		}
		used := 1
		switch data[0] {
		case '<':
			out = append(out, "&lt;"...)
		case '>':
			if bytes.HasSuffix(out, []byte("]]")) {
				out = append(out, "&gt;"...)
			} else {
				out = append(out, '>')
			}
		case '&':
			out, used = appendReference(out, data)
		case 0xEF:
			out, used = appendEF(out, data)
		}
		data = data[used:]
	}
	return out
}

// appendReference writes the reference that data begins with, or an escaped
// ampersand, and says how many bytes it read.
func appendReference(out, data []byte) ([]byte, int) {
	end := bytes.IndexByte(data[:min(len(data), 40)], ';')
	if end < 2 {
		return append(out, "&amp;"...), 1
	}
	name := string(data[1:end])
	switch name {
	case "amp", "lt", "gt", "quot", "apos":
		return append(out, data[:end+1]...), end + 1
	}
	if digits, found := strings.CutPrefix(name, "#"); found {
		base := 10
		if hex, found := strings.CutPrefix(strings.ToLower(digits), "x"); found {
			digits, base = hex, 16
		}
		n, err := strconv.ParseUint(digits, base, 32)
		if err != nil {
			return append(out, "&amp;"...), 1
		}
		if !allowedRune(rune(min(n, utf8.MaxRune+1))) {
			return out, end + 1
		}
		return append(out, "&#"+strconv.FormatUint(n, 10)+";"...), end + 1
	}
	// html.UnescapeString also reads references without a semicolon, which may
	// be parameters of an address (&copy=1).
	ref := string(data[:end+1])
	if nameLen(data[1:end]) < end-1 || strings.Contains(name, ":") {
		return append(out, "&amp;"...), 1
	}
	if char := html.UnescapeString(ref); char != ref && !strings.HasSuffix(char, ";") {
		return append(out, html.EscapeString(char)...), end + 1
	}
	return append(out, "&amp;"...), 1
}

// appendEF writes a character that begins with the byte EF, unless it is
// U+FFFE or U+FFFF, which XML forbids.
func appendEF(out, data []byte) ([]byte, int) {
	_, n := utf8.DecodeRune(data)
	if bytes.HasPrefix(data, []byte("\uFFFE")) || bytes.HasPrefix(data, []byte("\uFFFF")) {
		return out, n
	}
	return append(out, data[:n]...), n
}

// appendAllowed writes data without the characters that XML forbids.
func appendAllowed(out, data []byte) []byte {
	for len(data) > 0 {
		n := 0
		for n < len(data) && data[n] != 0xEF && (data[n] >= ' ' || data[n] == '\t' || data[n] == '\n' || data[n] == '\r') {
			n++
		}
		out = append(out, data[:n]...)
		if data = data[n:]; len(data) == 0 {
			break
		}
		used := 1
		if data[0] == 0xEF {
			out, used = appendEF(out, data)
		}
		data = data[used:]
	}
	return out
}

// allowedRune is the production Char of XML 1.0.
func allowedRune(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || ' ' <= r && r <= 0xD7FF || 0xE000 <= r && r <= 0xFFFD || 0x10000 <= r && r <= utf8.MaxRune
}
