package publisher

import (
	"bytes"
	"encoding/xml"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestEscapedTextIsReadBackAsItWas(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"markup", `a<b>c</b> & "d" 'e'`, `a<b>c</b> & "d" 'e'`},
		{"the end of a CDATA section", "]]>", "]]>"},
		{"what XML forbids goes", "a\x00\x01\x08\x0b\x0c\x1f\ufffe\uffffb", "ab"},
		{"what is no UTF-8 goes", "a\xff\xc3b\xed\xa0\x80", "ab"},
		{"a replacement character stays", "a\ufffdb", "a\ufffdb"},
		{"white space stays", "a\tb\nc\rd", "a\tb\nc\rd"},
		{"other planes stay", "نص 😀 \U0010fffd", "نص 😀 \U0010fffd"},
		{"C1 controls are allowed", "a\u0085b", "a\u0085b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := throughXML(t, tt.in); got != tt.want {
				t.Errorf("%q is read as %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func throughXML(t *testing.T, s string) string {
	t.Helper()
	x := newXML("/a.css")
	x.leaf("a", s, "b", s)
	if strings.Contains(x.buf.String(), "]]>") {
		t.Errorf("%q is written as %q", s, x.buf.String())
	}
	var read struct {
		Text      string `xml:",chardata"`
		Attribute string `xml:"b,attr"`
	}
	if err := xml.Unmarshal(x.buf.Bytes(), &read); err != nil {
		t.Fatalf("%q is written as %q: %v", s, x.buf.String(), err)
	}
	if want := strings.NewReplacer("\n", " ", "\t", " ").Replace(read.Text); read.Attribute != want {
		t.Errorf("%q is read as attribute %q, want %q", s, read.Attribute, want)
	}
	return read.Text
}

func FuzzEscapedTextIsWellFormed(f *testing.F) {
	for _, seed := range []string{"", "نص & <b>", "]]>", "\x00\xff\ufffe", "\r\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := throughXML(t, s)
		if len(got) > len(s) {
			t.Errorf("%q grew to %q", s, got)
		}
		var b bytes.Buffer
		writeEscaped(&b, s, true)
		if !utf8.Valid(b.Bytes()) {
			t.Errorf("%q is no UTF-8", b.Bytes())
		}
	})
}
