package main_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"nashra/internal/browsertest"
)

// browser is one that has the desk of a running serve before it.
type browser struct {
	*testing.T
	ctx  context.Context
	desk string // its address, with the password
}

func openBrowser(t *testing.T, d *desk) *browser {
	t.Helper()
	ctx := browsertest.Open(t)
	browsertest.Do(t, ctx, speaking("ar"))
	return &browser{t, ctx, "http://admin:" + url.PathEscape(password) + "@" + d.listen}
}

// speaking has the browser prefer a language.
func speaking(language string) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": language}})
		return chromedp.Void{}, err
	}
}

// open goes to a page of the desk.
func (b *browser) open(path string) {
	b.Helper()
	browsertest.Do(b.T, b.ctx, chromedp.Navigate(b.desk+path))
}

// press follows what the selector finds to a page that says what was done.
func (b *browser) press(selector string) (said string) {
	b.Helper()
	b.follow(selector, ".notice")
	return b.text(".notice")
}

// pressPlainly is press on a page that runs no script, which leads to path.
func (b *browser) pressPlainly(selector, path string) (said string) {
	b.Helper()
	browsertest.Do(b.T, b.ctx, chromedp.Click(selector))
	browsertest.Do(b.T, b.ctx, chromedp.WaitVisible(".notice"))
	if at := browsertest.Do(b.T, b.ctx, chromedp.Location()); !strings.HasSuffix(at, path) {
		b.Errorf("the browser is at %s, want %s", at, path)
	}
	return b.text(".notice")
}

// texts are what all that the selector finds says, with bars between.
func (b *browser) texts(selector string) string {
	b.Helper()
	return browsertest.Do(b.T, b.ctx, chromedp.Evaluate[string](fmt.Sprintf(`[...document.querySelectorAll(%q)].map(e => e.innerText.trim()).join("|")`, selector)))
}

// follow clicks on what the selector finds, and waits for another page, with what
// arrived finds.
func (b *browser) follow(selector, arrived string) {
	b.Helper()
	browsertest.Do(b.T, b.ctx, chromedp.Evaluate[bool](`document.documentElement.classList.add("left"), true`))
	browsertest.Do(b.T, b.ctx, chromedp.Click(selector))
	browsertest.Do(b.T, b.ctx, chromedp.WaitVisible("html:not(.left) "+arrived))
}

// fill writes into what the selector finds.
func (b *browser) fill(selector, value string) {
	b.Helper()
	browsertest.Do(b.T, b.ctx, chromedp.SetValue(selector, value))
}

// text is what the first element that the selector finds says.
func (b *browser) text(selector string) string {
	b.Helper()
	return strings.TrimSpace(browsertest.Do(b.T, b.ctx, chromedp.Evaluate[string](fmt.Sprintf(`document.querySelector(%q)?.innerText ?? "(none)"`, selector))))
}

