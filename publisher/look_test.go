package publisher_test

import (
	"context"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"nashra"
	"nashra/internal/browsertest"
)

// look is what a browser makes of a page.
type look struct {
	Heading   string
	Direction string
	Overflow  int      // pixels that the page is wider than the window
	Faint     []string // texts whose contrast is below WCAG's AA
	Small     []string // texts under 12 px
	Blocked   int      // elements that the content policy stopped: styles without rules
}

// readLook measures contrast itself: axe-core takes joined Arabic letters for
// icons and skips them.
const readLook = `(() => {
	const channels = c => { const m = c.match(/[\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m; };
	const light = c => c.slice(0, 3).map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
		.reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
	const ground = e => { for (; e; e = e.parentElement) { const c = channels(getComputedStyle(e).backgroundColor); if (c[3] > 0) return c; } return [255, 255, 255, 1]; };
	const faint = [], small = [];
	for (const e of document.querySelectorAll("body *")) {
		const own = [...e.childNodes].filter(n => n.nodeType === 3 && n.data.trim()).map(n => n.data.trim()).join(" ");
		if (!own || !e.checkVisibility()) continue;
		const style = getComputedStyle(e);
		const [a, b] = [light(channels(style.color)), light(ground(e))];
		const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
		if (ratio < 4.5) faint.push(ratio.toFixed(2) + " " + own.slice(0, 40));
		if (parseFloat(style.fontSize) < 12) small.push(style.fontSize + " " + own.slice(0, 40));
	}
	return {
		heading: document.querySelector("h1").innerText,
		direction: getComputedStyle(document.documentElement).direction,
		overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
		faint, small,
		blocked: [...document.styleSheets].filter(s => !s.cssRules.length).length + (document.styleSheets.length ? 0 : 1),
	};
})()`

func TestPagesLookRightInABrowser(t *testing.T) {
	ctx := browsertest.Open(t)
	w := newSearchable(t)
	id := newsroom(w.world)
	w.catchUp()
	w.fetchAs("nile", nashra.State{Outcome: nashra.OutcomeFailed, Status: 403, Error: "fetch source: status 403", ConsecutiveFailures: 2})
	w.mark(nashra.Mark{Kind: nashra.MarkPause, Source: "courier", Reason: "صيانة"})
	web := httptest.NewServer(w.server)
	t.Cleanup(web.Close)
	desk := strings.Replace(web.URL, "http://", "http://admin:"+url.PathEscape(password)+"@", 1)
	for _, scheme := range []string{"light", "dark"} {
		browsertest.Do(t, ctx, colours(scheme))
		for _, width := range []int64{320, 390, 768, 1440} {
			browsertest.Do(t, ctx, chromedp.EmulateViewport(width, 900))
			for _, path := range []string{"/", "/source/fikrafann", "/item/" + id, "/nowhere", queryPath("وزير"), "/search"} {
				browsertest.Do(t, ctx, chromedp.Navigate(desk+path))
				got := browsertest.Do(t, ctx, chromedp.Evaluate[look](readLook))
				if got.Heading == "" || got.Direction != "rtl" || got.Overflow > 0 || got.Blocked > 0 || len(got.Faint) > 0 || len(got.Small) > 0 {
					t.Errorf("%s, %s, %d px: %+v", path, scheme, width, got)
				}
			}
		}
	}
}

// colours prefers light or dark.
func colours(scheme string) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features})
		return chromedp.Void{}, err
	}
}
