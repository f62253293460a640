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

// press clicks on what the selector finds, and waits until the page that it
// leads to says something.
func (b *browser) press(selector string) (said string) {
	b.Helper()
	browsertest.Do(b.T, b.ctx, chromedp.Click(selector))
	browsertest.Do(b.T, b.ctx, chromedp.WaitVisible(".notice"))
	return b.text(".notice")
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
	browsertest.Keep(t, b.ctx, "fetch-now")
	if got := b.text("#steps"); !strings.Contains(got, "وصل الجواب: سليم، 3 مدخلات") || !strings.Contains(got, "من 3") {
		t.Errorf("the steps are %q", got)
	}
	p.heal()
	browsertest.Do(t, b.ctx, chromedp.WaitVisible(".notice"))
	if got := b.text(".notice"); got != "تم الجلب، وهذه نتيجته." {
		t.Errorf("the page says %q", got)
	}
}
