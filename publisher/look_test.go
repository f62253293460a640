package publisher_test

import (
	"context"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

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

// richBody has all that a partner's article may bring.
const richBody = `<p>القاهرة (رويترز) - قال <b>المتحدث</b> باسم <a href="https://other.example/">World Bank</a> إن النمو بلغ 3.5% في الربع الثالث من 2026، و<em>هذا</em> أعلى مما كان.</p>
<h2>أرقام العام</h2><table><caption>الإنتاج بالطن</caption><thead><tr><th scope="col">المحافظة</th><th scope="col">2025</th><th scope="col">2026</th></tr></thead>
<tbody><tr><th scope="row">الفيوم</th><td>1,200</td><td>1,450</td></tr><tr><th scope="row">المنيا</th><td>980</td><td>1,010</td></tr></tbody></table>
<blockquote><p>«لم نكن نتوقع هذا الإقبال، ونحن نعدّ لموسم أكبر.»</p></blockquote>
<ul><li>أول البنود</li><li>وثانيها، وهو أطول من الأول حتى يمتد على سطرين أو أكثر في الشاشات الضيقة</li></ul><ol><li>واحد</li><li>اثنان</li></ol>
<h3>ما بعد ذلك</h3><figure><img src="PICTURES/800x600.png" alt="حقل قمح"/><figcaption>حقل قمح في الفيوم</figcaption></figure>
<p><img src="PICTURES/300x500.png" width="300" height="500" alt="صومعة" loading="lazy"/></p>
<p dir="ltr">According to the ministry, exports grew by 12% in the third quarter.</p><pre><code>GET /feed.xml HTTP/1.1</code></pre><hr/>
<details><summary>تفاصيل</summary><p>نص مطوي.</p></details><p>والخاتمة.</p>`

// gallery is a site with every kind of page, and what a page may hold.
type gallery struct {
	searchable
	site  string            // URL
	pages map[string]string // paths by their names
}

func openGallery(t *testing.T) gallery {
	t.Helper()
	g := gallery{searchable: newSearchable(t)}
	pictures := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		var width, height int
		if _, err := fmt.Sscanf(r.URL.Path, "/%dx%d.png", &width, &height); err != nil {
			<-r.Context().Done() // one that does not come
			return
		}
		rw.Header().Set("Content-Type", "image/png")
		_ = png.Encode(rw, image.NewGray(image.Rect(0, 0, width, height))) // the browser has gone
	}))
	t.Cleanup(pictures.Close)
	web := httptest.NewServer(g.server)
	t.Cleanup(web.Close)
	g.site = web.URL
	id := newsroom(g.world)
	rich := content("عنوان طويل يمتد على أسطر: وزارة الزراعة تعلن مع World Bank خطة لزيادة إنتاج القمح بنسبة 12% حتى عام 2030 في خمس محافظات", "https://fikra.example/rich", began.Add(-time.Hour))
	rich.Byline, rich.Image = "سلمى عبد الرحمن وJohn Smith", pictures.URL+"/1200x500.png"
	rich.HTML = strings.ReplaceAll(richBody, "PICTURES", pictures.URL)
	richID := g.fetch("fikrafann", rich)[0]
	hidden := someArticle(g.world, "nile")
	g.mark(nashra.Mark{Kind: nashra.MarkHide, Article: hidden})
	var older []nashra.Content
	for i := range 40 {
		older = append(older, content(fmt.Sprintf("خبر أقدم رقم %d", i), fmt.Sprintf("https://nile.example/old/%d", i), began.AddDate(0, 0, -3-i)))
	}
	g.fetch("nile", older...)
	g.catchUp()
	french := g.get("/source/courier").ok().html().Find("h3 a").First().AttrOr("href", "")
	older2 := g.get("/").ok().html().Find(".pager [rel=next]").AttrOr("href", "")
	g.pages = map[string]string{
		"front": "/", "older": older2, "source": "/source/fikrafann", "category": "/category/" + url.PathEscape("سياسه"),
		"item": "/item/" + id, "item-rich": "/item/" + richID, "item-french": french,
		"unknown": "/nowhere", "gone": "/item/" + hidden,
		"search": queryPath("البورصة"), "search-nothing": queryPath("لا شيء بهذا الاسم"), "search-empty": "/search",
	}
	for name, path := range g.pages {
		if path == "" {
			t.Fatalf("the gallery has no page %s", name)
		}
	}
	return g
}

// look shows a page in the browser and says what it makes of it.
func (g gallery) look(t *testing.T, ctx context.Context, name string) look {
	t.Helper()
	browsertest.Do(t, ctx, chromedp.Navigate(g.site+g.pages[name]))
	return browsertest.Do(t, ctx, chromedp.Evaluate[look](readLook))
}

func TestPagesLookRightInABrowser(t *testing.T) {
	ctx := browsertest.Open(t)
	axe := browsertest.Axe(t)
	g := openGallery(t)
	for scheme, widths := range map[string][]int64{"light": {320, 390, 768, 1440}, "dark": {320, 390, 1440}} {
		browsertest.Do(t, ctx, colours(scheme))
		for _, width := range widths {
			browsertest.Do(t, ctx, chromedp.EmulateViewport(width, 900))
			for name := range g.pages {
				got := g.look(t, ctx, name)
				if got.Heading == "" || got.Direction != "rtl" || got.Overflow > 0 || got.Blocked > 0 || len(got.Faint) > 0 || len(got.Small) > 0 {
					t.Errorf("%s, %s, %d px: %+v", name, scheme, width, got)
				}
				if width == 390 || width == 1440 {
					browsertest.Keep(t, ctx, fmt.Sprintf("%s-%d-%s", name, width, scheme))
				}
				if width == 390 || width == 768 || scheme == "dark" && width == 320 {
					continue // nothing is laid out in a way that axe has not seen
				}
				for _, v := range browsertest.Violations(t, ctx, axe) {
					t.Errorf("%s, %s, %d px: axe finds %s", name, scheme, width, v)
				}
			}
		}
	}
}

