package fetcher_test

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"nashra/fetcher"
)

func TestLinkFieldsAreReadAsRFC8288Says(t *testing.T) {
	tests := []struct {
		name   string
		fields []string
		want   []string // "rel rel target"
	}{
		{"no field", nil, nil},
		{"one link", []string{`<https://hub.example/>; rel="hub"`}, []string{"hub https://hub.example/"}},
		{"a relation without quotes", []string{`<https://hub.example/>; rel=hub`}, []string{"hub https://hub.example/"}},
		{"two links in one field", []string{`<https://hub.example/>; rel="hub", <https://a.example/feed>; rel="self"`}, []string{"hub https://hub.example/", "self https://a.example/feed"}},
		{"two links without spaces", []string{`<https://hub.example/>;rel=hub,<https://a.example/feed>;rel=self`}, []string{"hub https://hub.example/", "self https://a.example/feed"}},
		{"two fields", []string{`<https://hub.example/>; rel=hub`, `<https://a.example/feed>; rel=self`}, []string{"hub https://hub.example/", "self https://a.example/feed"}},
		{"a relation of several words", []string{`<https://a.example/feed>; rel="alternate  self"`}, []string{"alternate self https://a.example/feed"}},
		{"letters of either case", []string{`<https://hub.example/>; REL="Hub"`}, []string{"hub https://hub.example/"}},
		{"other parameters around it", []string{`<https://hub.example/>; title="a, b; c"; rel=hub; type="text/html"`}, []string{"hub https://hub.example/"}},
		{"a comma and a semicolon in the target", []string{`<https://hub.example/a,b;c>; rel=hub, <x>; rel=self`}, []string{"hub https://hub.example/a,b;c", "self x"}},
		{"a quoted quote", []string{`<https://hub.example/>; title="\"x\\"; rel=hub`}, []string{"hub https://hub.example/"}},
		{"spaces where they may be", []string{` <https://hub.example/> ; rel = "hub" ; x , <y> ; rel = self `}, []string{"hub https://hub.example/", "self y"}},
		{"a parameter without a value", []string{`<https://hub.example/>; crossorigin; rel=hub`}, []string{"hub https://hub.example/"}},
		{"empty elements of the list", []string{`, ,<https://hub.example/>; rel=hub,,<x>; rel=self,`}, []string{"hub https://hub.example/", "self x"}},
		{"the first relation counts", []string{`<https://hub.example/>; rel=hub; rel=self`}, []string{"hub https://hub.example/"}},
		{"the first relation counts, empty too", []string{`<https://hub.example/>; rel=""; rel=hub`}, nil},
		{"no relation", []string{`<https://hub.example/>; title=hub`}, nil},
		{"a link of something else", []string{`<https://evil.example/>; rel=hub; anchor="https://b.example/", <https://hub.example/>; rel=hub`}, []string{"hub https://hub.example/"}},
		{"a target without an end", []string{`<https://hub.example/; rel=hub`}, nil},
		{"a quote without an end", []string{`<https://a.example/>; rel=self, <https://hub.example/>; rel="hub`}, []string{"self https://a.example/"}},
		{"no brackets", []string{`https://hub.example/; rel=hub`}, nil},
		{"junk after the target", []string{`<https://hub.example/> rel=hub`}, nil},
		{"a field that is broken spoils no other", []string{`<`, `<https://hub.example/>; rel=hub`}, []string{"hub https://hub.example/"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			targets, rels := fetcher.Links(http.Header{"Link": tt.fields})
			var got []string
			for i, target := range targets {
				got = append(got, strings.Join(append(slices.Clone(rels[i]), target), " "))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("%q\n got %q\nwant %q", tt.fields, got, tt.want)
			}
		})
	}
}

func TestLinkFieldsAreBounded(t *testing.T) {
	many := strings.Repeat(`<https://a.example/>; rel=next, `, 1000)
	if targets, _ := fetcher.Links(http.Header{"Link": {many, many}}); len(targets) != 100 {
		t.Errorf("%d links were read", len(targets))
	}
}

// FuzzLinks: what was read, written again as RFC 8288 has it, reads the same.
func FuzzLinks(f *testing.F) {
	for _, seed := range []string{
		`<https://hub.example/>; rel="hub", <https://a.example/feed>; rel="self alternate"`,
		`<a>;rel=b;anchor="x",<c>;title="\"\\";rel=d`, `<`, `<>`, `<a>;`, `,,<a>;rel="`, `<a> ; rel = b ;`, "<\x00>;rel=\xff",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, field string) {
		targets, rels := fetcher.Links(http.Header{"Link": {field}})
		var b strings.Builder
		for i, target := range targets {
			if len(rels[i]) == 0 || strings.Contains(target, ">") {
				t.Fatalf("%q: link to %q as %q", field, target, rels[i])
			}
			words := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(strings.Join(rels[i], " "))
			b.WriteString(" <" + target + `> ; x ; rel="` + words + `" ,`)
		}
		again, sameRels := fetcher.Links(http.Header{"Link": {b.String()}})
		if !slices.Equal(again, targets) || !reflect.DeepEqual(sameRels, rels) {
			t.Errorf("%q was read as %q %q, and that written again as %q %q", field, targets, rels, again, sameRels)
		}
	})
}
