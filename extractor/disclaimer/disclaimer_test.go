package disclaimer_test

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"nashra/extractor/disclaimer"
)

func parse(t testing.TB, text string) *disclaimer.Template {
	t.Helper()
	p, err := disclaimer.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func render(t testing.TB, text string, v disclaimer.Values) disclaimer.Note {
	t.Helper()
	note, err := parse(t, text).Render(v)
	if err != nil {
		t.Fatal(err)
	}
	return note
}

func TestRender(t *testing.T) {
	values := disclaimer.Values{
		Source: "بوابة النيل", SourceURL: "https://partner.example/", Link: "https://partner.example/news?a=1&b=2",
		Site: "نشرة الصباح", Published: "3 مايو 2025",
	}
	withOrigin := values
	withOrigin.Origin = "وكالة الدلتا"
	sameOrigin := values
	sameOrigin.Origin = values.Source
	noLink := values
	noLink.Link = ""
	hostile := values
	hostile.Source = `<script>alert("x")</script>[هنا](https://evil.example) & 'نص'`
	script := values
	script.Link = "javascript:alert(1)"
	controls := values
	controls.Source = "بوابة\x01\x02\x03\x00\u202e\nالنيل"

	const aside = `<aside class="disclaimer" dir="rtl" lang="ar">`
	tests := []struct {
		name, template string
		values         disclaimer.Values
		html, text     string
	}{
		{
			"the default", disclaimer.Default, values,
			aside + `<p>ملحوظة: هذا الخبر منشور نقلًا عن «بوابة النيل» بمحتواه كما هو، ولا يعبّر عن وجهة نظر «نشرة الصباح»، والمسؤولية عن مضمونه تقع على المصدر. <a href="https://partner.example/news?a=1&amp;b=2" rel="noopener">الخبر الأصلي</a></p></aside>`,
			`ملحوظة: هذا الخبر منشور نقلًا عن «بوابة النيل» بمحتواه كما هو، ولا يعبّر عن وجهة نظر «نشرة الصباح»، والمسؤولية عن مضمونه تقع على المصدر. الخبر الأصلي: https://partner.example/news?a=1&b=2`,
		},
		{
			"an origin is named", `عن {{.Source}}{{with .Origin}} (المصدر الأول: «{{.}}»){{end}}`, withOrigin,
			aside + `<p>عن بوابة النيل (المصدر الأول: «وكالة الدلتا»)</p></aside>`,
			`عن بوابة النيل (المصدر الأول: «وكالة الدلتا»)`,
		},
		{
			"an origin that is the source is not", `عن {{.Source}}{{with .Origin}} عن {{.}}{{end}}`, sameOrigin,
			aside + `<p>عن بوابة النيل</p></aside>`, `عن بوابة النيل`,
		},
		{
			"without an address a link is its label", `نص [الأصل]({{.Link}}).`, noLink,
			aside + `<p>نص الأصل.</p></aside>`, `نص الأصل.`,
		},
		{
			"an address that is not of the web is none", `نص [الأصل]({{.Link}})`, script,
			aside + `<p>نص الأصل</p></aside>`, `نص الأصل`,
		},
		{
			"a value is never markup", `عن {{.Source}}`, hostile,
			aside + `<p>عن &lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;[هنا](https://evil.example) &amp; &#39;نص&#39;</p></aside>`,
			`عن <script>alert("x")</script>[هنا](https://evil.example) & 'نص'`,
		},
		{
			"markup of the template is text but for links", `<b>عن</b> {{.Source}}`, values,
			aside + `<p>&lt;b&gt;عن&lt;/b&gt; بوابة النيل</p></aside>`, `<b>عن</b> بوابة النيل`,
		},
		{
			"a label may hold a value", `عن [{{.Source}}]({{.SourceURL}})، {{.Published}}`, values,
			aside + `<p>عن <a href="https://partner.example/" rel="noopener">بوابة النيل</a>، 3 مايو 2025</p></aside>`,
			`عن بوابة النيل (https://partner.example/)، 3 مايو 2025`,
		},
		{
			"an address may be made of parts", `[نص](https://us.example/?u={{.Link}})`, noLink,
			aside + `<p><a href="https://us.example/?u=" rel="noopener">نص</a></p></aside>`, `نص: https://us.example/?u=`,
		},
		{
			"brackets that are no link stay", `[ملحوظة] (عن {{.Source}}) [أ](ب ج) [د`, values,
			aside + `<p>[ملحوظة] (عن بوابة النيل) [أ](ب ج) [د</p></aside>`, `[ملحوظة] (عن بوابة النيل) [أ](ب ج) [د`,
		},
		{
			"controls of a value go", `عن {{.Source}}`, controls,
			aside + `<p>عن بوابة النيل</p></aside>`, `عن بوابة النيل`,
		},
		{
			"a blank line parts paragraphs, a newline does not", "أ\nب\n\nج\n", values,
			aside + `<p>أ ب</p><p>ج</p></aside>`, "أ ب\nج",
		},
		{
			"a label without words links nothing", `[{{.Origin}}]({{.SourceURL}}) عن [](https://us.example/){{.Source}}`, values,
			aside + `<p> عن بوابة النيل</p></aside>`, ` عن بوابة النيل`,
		},
		{
			"an address with parentheses in pairs", `([نص](https://us.example/a_(b)))`, values,
			aside + `<p>(<a href="https://us.example/a_(b)" rel="noopener">نص</a>)</p></aside>`, `(نص (https://us.example/a_(b)))`,
		},
		{
			"a comment with half a quote", `{{- /* don't [a](b) }} */ -}}[نص](https://us.example/)`, values,
			aside + `<p><a href="https://us.example/" rel="noopener">نص</a></p></aside>`, `نص: https://us.example/`,
		},
		{
			"what is no character of XML", "عن\x08\ufffe {{if .Source}}{{slice .Source 0 3}}{{end}}", values,
			aside + "<p>عن ب\ufffd</p></aside>", "عن ب\ufffd",
		},
		{
			"another language", "From {{.Site}}", disclaimer.Values{Site: "Bulletin"},
			`<aside class="disclaimer" dir="ltr"><p>From Bulletin</p></aside>`, "From Bulletin",
		},
		{
			"half a link, left by a branch", `{{if .Origin}}[{{end}}نص](https://a.example/)`, values,
			aside + `<p>نصhttps://a.example/</p></aside>`, `نصhttps://a.example/`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := render(t, tt.template, tt.values)
			if got.HTML != tt.html {
				t.Errorf("HTML of %q\n got %s\nwant %s", tt.template, got.HTML, tt.html)
			}
			if got.Text != tt.text {
				t.Errorf("Text of %q\n got %s\nwant %s", tt.template, got.Text, tt.text)
			}
			wellFormed(t, got.HTML)
		})
	}
}

