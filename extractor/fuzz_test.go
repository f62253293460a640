package extractor_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"nashra/extractor"
)

// hostile are fragments that broke sanitisers, or that no editor would write.
var hostile = []string{
	`<p onclick="x()">نص<script>alert(1)</script></p>`,
	`<a href="jav&#x0A;ascript:alert(1)">هنا</a><a href=" javascript:alert(1)">هنا</a><a href="JaVaScRiPt:alert(1)">هنا</a>`,
	`<img src=x onerror=alert(1)><img src="javascript:alert(1)"><img srcset="javascript:alert(1) 1x, /a.jpg 2x">`,
	`<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg><math><mi>x</mi></math>`,
	`<svg><p><style><img src=x onerror=alert(1)></style></svg>`,
	`<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>`,
	`<iframe srcdoc="<script>alert(1)</script>" src="https://www.youtube.com/embed/x"></iframe>`,
	`<table><p>خارج</p><tr><td>أ<td>ب<table><tr><td>ج</table></table>`,
	`<b><p>أ<i>ب</p>ج</i></b><p>د`,
	`<a href="/a"><a href="/b">أ</a><div>ب<p>ج</div></a>`,
	`<ul>نص<li>أ<ul><ul><li>ب</ul></ul><p>ج<li></ul><li>د</li><dd>ه</dd>`,
	`<pre>

 أ
<b> </b>ب<code>  x</code><div>ج</div></pre>`,
	`<blockquote>أ<br><br><br>ب<figure><figcaption>ج</figcaption></figure></blockquote>`,
	`<figure>نص<img src=/a.jpg><p>ج</p><figcaption>ش<p>ر</p></figcaption></figure><picture><source srcset="/b.jpg, /c.jpg 2x"></picture>`,
	`<ruby>أ<rp>(</rp><rt>ب</rt><rp>)</rp></ruby><rt>ج</rt>`,
	`<details>أ<summary>ب</summary>ج</details><summary>د</summary>`,
	`<video src=/a.mp4 onplay=x()>لا<source src="javascript:x"></video><audio></audio>`,
	`<h1>أ<h5>ب<p>ج</h5></h1><h6><img src=/z.jpg></h6>`,
	`<p>أ <b> <i> </i> </b> ، ب</p><p dir=ltr>English text</p><font><center>ج</center></font>`,
	`&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;b&amp;gt;`,
	`<plaintext>أ<b>`, `<xmp><b>x</b></xmp>`, `<textarea><p>x</p></textarea><title>x</title>`,
	`<select><option>أ</select><form><p>ب</p></form><button>ج</button>`,
	"أ\u202eب\u200b\u0000ج\ufeff", `<!--[if IE]><script>x</script><![endif]--><?php x ?><![CDATA[x]]>`,
	`<template><p>أ</p></template><p>a<dl><dt>b<dd>c<div><dt>d</div></dl>`,
	`<q cite="javascript:x">أ</q><del cite="/a">ب</del><blockquote cite="data:x">ج</blockquote>`,
	`<img src="/a.jpg"> <img src="/b.jpg"> نص <img src="/c.jpg">`,
	`<td>أ</td><tr><th>ب</th></tr><caption>ج</caption>`,
}

func FuzzCleanHTML(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Add(strings.Join(hostile, ""))
	f.Fuzz(func(t *testing.T, body string) {
		got := cleanHTML(t, body, page)
		harmless(t, body, got)
		for _, around := range []atom.Atom{atom.Div, atom.Body} {
			if again := reparsed(t, got, around); again != got {
				t.Errorf("in %s what CleanHTML gives is read as something else\n  in %q\n got %q\nread %q", around, body, got, again)
			}
		}
		if again := cleanHTML(t, got, page); again != got {
			t.Errorf("CleanHTML is not idempotent\n  in %q\n got %q\nthen %q", body, got, again)
		}
	})
}

// reparsed is body as a browser would write it that has read it inside an
// element.
func reparsed(t *testing.T, body string, around atom.Atom) string {
	t.Helper()
	nodes, err := html.ParseFragment(strings.NewReader(body), &html.Node{Type: html.ElementNode, Data: around.String(), DataAtom: around})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, n := range nodes {
		if err := html.Render(&b, n); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

func FuzzParagraphs(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Add("المصدر: رويترز\nاقرأ أيضا\nتابعونا على\n#أ\nشارك\nملحوظة: نقلا عن «أ")
	f.Fuzz(func(t *testing.T, body string) {
		for _, line := range paragraphs(t, body, page) {
			kind, text, _ := strings.Cut(line, ":")
			if !strings.Contains("h p li q", kind) || strings.TrimSpace(text) == "" {
				t.Errorf("Paragraphs(%q): block %q", body, line)
			}
		}
		lines := strings.Split(body, "\n")
		rest, _ := extractor.Republished(lines)
		if len(rest) > len(lines) || rest[0] != lines[0] {
			t.Errorf("Republished(%q) gave %q", lines, rest)
		}
		extractor.Text(body)
	})
}

// allowed are the elements that rule H1 allows.
var allowed = strings.Fields(`p h2 h3 h4 ul ol li dl dt dd blockquote q cite a strong em b i u s del ins sub sup br hr img
	figure figcaption picture source table thead tbody tr th td caption pre code time abbr bdi ruby rt rp audio video details summary`)

// harmless fails unless got holds allowed elements and attributes alone.
func harmless(t *testing.T, in, got string) {
	t.Helper()
	nodes, err := html.ParseFragment(strings.NewReader(got), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil {
		t.Fatal(err)
	}
	var visit func(n *html.Node)
	visit = func(n *html.Node) {
		if n.Type == html.ElementNode {
			if !slices.Contains(allowed, n.Data) || n.Namespace != "" {
				t.Errorf("CleanHTML(%q): element %s in %q", in, n.Data, got)
			}
			for _, a := range n.Attr {
				value := strings.ToLower(strings.TrimSpace(a.Val))
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "class" || a.Key == "id" {
					t.Errorf("CleanHTML(%q): attribute %s in %q", in, a.Key, got)
				}
				switch a.Key {
				case "href", "src", "poster", "cite", "srcset":
					if !strings.HasPrefix(value, "http://") && !strings.HasPrefix(value, "https://") &&
						!(a.Key == "href" && (strings.HasPrefix(value, "mailto:") || strings.HasPrefix(value, "tel:"))) {
						t.Errorf("CleanHTML(%q): address %q in %q", in, a.Val, got)
					}
				}
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			visit(c)
		}
	}
	for _, n := range nodes {
		visit(n)
	}
}