// looks checks that what the browser shows is fit for everybody and for a phone.
func (b *browser) looks(axe, name string) {
	b.Helper()
	browsertest.Do(b.T, b.ctx, chromedp.EmulateViewport(390, 844))
	for _, v := range browsertest.Violations(b.T, b.ctx, axe) {
		b.Errorf("%s: %s", name, v)
	}
	if wide := browsertest.Do(b.T, b.ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth - innerWidth`)); wide > 0 {
		b.Errorf("%s is %d px wider than a phone", name, wide)
	}
	browsertest.Keep(b.T, b.ctx, name+"-390")
	browsertest.Do(b.T, b.ctx, chromedp.EmulateViewport(1280, 1000))
	browsertest.Keep(b.T, b.ctx, name)
}

// scripted says whether pages run their script.
func scripted(run bool) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !run})
		return chromedp.Void{}, err
	}
}

func TestAFetchIsSeenAsItGoes(t *testing.T) {
	p := newPartner(t, "atom", articles("delta")...)
	d := newDesk(t, fmt.Sprintf("  - {id: delta, name: بوابة الدلتا, feed: %s/feed}\n", p.URL))
	d.replace(t, "timeout: 5s", "timeout: 60s") // the page that hangs is looked at for longer than 5 s on a busy machine
	server := d.serve(t, "--no-schedule")
	defer server.stop(t)
	b := openBrowser(t, d)

	reached := p.hang("delta-2")
	b.open("/admin/source/delta")
	browsertest.Do(t, b.ctx, chromedp.Click("form[data-events] button"))
	<-reached
	browsertest.Do(t, b.ctx, chromedp.WaitVisible(`#steps [data-stage="pages"]`))
	if got := b.text("#steps"); !strings.Contains(got, "وصل الجواب: سليم، 3 مدخلات") || !strings.Contains(got, "من 3") {
		t.Errorf("the steps are %q", got)
	}
	b.looks(browsertest.Axe(t), "fetch-now")
	p.heal()
	browsertest.Do(t, b.ctx, chromedp.WaitVisible(".notice"))
	if got := b.text(".notice"); got != "تم الجلب، وهذه نتيجته." {
		t.Errorf("the page says %q", got)
	}
}

func TestExtractionIsTriedInABrowser(t *testing.T) {
	p := newPartner(t, "atom", articles("delta")...)
	d := newDesk(t, fmt.Sprintf("  - {id: delta, name: بوابة الدلتا, feed: %s/feed}\n", p.URL))
	server := d.serve(t, "--no-schedule")
	defer server.stop(t)
	b := openBrowser(t, d)

	b.open("/admin/source/delta")
	b.follow(`a[href$="/try"]`, "form#try")
	b.fill(`input[name=select]`, "div.nothing")
	b.fill(`textarea[name=remove]`, ".share\n.meta")
	b.follow("form#try > button", ".trial")
	if got := b.text("pre"); got != "select: div.nothing\nremove: [\".share\", \".meta\"]" {
		t.Errorf("the lines to copy are %q", got)
	}
	if got := b.text(".trial .doubt"); !strings.Contains(got, "select") {
		t.Errorf("nothing says that the selector matches nothing: %q", got)
	}
	if got := b.text(".trial h2"); !strings.Contains(got, "الفرع رقم 3") {
		t.Errorf("the newest entry is %q", got)
	}
	if got := b.text(".trial .body"); !strings.Contains(got, "لقاء شهريا") || strings.Contains(got, "فيسبوك") {
		t.Errorf("what was extracted is %q", got)
	}
	b.looks(browsertest.Axe(t), "try")
	b.follow(".trial button[name=use]", ".trial")
	if got := b.text("pre"); !strings.HasPrefix(got, "select: ") || strings.Contains(got, "div.nothing") {
		t.Errorf("with the element that was offered the lines are %q", got)
	}
	b.fill(`input[name=select]`, "div[")
	b.follow("form#try > button", ".notice.failed")
	if got := b.text(".notice.failed"); !strings.HasPrefix(got, `select: selector "div["`) {
		t.Errorf("of a selector that is none the page says %q", got)
	}
	if out := d.must(t, "items", "--json"); out != "" {
		t.Errorf("a trial stored %s", out)
	}
}

// troubled are sources whose partner fails in each way, and what the desk says
// of them in its two languages.
var troubled = []struct{ id, arabic, english string }{
	{"blocks", "أعاد الموقع 403: يبدو أن الشريك يحجبنا", "the site answered 403: the partner seems to block us"},
	{"lost", "لا خلاصة في هذا العنوان (404): ربما نُقلت", "no feed at this address (404): it may have moved"},
	{"ends", "أعلن الشريك أن خلاصته أُزيلت (410)", "the partner says its feed was removed (410)"},
	{"slows", "طلب موقع الشريك أن نتمهّل", "the partner's site asked us to wait"},
	{"faulty", "خلل في خادم الشريك (500)", "the partner's server failed (500)"},
	{"hangs", "لم يجب موقع الشريك في الوقت المحدد", "the partner's site did not answer in time"},
	{"away", "لم نصل إلى موقع الشريك: لا شيء يجيب في عنوانه", "the partner's site was not reached: nothing answers at its address"},
	{"unsafe", "شهادة موقع الشريك غير صالحة، فلا نأمن الاتصال به", "the certificate of the partner's site is not valid, so the connection is not safe"},
	{"page", "ما في هذا العنوان ليس خلاصة", "what is at this address is no feed"},
	{"circle", "يحيلنا موقع الشريك من عنوان إلى عنوان بلا نهاية", "the partner's site sends us from address to address without an end"},
}

// troubledPartners serve them, and are their blocks of config.yaml.
func troubledPartners(t *testing.T) (sources string) {
	t.Helper()
	mux := http.NewServeMux()
	for path, status := range map[string]int{"blocks": 403, "lost": 404, "ends": 410, "faulty": 500} {
		mux.HandleFunc("/"+path, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
	}
	mux.HandleFunc("/slows", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	mux.HandleFunc("/hangs", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/page", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "<!DOCTYPE html><html><head><title>دخول</title></head><body></body></html>")
	})
	mux.HandleFunc("/circle", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/circle", http.StatusFound) })
	site := httptest.NewServer(mux)
	t.Cleanup(site.Close)
	away := httptest.NewServer(mux)
	away.Close()
	unsafe := httptest.NewTLSServer(mux)
	unsafe.Config.ErrorLog = log.New(io.Discard, "", 0)
	t.Cleanup(unsafe.Close)
	for _, tt := range troubled {
		host := site.URL
		switch tt.id {
		case "away":
			host = away.URL
		case "unsafe":
			host = unsafe.URL
		}
		sources += fmt.Sprintf("  - {id: %[1]s, name: جريدة %[1]s, category: عالم, feed: '%[2]s/%[1]s'}\n", tt.id, host)
	}
	return sources
}

func TestTheDeskSaysWhatIsWrongWithAPartner(t *testing.T) {
	d := newDesk(t, troubledPartners(t))
	d.replace(t, "timeout: 5s", "timeout: 1s")
	server := d.serve(t, "--no-schedule")
	defer server.stop(t)
	b := openBrowser(t, d)
	for _, tt := range troubled {
		b.open("/admin/source/" + tt.id)
		if got := b.press("form[data-events] button"); got != "تم الجلب، وهذه نتيجته." {
			t.Errorf("%s: the page says %q", tt.id, got)
		}
		if got := b.text(".state .outcome"); got != tt.arabic {
			t.Errorf("%s: the state is %q, want %q", tt.id, got, tt.arabic)
		}
		if got := b.text(".fetches td:nth-child(2)"); !strings.HasPrefix(got, tt.arabic) {
			t.Errorf("%s: the record of the fetch is %q", tt.id, got)
		}
	}
	b.looks(browsertest.Axe(t), "source-in-trouble")
	b.open("/admin/?show=failing")
	if rows := b.text(".sources tbody"); strings.Contains(rows, "جريدة slows") || strings.Count(rows, "جريدة ") != len(troubled)-1 {
		t.Errorf("the failing ones are\n%s", rows)
	}
	browsertest.Do(t, b.ctx, speaking("en"))
	b.open("/admin/")
	for _, tt := range troubled {
		if got := b.text("#source-" + tt.id + " .outcome"); got != tt.english {
			t.Errorf("%s: in English it is %q, want %q", tt.id, got, tt.english)
		}
	}
	b.looks(browsertest.Axe(t), "listing")
}

// hourly is a partner that published every hour until long ago.
func hourly(t *testing.T) *partner {
	var list []article
	for i := range 8 {
		a := articles("old")[i%3]
		a.slug, a.title, a.published = fmt.Sprintf("old-%d", i), fmt.Sprintf("نشرة الساعة %d", i), may.Add(time.Duration(i)*time.Hour)
		list = append(list, a)
	}
	return newPartner(t, "rss", list...)
}

func TestTheDeskWorksInABrowser(t *testing.T) {
	p, quiet := newPartner(t, "atom", articles("delta")...), hourly(t)
	d := newDesk(t, fmt.Sprintf("  - {id: delta, name: بوابة الدلتا, feed: %s/feed}\n  - {id: quiet, name: الجريدة الصامتة, feed: %s/feed}\n", p.URL, quiet.URL))
	server := d.serve(t, "--no-schedule")
	defer server.stop(t)
	b := openBrowser(t, d)
	axe := browsertest.Axe(t)

	// Without a script, and with it.
	browsertest.Do(t, b.ctx, scripted(false))
	b.open("/admin/source/quiet")
	if got := b.pressPlainly("form[data-events] button", `/admin/source/quiet?said=fetched`); got != "تم الجلب، وهذه نتيجته." {
		t.Errorf("without a script the page says %q", got)
	}
	browsertest.Do(t, b.ctx, scripted(true))
	b.open("/admin/source/delta")
	if got := b.press("form[data-events] button"); got != "تم الجلب، وهذه نتيجته." {
		t.Errorf("the page says %q", got)
	}
	if got := b.text(".fetches td:nth-child(4)"); got != "جديد 3، محدّث 0، بلا تغيير 0" {
		t.Errorf("the record counts %q", got)
	}
	browsertest.Do(t, b.ctx, chromedp.Click(".headers summary"))
	if got := b.text(".headers ul"); !strings.Contains(got, "Content-Type: application/atom+xml") {
		t.Errorf("the answer's headers are %q", got)
	}
	if got := b.text(".settings"); !strings.Contains(got, "fetch.every، السطر") || !strings.Contains(got, "القيمة المعتادة") {
		t.Errorf("the settings in force are\n%s", got)
	}

	// Pause and resume.
	b.fill("form[action$='/pause'] input", "صيانة عند الشريك")
	if got := b.press("form[action$='/pause'] button"); got != "أُوقف المصدر." {
		t.Errorf("the page says %q", got)
	}
	if got := b.text(".state .paused") + b.text(".state"); !strings.Contains(got, "أوقفه admin") || !strings.Contains(got, "صيانة عند الشريك") {
		t.Errorf("the state is %q", got)
	}
	for show, want := range map[string]string{"paused": "بوابة الدلتا", "silent": "الجريدة الصامتة", "failing": "(none)"} {
		b.open("/admin/")
		browsertest.Do(t, b.ctx, chromedp.SetValue("select[name=show]", show))
		b.follow(".filter button", "h1")
		if got := b.text(".sources tbody th a"); got != want {
			t.Errorf("of %s the listing shows %q, want %q", show, got, want)
		}
	}
	b.open("/admin/")
	b.fill("input[name=q]", "الدِّلتا")
	browsertest.Do(t, b.ctx, chromedp.SetValue("select[name=sort]", "name"))
	b.follow(".filter button", ".sources")
	if got := b.texts(".sources tbody th a"); got != "بوابة الدلتا" {
		t.Errorf("the search finds %q", got)
	}
	b.follow(".sources tbody th a", "form[action$='/resume']")
	if got := b.press("form[action$='/resume'] button"); got != "استُؤنف المصدر." {
		t.Errorf("the page says %q", got)
	}

	// Items: found, hidden, restored, read anew.
	b.open("/admin/items")
	browsertest.Do(t, b.ctx, chromedp.SetValue("select[name=source]", "delta"))
	b.fill("input[name=q]", "رقم 2")
	b.follow(".filter button", ".items")
	b.follow(".items tbody th a", "form[action$='/hide']")
	if got := b.text("h1"); got != articles("delta")[1].title {
		t.Fatalf("the item is %q", got)
	}
	public := browsertest.Do(t, b.ctx, chromedp.Evaluate[string](`document.querySelector(".heading a[href*='/item/']:not([href*='/admin/'])").pathname`))
	browsertest.Do(t, b.ctx, chromedp.Click("form[action$='/hide'] button")) // a reason is asked for
	if got := b.text("form[action$='/hide'] button"); got != "احجب" {
		t.Errorf("it was hidden without a reason: %q", got)
	}
	b.fill("form[action$='/hide'] input", "طلب الشريك")
	if got := b.press("form[action$='/hide'] button"); got != "حُجب الخبر من كل الصفحات والخلاصات." {
		t.Errorf("the page says %q", got)
	}
	if got := b.text("main"); !strings.Contains(got, "حجبه admin") || !strings.Contains(got, "السبب: طلب الشريك") {
		t.Errorf("the page does not say who hid it and why:\n%s", got)
	}
	if resp, _ := get(t, "http://"+d.listen+public); resp.StatusCode != http.StatusGone {
		t.Errorf("its page answers %d", resp.StatusCode)
	}
	if got := b.press("form[action$='/restore'] button"); got != "أُعيد نشر الخبر." {
		t.Errorf("the page says %q", got)
	}
	if resp, _ := get(t, "http://"+d.listen+public); resp.StatusCode != http.StatusOK {
		t.Errorf("its page answers %d", resp.StatusCode)
	}
	if got := b.press("form[action$='/refresh'] button"); got != "سُئل الشريك عن الخبر، ولم يتغيّر فيه شيء." {
		t.Errorf("the page says %q", got)
	}
	p.edit("delta-2", func(a *article) {
		a.paragraphs[1] = "وقالت مديرة الفرع إن القاعة تتسع لثلاثمئة قارئ."
	})
	if got := b.press("form[action$='/refresh'] button"); got != "سُئل الشريك عن الخبر، وهذا نصه الجديد." {
		t.Errorf("the page says %q", got)
	}
	if got := b.text(".revisions"); !strings.Contains(got, "الشريك") || !strings.Contains(b.texts(".revisions ins"), "لثلاثمئة") {
		t.Errorf("the revisions are %q", got)
	}
	d.replace(t, "name: بوابة الدلتا,", "name: بوابة الدلتا, remove: ['.body p:last-child'],")
	d.must(t, "reload")
	if got := b.press("form[action$='/reextract'] button"); got != "سُئل الشريك عن الخبر، وهذا نصه الجديد." {
		t.Errorf("the page says %q", got)
	}
	if got := b.texts(".revisions li:nth-child(1) ins") + "; " + b.texts(".revisions li:nth-child(2) ins"); !strings.HasPrefix(got, "; ") || !strings.Contains(got, "لثلاثمئة") {
		t.Errorf("by the desk, and before by the partner, came %q", got)
	}
	if got := b.text(".revisions h3"); !strings.Contains(got, "غرفة التحرير") || strings.Contains(b.text(".body"), "لقاء شهريا") {
		t.Errorf("the last revision is %q, the body %q", got, b.text(".body"))
	}
	b.looks(axe, "item")
	p.breakPages()
	if got := b.press("form[action$='/refresh'] button"); !strings.HasPrefix(got, "بقي الخبر كما هو: موقع الشريك متوقف الآن (503).") {
		t.Errorf("of a page that fails the page says %q", got)
	}
	p.heal()
	p.emptyPages()
	if got := b.press("form[action$='/reextract'] button"); !strings.HasPrefix(got, "بقي الخبر كما هو: لم نجد عند الشريك ما يحل محله.") {
		t.Errorf("of a page without an article the page says %q", got)
	}

	// The record of all that.
	b.open("/admin/log")
	want := []string{
		"طلب إعادة استخراج الخبر", "طلب تحديث الخبر من الشريك", "طلب إعادة استخراج الخبر", "طلب تحديث الخبر من الشريك", "طلب تحديث الخبر من الشريك",
		"أعاد نشر الخبر", "حجب الخبر", "استأنف المصدر", "أوقف المصدر", "طلب الجلب", "طلب الجلب",
	}
	if got := b.texts(".log td:nth-child(3)"); got != strings.Join(want, "|") {
		t.Errorf("the log has\n%s\nwant\n%s", got, strings.Join(want, "|"))
	}
	if got := b.texts(".log td:nth-child(5)"); !strings.Contains(got, "طلب الشريك") || !strings.Contains(got, "صيانة عند الشريك") {
		t.Errorf("the log's reasons are %s", got)
	}
	if got := d.must(t, "log"); !strings.Contains(got, "reextract") || !strings.Contains(got, "طلب الشريك") {
		t.Errorf("nashra log has\n%s", got)
	}
	b.looks(axe, "log")
}
