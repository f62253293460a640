package extractor_test

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"nashra/extractor"
)

func encode(t testing.TB, enc encoding.Encoding, s string) []byte {
	t.Helper()
	b, err := encoding.ReplaceUnsupported(enc.NewEncoder()).Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestPagesInEveryCharset(t *testing.T) {
	page := strings.Replace(site(`<div>`+paragraphsOf(article)+`</div>`), `<meta charset="utf-8">`, "%meta", 1)
	meta := func(s string) string { return strings.Replace(page, "%meta", s, 1) }
	tests := []struct {
		name, header string
		body         []byte
	}{
		{"UTF-8", "text/html; charset=utf-8", []byte(meta(""))},
		{"UTF-8 and nothing says so", "", []byte(meta(""))},
		{"UTF-8 with a mark", "text/html", []byte("\xEF\xBB\xBF" + meta(""))},
		{"UTF-8 that is called windows-1256", "text/html; charset=windows-1256", []byte(meta(""))},
		{"UTF-8 that is called Latin", "text/html; charset=iso-8859-1", []byte(meta(""))},
		{"UTF-8 with a broken byte", "text/html; charset=utf-8", []byte(meta("<!-- \xff -->"))},
		{"UTF-16 with a mark", "text/html; charset=utf-8", encode(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), meta(""))},
		{"windows-1256 in the header", "text/html; charset=windows-1256", encode(t, charmap.Windows1256, meta(""))},
		{"windows-1256 in the page", "text/html", encode(t, charmap.Windows1256, meta(`<meta http-equiv="Content-Type" content="text/html; charset=windows-1256">`))},
		{"windows-1256 and nothing says so", "", encode(t, charmap.Windows1256, meta(""))},
		{"windows-1256 that is called UTF-8", "text/html; charset=utf-8", encode(t, charmap.Windows1256, meta(`<meta charset="utf-8">`))},
		{"windows-1256 that is called Latin", "text/html; charset=ISO-8859-1", encode(t, charmap.Windows1256, meta(""))},
		{"windows-1256 that is called ISO-8859-6", "text/html; charset=ISO-8859-6", encode(t, charmap.Windows1256, meta(""))},
		{"windows-1256 under an unknown name", "text/html; charset=arabic-win", encode(t, charmap.Windows1256, meta(""))},
		{"ISO-8859-6 in the header", "text/html; charset=ISO-8859-6", encode(t, charmap.ISO8859_6, meta(""))},
		{"ISO-8859-6 that is called windows-1256", "text/html; charset=windows-1256", encode(t, charmap.ISO8859_6, meta(""))},
		{"ISO-8859-6 and nothing says so", "", encode(t, charmap.ISO8859_6, meta(""))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := extract(t, extractor.Input{Page: &extractor.Page{URL: "https://partner.example/1", ContentType: tt.header, Body: tt.body}})
			wantText(t, c, article...)
		})
	}
}

func TestLatinPagesStayLatin(t *testing.T) {
	lines := []string{
		"L'été dernier, les élèves de l'école ont visité le musée; la directrice était très fière de leur travail.",
		"Les œuvres exposées, prêtées par des collectionneurs, ont été saluées par la critique européenne à Genève.",
	}
	page := `<html><body><h1>Une visite</h1>` + paragraphsOf(lines) + `</body></html>`
	for _, header := range []string{"text/html; charset=windows-1252", "text/html; charset=utf-8", ""} {
		c := extract(t, extractor.Input{Page: &extractor.Page{URL: "https://partner.example/1", ContentType: header, Body: encode(t, charmap.Windows1252, page)}})
		wantText(t, c, lines...)
	}
}

// A copy made by a program that takes all pages for ISO-8859-1.
func TestUTF8MadeTwiceIsTurnedBack(t *testing.T) {
	made, err := charmap.ISO8859_1.NewDecoder().Bytes([]byte(site(`<div>` + paragraphsOf(article) + `</div>`)))
	if err != nil {
		t.Fatal(err)
	}
	wantText(t, extractHTML(t, string(made)), article...)
	once := "<p>Sam\u0080s note</p>" + paragraphsOf([]string{"The café’s owner said that the harvest had beaten every forecast of the season.", "It will be sold in town, she said, and not be sent to the mills in the north."})
	if got := extractHTML(t, once); !strings.Contains(got.HTML, "café’s") {
		t.Errorf("a page with a stray control lost its text: %s", got.HTML)
	}
}
