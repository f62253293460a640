package extractor_test

import (
	"strings"
	"testing"
)

func TestWhatStandsBelowAnEnglishArticleGoes(t *testing.T) {
	body := []string{
		"Bees pollinate a third of what we eat, and without them our shelves would look very different.",
		"A new study by the university looked at 40 farms over five years.",
		"Farms with hedges had twice as many bees as those without.",
	}
	tests := []struct{ name, below string }{
		{"tags", `<p>Tags: <a href="/t/bees">bees</a>, <a href="/t/farms">farms</a></p>`},
		{"who wrote it, in a box of its own", `<div class="auth"><p>Sam Hill is a science writer who lives in Leeds with two cats and a garden full of bees.</p></div>`},
		{"the author's name and more", `<div><b>Sam Hill</b></div><div><p>Editor at the Herald since 2008, father of two, keeper of bees and reader of old books.</p></div>`},
		{"comments that nothing calls so", `<div><h4>3 thoughts on “Why bees matter”</h4><div><b>Ann</b> says: <p>I have kept bees for twenty years and I agree with every word of this.</p></div></div>`},
		{"how to reach the author", `<p>Contact the writer at <a href="mailto:sam@herald.example">sam@herald.example</a></p>`},
		{"another article", `<p><b>READ MORE:</b> <a href="/x">Hives are back</a> in town</p>`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			page := `<html lang="en"><head><title>Why bees matter</title><meta name="author" content="Sam Hill"></head><body><div class="post"><h1>Why bees matter</h1><div class="text">` +
				paragraphsOf(body) + `</div>` + tt.below + `</div></body></html>`
			wantText(t, extractHTML(t, page), body...)
		})
	}
}

func TestACaptionOfSentencesGoesWithItsPicture(t *testing.T) {
	box := `<div class="photo-box"><img src="/a.jpg"><p>عمال يحصدون القمح في الدلتا أمس.</p><p>تصوير: علي حسن</p></div>`
	body := append(append([]string{}, article...), longer...)
	wantText(t, extractHTML(t, site(`<div>`+paragraphsOf(body[:2])+box+paragraphsOf(body[2:])+`</div>`)), body...)
}

func TestAnAsideOfTheAuthorsStays(t *testing.T) {
	digression := longer[3:]
	got := extractHTML(t, site(`<div><p>`+article[0]+`</p><aside>`+paragraphsOf(digression)+`</aside>`+paragraphsOf(article[1:])+paragraphsOf(article)+`</div>`))
	wantText(t, got, append(append(append([]string{article[0]}, digression...), article[1:]...), article...)...)
}

func TestHeadingsOfWhatWasDroppedGo(t *testing.T) {
	buy := `<h3>أين تشتريه</h3><p><a href="/buy">اشتره من المتجر الآن</a></p>`
	body := `<div><h2>القمح</h2>` + paragraphsOf(article) + buy + `<h2>الشعير</h2>` + paragraphsOf(longer) + buy + `</div>`
	wantText(t, extractHTML(t, site(body)), append(append(append([]string{"القمح"}, article...), "الشعير"), longer...)...)
}

func TestASubheadingIsNotTheTitle(t *testing.T) {
	page := strings.ReplaceAll(site(`<div>`+paragraphsOf(longer)+`<h2>محصول القمح يفوق التوقعات</h2>`+paragraphsOf(article)+`</div>`),
		"<h1>محصول القمح يفوق التوقعات</h1>", "<h1>لماذا فاق محصول القمح هذا العام كل ما كان متوقعا له؟</h1>")
	page = strings.Replace(page, "<title>محصول القمح يفوق التوقعات", "<title>محصول القمح يفوق التوقعات هذا العام في مصر", 1)
	wantText(t, extractHTML(t, page), append(append(append([]string{}, longer...), "محصول القمح يفوق التوقعات"), article...)...)
}

func TestPartsOfABodyWithMoreClasses(t *testing.T) {
	page := site(`<section><div class="rich intro">` + paragraphsOf(article) + `</div><div class="ad"></div><div class="rich">` + paragraphsOf(append(append([]string{}, longer...), longer...)) + `</div></section>`)
	got := extractHTML(t, page)
	if !strings.Contains(got.HTML, article[0]) {
		t.Errorf("the first part is missing: %s", got.HTML)
	}
}
