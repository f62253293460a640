package main

import (
	"strings"
	"testing"

	"github.com/rivo/uniseg"
)

func TestTableAlignsByThePlacesOfATerminal(t *testing.T) {
	var tab table
	tab.row("ID", "NAME", "N")
	tab.row("a", "جريدة الـنِّيل", "1")
	tab.row("b", "日本語", "2")
	tab.row("longer-id", "plain\tname\x1b[31m", "3")
	tab.row("c", "", "4")
	var b strings.Builder
	if err := tab.write(&b); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	want := -1
	for _, line := range lines {
		place := uniseg.StringWidth(line[:len(line)-1])
		if want < 0 {
			want = place
		}
		if place != want {
			t.Errorf("the last column of %q begins at %d, want %d", line, place, want)
		}
		if strings.Contains(line, "\x1b") {
			t.Errorf("%q holds an escape", line)
		}
	}
}

func TestRightToLeftTextIsIsolated(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"Latin stays", "Delta 24", "Delta 24"},
		{"Arabic", "الدلتا", "\u2068الدلتا\u2069"},
		{"Hebrew among Latin", "x עיתון", "\u2068x עיתון\u2069"},
		{"Arabic digits", "٣٥", "\u2068٣٥\u2069"},
		{"an override of the partner's goes", "a\u202eb", "ab"},
		{"isolates that are not closed go", "\u2067الدلتا", "\u2068الدلتا\u2069"},
		{"one line without controls", "a\n b\x07", "a b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := isolated(tt.in)
			if got != tt.want {
				t.Errorf("isolated(%q) = %q, want %q", tt.in, got, tt.want)
			}
			if again := isolated(got); again != got {
				t.Errorf("not idempotent: %q became %q", got, again)
			}
		})
	}
}

func TestColoursAreForThoseWhoWantThem(t *testing.T) {
	for want, env := range map[bool]map[string]string{true: {"TERM": "xterm"}, false: {"TERM": "dumb"}} {
		if got := wantsColour(func(k string) string { return env[k] }); got != want {
			t.Errorf("%v: %t", env, got)
		}
	}
	if wantsColour(func(k string) string { return map[string]string{"NO_COLOR": "1"}[k] }) {
		t.Error("NO_COLOR is not heeded")
	}
	tab := table{colour: true}
	tab.cells(cell{"failed", red}, cell{"x", plain})
	plainTab := table{}
	plainTab.cells(cell{"failed", red}, cell{"x", plain})
	var coloured, bare strings.Builder
	if tab.write(&coloured) != nil || plainTab.write(&bare) != nil {
		t.Fatal("not written")
	}
	if coloured.String() != "\x1b[31mfailed\x1b[0m  x\n" || bare.String() != "failed  x\n" {
		t.Errorf("got %q and %q", coloured.String(), bare.String())
	}
}
