package extractor_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"nashra"
	"nashra/extractor"
)

func TestExplainNamesTheWayAndWhatWasDropped(t *testing.T) {
	page := site(`<div id="story" class="text">` + paragraphsOf(article) + `<p>اقرأ أيضا: خبر آخر عن القمح</p><div class="share">شارك المقال</div></div>`)
	in := extractor.Input{Page: &extractor.Page{URL: "https://partner.example/1", Body: []byte(page)}, At: at}
	in.Subscription.Select = ".gone"
	content, e, err := extractor.Explain(in)
	if err != nil {
		t.Fatal(err)
	}
	if plain := extract(t, in); plain.HTML != content.HTML || plain.Method != content.Method {
		t.Errorf("Explain extracts %q by %s, Extract %q by %s", content.HTML, content.Method, plain.HTML, plain.Method)
	}
	want := []nashra.Attempt{{Way: "select", Result: "matches no text"}, {Way: "feed", Result: "has no whole body"}, {Way: "generic", Result: "found"}}
	if !slices.Equal(e.Tried, want) {
		t.Errorf("tried %v, want %v", e.Tried, want)
	}
	if len(e.Candidates) == 0 || e.Candidates[0].Element != "div#story.text" || !strings.HasPrefix(article[0], strings.TrimSuffix(e.Candidates[0].Text, "…")) {
		t.Errorf("candidates %v", e.Candidates)
	}
	for _, want := range []nashra.Dropped{{Rule: "named as furniture", Text: "شارك المقال"}, {Rule: "furniture by its words", Text: "اقرأ أيضا: خبر آخر عن القمح"}} {
		if !slices.Contains(e.Dropped, want) {
			t.Errorf("dropped %v, want %v among them", e.Dropped, want)
		}
	}
}

func TestExplainSaysWhyThereIsNoArticle(t *testing.T) {
	_, e, err := extractor.Explain(extractor.Input{Page: &extractor.Page{URL: "https://partner.example/", Body: []byte(`<title>محصول القمح</title><h1>محصول القمح</h1><p>دخول</p>`)}, At: at})
	if !errors.Is(err, nashra.ErrNoArticle) {
		t.Fatalf("got %v", err)
	}
	if last := e.Tried[len(e.Tried)-1]; last != (nashra.Attempt{Way: "generic", Result: "too little prose for an article"}) {
		t.Errorf("tried %v", e.Tried)
	}
}
