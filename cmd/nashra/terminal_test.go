package main_test

import (
	"strings"
	"testing"

	"github.com/rivo/uniseg"
)

// The columns of a listing stay put whatever the names are made of.
func TestListingsAreAlignedWithRightToLeftNames(t *testing.T) {
	p := newPartner(t, "rss", articles("fikra")...)
	d := newDesk(t, "  - {id: fikrafann, name: جريدة فِكرة فن, feed: "+p.URL+"/feed}\n  - {id: d, name: Delta, feed: "+p.URL+"/feed}\n")
	d.must(t, "fetch")
	list := d.must(t, "sources")
	lines := strings.Split(strings.TrimSuffix(list, "\n"), "\n")
	if len(lines) != 3 || !strings.Contains(list, "\u2068جريدة فِكرة فن\u2069") {
		t.Fatalf("listed\n%s", list)
	}
	place := uniseg.StringWidth(lines[0][:strings.Index(lines[0], "STATUS")])
	for _, line := range lines[1:] {
		before, _, ok := strings.Cut(line, "  200  ")
		if got := uniseg.StringWidth(before) + 2; !ok || got != place {
			t.Errorf("the status begins at %d, want %d:\n%s", got, place, list)
		}
	}
	if strings.Contains(list, "\x1b") || strings.Contains(list, " \n") {
		t.Errorf("colours or trailing spaces where there is no terminal: %q", list)
	}
	for line := range strings.Lines(d.must(t, "items")) {
		if !strings.HasSuffix(line, "\u2069\n") {
			t.Errorf("the title of %q is not isolated", line)
		}
	}
}