func TestParseRefuses(t *testing.T) {
	tests := []struct{ name, template string }{
		{"an unclosed action", "عن {{.Source"},
		{"an unknown variable", "عن {{.Author}}"},
		{"an unknown variable where there is an origin", "عن {{.Source}}{{if .Origin}}{{.Author}}{{end}}"},
		{"an unknown variable where there is none", "عن {{.Source}}{{if not .Origin}}{{.Author}}{{end}}"},
		{"an unknown variable where there is no link", "عن {{.Source}}{{if not .Link}}{{.Author}}{{end}}"},
		{"a field of a value", "عن {{with .Source}}{{.Name}}{{end}}"},
		{"an unknown function", "عن {{upper .Source}}"},
		{"no text", " \n "},
		{"no text without an origin", "{{.Origin}}"},
		{"endless recursion", `{{define "a"}}{{template "a"}}{{end}}نص{{template "a"}}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := disclaimer.Parse(tt.template); err == nil {
				t.Errorf("Parse(%q): no error", tt.template)
			}
		})
	}
}

func wellFormed(t testing.TB, s string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(s))
	for {
		switch _, err := d.Token(); err {
		case nil:
		case io.EOF:
			return
		default:
			t.Fatalf("not well-formed XML: %v in %q", err, s)
		}
	}
}

func FuzzRender(f *testing.F) {
	f.Add("بوابة", "https://a.example/?a=1&b=\"<", "<b>x</b>")
	f.Add("[a](javascript:x)", "javascript:alert(1)", "\x01\x02\x03")
	t := parse(f, disclaimer.Default+" [{{.Source}}]({{.SourceURL}}) {{.Published}}")
	f.Fuzz(func(tt *testing.T, source, link, other string) {
		note, err := t.Render(disclaimer.Values{Source: source, SourceURL: other, Link: link, Site: other, Origin: other, Published: source})
		if err != nil {
			tt.Fatal(err)
		}
		wellFormed(tt, note.HTML)
		if n := strings.Count(note.HTML, "<"); n > 2*4 {
			tt.Errorf("a value became markup: %q", note.HTML)
		}
		if strings.Contains(strings.ToLower(note.HTML), `href="javascript`) {
			tt.Errorf("a script is linked: %q", note.HTML)
		}
	})
}
