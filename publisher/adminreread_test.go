package publisher_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"nashra"
)

// press posts an empty form of the desk, in English.
func (w *world) press(path string) response {
	w.Helper()
	r := httptest.NewRequest(http.MethodPost, path, nil)
	r.Header.Set("Accept-Language", "en")
	r.SetBasicAuth("admin", password)
	return w.do(r)
}

func TestAnItemIsReadAnew(t *testing.T) {
	w := newWorld(t)
	path := "/admin/item/" + newsroom(w)
	if n := w.desk(path).ok().html().Find(`form[action$="/refresh"], form[action$="/reextract"]`).Length(); n != 0 {
		t.Errorf("an item whose source is gone has %d buttons to read it anew", n)
	}
	if got := w.press(path + "/refresh"); got.status != http.StatusConflict {
		t.Errorf("of a source that is gone: %d", got.status)
	}
	w.selectors = map[string]string{"content": "auto"}
	if n := w.desk(path).ok().html().Find(`form[action$="/refresh"], form[action$="/reextract"]`).Length(); n != 2 {
		t.Errorf("there are %d buttons", n)
	}
	var out nashra.Reread
	var asked []string
	w.reread = func(by, article string, how nashra.MarkKind) (nashra.Reread, error) {
		asked = append(asked, by+" "+string(how)+" "+article)
		return out, nil
	}
	for _, tt := range []struct {
		name   string
		out    nashra.Reread
		action string
		want   string
	}{
		{"changed", nashra.Reread{Changed: true}, "/refresh", "The partner was asked for the item, and this is its new text."},
		{"unchanged", nashra.Reread{}, "/reextract", "The partner was asked for the item; nothing in it changed."},
		{"blocked", nashra.Reread{Status: 403, Error: "get https://a: status 403"}, "/refresh", "The item stays as it was: the site answered 403: the partner seems to block us.get https://a: status 403"},
		{"gone", nashra.Reread{Status: 404, Error: "status 404"}, "/reextract", "The item stays as it was: the partner does not have its page any more (404).status 404"},
		{"not read", nashra.Reread{Error: "its page holds no article"}, "/reextract", "The item stays as it was: nothing of the partner's could take its place.its page holds no article"},
	} {
		out = tt.out
		got := w.press(path + tt.action)
		if got.status == http.StatusSeeOther {
			r := httptest.NewRequest(http.MethodGet, got.header.Get("Location"), nil)
			r.Header.Set("Accept-Language", "en")
			r.SetBasicAuth("admin", password)
			got = w.do(r)
		}
		if said := words(got.ok().html().Find(".notice")); said != tt.want {
			t.Errorf("%s: the page says %q, want %q", tt.name, said, tt.want)
		}
	}
	id := strings.TrimPrefix(path, "/admin/item/")
	if want := "admin refresh " + id; asked[0] != want {
		t.Errorf("asked for %q, want %q", asked[0], want)
	}
	if got := w.press("/admin/item/" + nashra.NewID("a", "nothing") + "/refresh"); got.status != http.StatusNotFound {
		t.Errorf("of an item that is not there: %d", got.status)
	}
}