// TestPicturesMoveNothing: where the parts of a page stand does not depend on
// whether its pictures have come.
func TestPicturesMoveNothing(t *testing.T) {
	ctx := browsertest.Open(t)
	g := openGallery(t)
	for _, width := range []int64{390, 1280} {
		browsertest.Do(t, ctx, chromedp.EmulateViewport(width, 900))
		for _, name := range []string{"front", "item-rich"} {
			g.look(t, ctx, name)
			moved := browsertest.Do(t, ctx, chromedp.Evaluate[[]string](`(async () => {
				const frame = () => new Promise(requestAnimationFrame);
				const place = () => [...document.querySelectorAll("main *, footer")].map(e => {
					const r = e.getBoundingClientRect();
					return e.tagName + " " + Math.round(r.top + scrollY) + " " + Math.round(r.height);
				});
				const pictures = [...document.images];
				for (const i of pictures) i.loading = "eager";
				const come = await Promise.all(pictures.map(i => i.decode().then(() => 1, () => 0)));
				if (!come.includes(1)) return ["no picture came"];
				await frame(); await frame();
				const before = place();
				pictures.forEach((i, n) => { if (come[n]) i.src = new URL("/never", i.src); });
				await frame(); await frame();
				return place().filter((p, n) => p !== before[n]).map((p, n) => p + ", was " + before[n]);
			})()`, chromedp.EvalAwaitPromise))
			if len(moved) > 0 {
				t.Errorf("%s, %d px: %d moved, among them %q", name, width, len(moved), moved[0])
			}
		}
	}
}

// TestPagesKeepToTheirBudget: what a page costs a reader on a slow line, on the
// first visit.
func TestPagesKeepToTheirBudget(t *testing.T) {
	const (
		requests = 7         // page, style, script, three fonts, manifest
		bytes    = 180 << 10 // of these, as they are sent
		pageSize = 24 << 10
		shift    = 0.1 // what the Web Vitals call good
	)
	ctx := browsertest.Open(t)
	g := openGallery(t)
	browsertest.Do(t, ctx, chromedp.EmulateViewport(390, 844))
	type cost struct {
		Requests, Bytes, Page int
		Shift                 float64
		Foreign               []string
	}
	for name := range g.pages {
		g.look(t, ctx, name)
		got := browsertest.Do(t, ctx, chromedp.Evaluate[cost](`(async () => {
			await document.fonts.ready;
			const [page] = performance.getEntriesByType("navigation");
			const all = performance.getEntriesByType("resource").filter(r => r.initiatorType !== "img" && !r.name.endsWith(".ico") && !r.name.includes("/icon-"));
			let shift = 0;
			new PerformanceObserver(l => { for (const e of l.getEntries()) shift += e.value; }).observe({type: "layout-shift", buffered: true});
			await new Promise(requestAnimationFrame); await new Promise(requestAnimationFrame);
			return {
				requests: 1 + all.length, page: page.encodedBodySize, bytes: all.reduce((sum, r) => sum + r.encodedBodySize, page.encodedBodySize),
				foreign: all.map(r => r.name).filter(n => !n.startsWith(location.origin)), shift,
			};
		})()`, chromedp.EvalAwaitPromise))
		if got.Requests > requests || got.Bytes > bytes || got.Page > pageSize || got.Shift > shift || len(got.Foreign) > 0 {
			t.Errorf("%s costs %+v", name, got)
		}
	}
}

// TestPagesWorkByKeyboard: every control is reached in the order of the page,
// the first leads past the masthead, and each shows that it has the focus.
func TestPagesWorkByKeyboard(t *testing.T) {
	ctx := browsertest.Open(t)
	g := openGallery(t)
	type focus struct {
		Text    string
		Outline float64 // px
		Inside  bool    // the window
	}
	for _, name := range []string{"front", "item-rich", "search"} {
		g.look(t, ctx, name)
		controls := browsertest.Do(t, ctx, chromedp.Evaluate[int](`[...document.querySelectorAll("a[href], button, input, summary, [tabindex='0']")].filter(e => e.checkVisibility()).length`))
		for i := range min(controls, 30) {
			browsertest.Do(t, ctx, chromedp.KeyEvent(kb.Tab))
			got := browsertest.Do(t, ctx, chromedp.Evaluate[focus](`(() => {
				const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();
				return {text: e.innerText || e.id, outline: s.outlineStyle === "none" ? 0 : parseFloat(s.outlineWidth), inside: r.bottom > 0 && r.top < innerHeight};
			})()`))
			if i == 0 && got.Text != "انتقل إلى المحتوى" {
				t.Errorf("%s begins with %+v", name, got)
			}
			if got.Outline < 2 || !got.Inside {
				t.Errorf("%s, control %d of %d: %+v", name, i+1, controls, got)
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
