package main_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// redesigned is a site whose pages are not what config.yaml expects: the body
// is not where it was, one is behind a wall, one shows another's, one is gone
// and says so with status 200, one goes on elsewhere.
func redesigned(t *testing.T) *httptest.Server {
	t.Helper()
	whole := articles("delta")[0].html()
	pages := map[string]string{
		"/whole": `<h1 class="headline">افتتاح مكتبة المدينة القديمة</h1><div class="text">` + whole + `</div>`,
		"/wall":  `<h1>مخطوطات نادرة في القلعة</h1><div class="text"><p>عثر المرممون في القلعة على مخطوطات نادرة تعود إلى القرن العاشر، وقرروا نقلها إلى دار الكتب فورا.</p><p>وتضم المجموعة كتبا في الطب والفلك لم يعرف منها حتى اليوم إلا عناوينها في فهارس القدماء.</p><p>هذا المحتوى للمشتركين</p></div>`,
		"/other": `<h1>افتتاح مكتبة المدينة القديمة</h1><div class="text">` + whole + `</div>`,
		"/gone":  `<p>الصفحة غير موجودة</p>`,
		"/long":  `<h1>رحلة على ضفاف النهر</h1><div class="text"><p>تبدأ الرحلة من منابع النهر في الجبال، حيث تجتمع الجداول الصغيرة في واد واحد بين القرى والمزارع.</p><p>ويمر القارب بعد ساعة بأول السدود القديمة، وقد بناه أهل الوادي قبل ثلاثة قرون من حجر الجبل.</p></div><link rel="next" href="/long?page=2">`,

		"/long?page=2": `<h1>رحلة على ضفاف النهر</h1><div class="text"><p>وفي الجزء الأخير من الرحلة يتسع النهر حتى لا ترى ضفته الأخرى، وتظهر مراكب الصيادين عند المصب.</p><p>وهناك تنتهي الرحلة مع غروب الشمس، ويعود الركاب إلى المدينة في قطار المساء.</p></div><link rel="next" href="/whole">`,
	}
	titles := map[string]string{"/whole": "افتتاح مكتبة المدينة القديمة", "/wall": "مخطوطات نادرة في القلعة", "/other": "فوز المنتخب بكأس البطولة", "/gone": "خبر حذفه صاحبه", "/long": "رحلة على ضفاف النهر"}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if page, ok := pages[r.URL.RequestURI()]; ok {
			fmt.Fprintf(w, `<html lang="ar" dir="rtl"><head><title>بوابة الدلتا</title></head><body><nav><a href="/">الرئيسية</a></nav>%s</body></html>`, page)
			return
		}
		if r.URL.Path != "/feed" {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, `<rss version="2.0"><channel><title>بوابة الدلتا</title>`)
		for _, path := range []string{"/whole", "/wall", "/other", "/gone", "/long"} {
			fmt.Fprintf(w, `<item><guid isPermaLink="false">%[1]s</guid><link>http://%[3]s%[1]s</link><title>%[2]s</title><description>كلام الخلاصة عن: %[2]s</description></item>`, path, titles[path], r.Host)
		}
		fmt.Fprint(w, `</channel></rss>`)
	}))
	t.Cleanup(s.Close)
	return s
}

func TestDeskSeesWhatPagesCameTo(t *testing.T) {
	site := redesigned(t)
	d := newDesk(t, "  - {id: delta, name: بوابة الدلتا, feed: "+site.URL+"/feed, select: .entry-content, select_title: h1.headline}\n")
	d.must(t, "fetch")

	type item struct {
		ID, Link, Suspect string
		Partial           bool
	}
	found := map[string]item{}
	for line := range strings.Lines(d.must(t, "items", "--json")) {
		var i item
		if err := json.Unmarshal([]byte(line), &i); err != nil {
			t.Fatal(err)
		}
		found[strings.TrimPrefix(i.Link, site.URL)] = i
	}
	for path, want := range map[string]struct {
		suspect string
		partial bool
		shown   string
	}{
		"/whole": {"", false, "أعمال ترميم"},
		"/wall":  {"", true, "مخطوطات نادرة تعود"},
		"/other": {"its body is the same as that of another item", false, "كلام الخلاصة عن: فوز"},
		"/gone":  {"", false, "كلام الخلاصة عن: خبر"},
		"/long":  {"", false, "قطار المساء"},
	} {
		i := found[path]
		if i.Suspect != want.suspect || i.Partial != want.partial {
			t.Errorf("%s: got %+v", path, i)
		}
		show := d.must(t, "items", "show", i.ID)
		if !strings.Contains(show, want.shown) || want.suspect != "" && !strings.Contains(show, want.suspect) || want.partial && !strings.Contains(show, "partial    yes") {
			t.Errorf("%s: shown as\n%s", path, show)
		}
	}
	if out := d.must(t, "items"); !strings.Contains(out, "[suspect] فوز المنتخب") || !strings.Contains(out, "[partial] مخطوطات") {
		t.Errorf("listed as\n%s", out)
	}

	const marked = `select ".entry-content" matched none of the 4 pages read; the bodies were found without it`
	for range 2 { // also after a fetch that reads no page
		var got struct {
			Sources []struct {
				Suspect, Partial int
				Warnings         []string
			}
		}
		if err := json.Unmarshal([]byte(d.must(t, "sources", "--json")), &got); err != nil {
			t.Fatal(err)
		}
		if s := got.Sources[0]; s.Suspect != 1 || s.Partial != 1 || len(s.Warnings) < 1 || s.Warnings[0] != marked {
			t.Errorf("got %+v", s)
		}
		d.must(t, "fetch", "delta")
	}
	if out := d.must(t, "sources"); !strings.Contains(out, `select ".entry-content" matched none`) {
		t.Errorf("listed as\n%s", out)
	}
}

func TestExtractSaysWhatIsMissing(t *testing.T) {
	site := redesigned(t)
	d := newDesk(t, "  - {id: delta, name: بوابة الدلتا, feed: "+site.URL+"/feed, select: .entry-content, select_title: h1.headline}\n")
	extract := func(path string, args ...string) map[string]any {
		t.Helper()
		var got map[string]any
		if err := json.Unmarshal([]byte(d.must(t, append(append([]string{"extract", "--json"}, args...), site.URL+path)...)), &got); err != nil {
			t.Fatal(err)
		}
		return got
	}
	if got := extract("/wall"); got["partial"] != true {
		t.Errorf("behind a wall: %v", got)
	}
	if got := extract("/whole", "--source", "delta"); got["title"] != "افتتاح مكتبة المدينة القديمة" || got["method"] != "generic" || fmt.Sprint(got["unmatched"]) != "[select]" || got["partial"] != nil {
		t.Errorf("with the source's selectors: %v", got)
	}
	if text := extract("/long")["text"].(string); !strings.Contains(text, "منابع النهر") || !strings.HasSuffix(text, "قطار المساء.") {
		t.Errorf("of two pages: %q", text)
	}
	if r := d.nashra(t, "extract", site.URL+"/gone"); r.status != 4 || !strings.Contains(r.stderr, "no article: the page shows a list, a notice or too little text") {
		t.Errorf("exit status %d, stderr %q", r.status, r.stderr)
	}
}
