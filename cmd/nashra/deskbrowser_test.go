package main_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
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

func TestAFetchIsSeenAsItGoes(t *testing.T) {
	p := newPartner(t, "atom", articles("delta")...)
	d := newDesk(t, fmt.Sprintf("  - {id: delta, name: بوابة الدلتا, feed: %s/feed}\n", p.URL))
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
