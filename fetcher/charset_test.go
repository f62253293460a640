package fetcher_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"nashra"
	"nashra/fetcher"
)

const arabicText = "قال الرئيس إن اللقاء الذي عقد في القاهرة كان مثمرًا، وإن الوفد غادر اليوم"

func encoded(tb testing.TB, enc encoding.Encoding, s string) string {
	tb.Helper()
	out, err := enc.NewEncoder().String(s)
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

func TestCharsetIsFoundThoughLabelsLie(t *testing.T) {
	var (
		windows = charmap.Windows1256
		iso     = charmap.ISO8859_6
		utf16le = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
		utf16be = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	)
	doc := func(declaration string) string {
		return declaration + `<rss version="2.0"><channel><title>t</title><item><title>` + arabicText + `</title></item></channel></rss>`
	}
	xml := func(label string) string { return `<?xml version="1.0" encoding="` + label + `"?>` }
	tests := []struct {
		name, header, body string
		warned             bool
	}{
		{"UTF-8 and nothing said", "", doc(""), false},
		{"UTF-8 declared windows-1256", "text/xml", doc(xml("windows-1256")), false},
		{"UTF-8 with a header of iso-8859-1", "text/xml; charset=ISO-8859-1", doc(xml("utf-8")), false},
		{"UTF-8 declared UTF-16", "text/xml", doc(xml("utf-16")), false},
		{"UTF-8 with a byte order mark", "", "\xef\xbb\xbf" + doc(xml("utf-8")), false},
		{"windows-1256 by the header", "text/xml; charset=windows-1256", encoded(t, windows, doc("")), false},
		{"windows-1256 by a header in quotes", `text/xml; charset="CP1256"`, encoded(t, windows, doc("")), false},
		{"windows-1256 by its declaration", "text/xml", encoded(t, windows, doc(xml("windows-1256"))), false},
		{"windows-1256 declared UTF-8", "text/xml", encoded(t, windows, doc(xml("UTF-8"))), true},
		{"windows-1256 with a header of UTF-8", "text/xml; charset=utf-8", encoded(t, windows, doc(xml("windows-1256"))), true},
		{"windows-1256 with a server's default header", "text/xml; charset=iso-8859-1", encoded(t, windows, doc(xml("windows-1256"))), false},
		{"windows-1256 and nothing said", "", encoded(t, windows, doc("")), false},
		{"windows-1256 by an unknown label", "", encoded(t, windows, doc(xml("arabic-xyz"))), true},
		{"windows-1256 declared iso-8859-6", "", encoded(t, windows, doc(xml("iso-8859-6"))), false},
		{"windows-1256 behind a UTF-8 mark", "", "\xef\xbb\xbf" + encoded(t, windows, doc(xml("windows-1256"))), false},
		{"iso-8859-6 by its declaration", "", encoded(t, iso, doc(xml("iso-8859-6"))), false},
		{"iso-8859-6 and nothing said", "", encoded(t, iso, doc("")), false},
		{"iso-8859-6 declared windows-1256", "", encoded(t, iso, doc(xml("windows-1256"))), false},
		{"UTF-16 with a mark", "", "\xff\xfe" + encoded(t, utf16le, doc(xml("utf-16"))), false},
		{"UTF-16 big-endian with a mark", "", "\xfe\xff" + encoded(t, utf16be, doc(xml("utf-16"))), false},
		{"UTF-16 without a mark", "text/xml", encoded(t, utf16le, doc(xml("utf-16"))), false},
		{"UTF-16 big-endian, said to be UTF-8", "text/xml; charset=utf-8", encoded(t, utf16be, doc(xml("utf-8"))), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", tt.header)
				fmt.Fprint(w, tt.body)
			})
			feed, err := newClient(t).Feed(t.Context(), sub, nashra.Validators{})
			if err != nil || len(feed.Entries) != 1 {
				t.Fatalf("got %+v, %v", feed, err)
			}
			if got := feed.Entries[0].Title; got != arabicText {
				t.Errorf("\n got %q\nwant %q", got, arabicText)
			}
			if warned := len(feed.Warnings) > 0; warned != tt.warned {
				t.Errorf("got warnings %q", feed.Warnings)
			}
		})
	}
}

func TestBrokenUTF8IsReplacedAndReported(t *testing.T) {
	body := rssHead + `<item><title>` + arabicText + " مقطو\xd8</title></item>" + rssTail
	_, sub := partner(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, body) })
	feed, err := newClient(t).Feed(t.Context(), sub, nashra.Validators{})
	if err != nil || len(feed.Entries) != 1 || feed.Entries[0].Title != arabicText+" مقطو\uFFFD" {
		t.Fatalf("got %+v, %v", feed, err)
	}
	if len(feed.Warnings) != 1 || !strings.Contains(feed.Warnings[0], "in 1 places") {
		t.Errorf("got warnings %q", feed.Warnings)
	}
}

func TestOtherCharsetsByTheirLabels(t *testing.T) {
	tests := []struct {
		name, header, want string
		enc                encoding.Encoding
	}{
		{"French", "text/xml; charset=iso-8859-1", "L’été à Alger, déjà", charmap.Windows1252},
		{"French and nothing said", "", "Un été à Alger, déjà très long", charmap.Windows1252},
		{"Turkish", "text/xml; charset=windows-1254", "İstanbul'da görüşme", charmap.Windows1254},
		{"Russian", "text/xml; charset=windows-1251", "Встреча в Каире", charmap.Windows1251},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, warnings := fetcher.ToUTF8([]byte(encoded(t, tt.enc, tt.want)), tt.header[strings.Index(tt.header, "=")+1:])
			if string(got) != tt.want || len(warnings) != 0 {
				t.Errorf("got %q, %q, want %q", got, warnings, tt.want)
			}
		})
	}
}

func FuzzToUTF8(f *testing.F) {
	f.Add([]byte(arabicText), "windows-1256")
	f.Add([]byte("\xff\xfea"), "utf-16")
	f.Add([]byte("<?xml encoding='gb18030'?>\x81\x30\x81"), "")
	f.Fuzz(func(t *testing.T, data []byte, label string) {
		text, _ := fetcher.ToUTF8(data, label)
		if !utf8.Valid(text) {
			t.Errorf("ToUTF8(%q, %q) = %q, no valid UTF-8", data, label, text)
		}
		if len(text) > 4*len(data)+8 {
			t.Errorf("%d bytes became %d", len(data), len(text))
		}
	})
}
