package publisher_test

import (
	"strings"
	"testing"

	"nashra"
)

func TestSearchEnginesListWhatTheSourceAllows(t *testing.T) {
	for index, want := range map[nashra.Index]bool{"": false, nashra.IndexNone: false, nashra.IndexCanonical: true, nashra.IndexOwn: true} {
		w := newWorld(t)
		src := nile
		src.Index = index
		w.configure(src)
		id := w.fetch("nile", content("خبر", "https://nile.example/1", began))[0]
		for _, accept := range []string{"", "gzip"} {
			tag := w.get("/item/"+id, "Accept-Encoding", accept).ok().header.Get("X-Robots-Tag")
			if got := !strings.Contains(tag, "noindex"); got != want {
				t.Errorf("index %q, encoding %q: X-Robots-Tag %q", index, accept, tag)
			}
		}
	}
}
