package publisher_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"nashra"
	"nashra/internal/browsertest"
)

// deskPaths are the desk's pages of a world that newsroom has filled.
func deskPaths() []string {
	return []string{"/admin/", "/admin/source/nile", "/admin/source/nile/try", "/admin/items", "/admin/log"}
}

func TestTheDeskLooksRightInABrowser(t *testing.T) {
	ctx := browsertest.Open(t)
	axe := browsertest.Axe(t)
	w := newWorld(t)
	id := newsroom(w)
	w.selectors = map[string]string{"content": "page", "select": "article .entry-content", "remove": ".ads\n.related"}
	w.fetchAs("nile", nashra.State{Outcome: nashra.OutcomeFailed, Status: 403, Error: "fetch source: status 403", ConsecutiveFailures: 2})
	w.mark(nashra.Mark{Kind: nashra.MarkPause, Source: "courier", Reason: "صيانة"})
	var speaks string
	web := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		r.Header.Set("Accept-Language", speaks)
		w.server.ServeHTTP(rw, r)
	}))
	t.Cleanup(web.Close)
	desk := strings.Replace(web.URL, "http://", "http://admin:"+url.PathEscape(password)+"@", 1)
	for lang, direction := range map[string]string{"ar-EG": "rtl", "en-GB": "ltr"} {
		speaks = lang
		for _, scheme := range []string{"light", "dark"} {
			browsertest.Do(t, ctx, colours(scheme))
			for _, width := range []int64{320, 1440} {
				browsertest.Do(t, ctx, chromedp.EmulateViewport(width, 900))
				for _, path := range append(deskPaths(), "/admin/item/"+id) {
					browsertest.Do(t, ctx, chromedp.Navigate(desk+path))
					got := browsertest.Do(t, ctx, chromedp.Evaluate[look](readLook))
					if got.Heading == "" || got.Direction != direction || got.Overflow > 0 || got.Blocked > 0 || len(got.Faint) > 0 || len(got.Small) > 0 {
						t.Errorf("%s, %s, %s, %d px: %+v", path, lang, scheme, width, got)
					}
					if width != 320 || lang != "ar-EG" {
						continue // nothing there that axe has not seen
					}
					for _, v := range browsertest.Violations(t, ctx, axe) {
						t.Errorf("%s, %s: axe finds %s", path, scheme, v)
					}
				}
			}
		}
	}
}
