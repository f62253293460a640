package extractor_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"nashra/extractor"
)

// tree is what a page's readers and a source's selectors see of it: elements,
// and the text that is shown.
func tree(t testing.TB, page io.Reader) string {
	t.Helper()
	root, err := html.Parse(page)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var write func(n *html.Node)
	write = func(n *html.Node) {
		if n.Type == html.ElementNode {
			b.WriteString("<" + n.Data)
			for _, a := range n.Attr {
				b.WriteString(" " + a.Key)
			}
			b.WriteString(">")
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch {
			case c.Type == html.CommentNode:
			case c.Type != html.TextNode:
				write(c)
			case n.Data != "script" && n.Data != "style" && n.Data != "noscript" && n.Data != "iframe":
				b.WriteString(c.Data)
			}
		}
		b.WriteString("</" + n.Data + ">")
	}
	write(root)
	return b.String()
}

// The pages are those on which a search for tags goes wrong.
var silencePages = []string{
	`<p>أ<script>let a = "<p>"</script>ب<style>p > b {}</style>ج`,
	`<SCRIPT>a</SCRIPT>أ<script>b</Script >ب<script>c`,
	`<!-- <script> --> أ <script>b</script> ب`,
	`<!-- <script> --> أ </script> ب`,
	`<!-- <script><!-- a --></script> أ`,
	`<!-- <style>a</style> --> أ <style>b</style>`,
	`<a title="<script>">أ</a> <script>b</script> ب`,
	`<a title="<script>a</script>">أ</a>`,
	`<script data-a="b>c">d</script>أ`,
	`<script data-a='"'>d</script>أ`,
	`<title>عن <script></title>أ<script>b</script>ب`,
	`<script><!-- a("<script>") --></script>أ<script>b</script>`,
	`<script><!-- a("<script src='b'>\x3C/script>") //--></script>أ<script>c</script>ب`,
	`<script>a("<script src='b'>\x3C/script>")</script>أ`,
	`<script src="a"/>أ<script>b</script>ب`,
	`<svg><style/><text>أ</text></svg>ب<style>c</style>ج`,
	`<svg><style>a</style></svg>أ<noscript><style>b</style></noscript>ب`,
	`<scripted>أ</scripted><span>ب</span><styles>ج</styles><script`,
	`<style>a<style>b</style>أ`,
	`<textarea><script></textarea>أ<script>b</script>ب`,
}

func TestTheTreeIsTheSameWithoutScripts(t *testing.T) {
	for _, page := range silencePages {
		if got, want := tree(t, extractor.Spoken([]byte(page))), tree(t, strings.NewReader(page)); got != want {
			t.Errorf("%s\n got %s\nwant %s", page, got, want)
		}
	}
	for _, page := range realPages(t) {
		if tree(t, extractor.Spoken(page.body)) != tree(t, bytes.NewReader(page.body)) {
			t.Errorf("%s has another tree", page.ID)
		}
	}
}

func TestTagsWithoutEndAreReadInBoundedTime(t *testing.T) {
	for _, tag := range []string{"<s", "<script ", "<script>", "<style><script>", "<script>a</script>"} {
		page := strings.Repeat(tag, 1<<20/len(tag))
		begun := time.Now()
		if _, err := io.Copy(io.Discard, extractor.Spoken([]byte(page))); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begun); took > 5*time.Second {
			t.Errorf("%s took %v", tag, took)
		}
	}
}

func TestScriptsAreSilencedButForJSONLD(t *testing.T) {
	for in, want := range map[string]string{
		`<script>a</script>أ<style media="print">b</style>`:                  `<script></script>أ<style media="print"></style>`,
		`<script type="application/ld+json">{}</script>`:                     `<script type="application/ld+json">{}</script>`,
		`<script type="Application/LD&#43;JSON">{}</script><style>a</style>`: `<script type="Application/LD&#43;JSON">{}</script><style></style>`,
	} {
		var got bytes.Buffer
		if _, err := got.ReadFrom(extractor.Spoken([]byte(in))); err != nil || got.String() != want {
			t.Errorf("%s\n got %s, %v\nwant %s", in, &got, err, want)
		}
	}
}
