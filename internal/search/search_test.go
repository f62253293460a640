package search_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"nashra"
)

func TestWordsMeetTheirForms(t *testing.T) {
	tests := []struct {
		query  string
		meets  []string
		misses []string
	}{
		{"كتاب", []string{"كتاب", "الكتاب", "والكتاب", "بالكتاب", "للكتاب", "وكتاب", "كتابها", "كتابهم", "كتابًا", "كِتابٌ", "كتـاب", "وبالكتاب", "فكتاب", "لكتاب"}, []string{"كتب", "مكتب", "اكتتاب"}},
		{"معلم", []string{"معلمون", "المعلمين", "معلمات", "معلمة", "وللمعلمين", "معلمها"}, []string{"علم", "تعليم", "معلومات"}},
		{"المعلمين", []string{"معلم", "معلمون", "المعلمات"}, []string{"معالم"}},
		{"جامعة", []string{"الجامعات", "جامعته", "جامعتها", "جامعه", "بجامعة", "وجامعاتها"}, []string{"جمعة", "تجمع"}},
		{"الجامعات", []string{"جامعة", "جامعتهم"}, []string{"جماعة"}},
		{"شركة", []string{"شركات", "الشركات", "وشركته"}, []string{"مشترك"}},
		{"مصر", []string{"ومصر", "لمصر", "بمصر", "مصر"}, []string{"مصنع", "قصر", "صر"}},
		{"المصريين", []string{"مصري", "المصرية", "مصريون", "للمصريين"}, []string{"بصري"}},
		{"مسؤول", []string{"مسئول", "المسؤولين", "المسئولون"}, nil},
		{"إيران", []string{"ايران", "وإيران", "لإيران"}, []string{"طيران"}},
		{"زار", []string{"زار"}, []string{"وزارة", "وزير"}},
		{"زير", nil, []string{"وزير", "الوزير"}},
		{"وزير", []string{"الوزير", "ووزير", "لوزير", "للوزير"}, []string{"زير", "تزوير"}},
		{"لبن", []string{"اللبن", "لبن"}, []string{"لبنان"}},
		{"لبنان", []string{"ولبنان", "بلبنان"}, []string{"لبن", "بنان"}},
		{"بحر", []string{"البحر", "وبحر"}, []string{"البحرين"}},
		{"مال", []string{"المال", "بمال", "ومال"}, []string{"كمال", "شمال"}},
		{"كمال", []string{"كمال", "وكمال"}, []string{"مال"}},
		{"لجنة", []string{"للجنة", "اللجنة", "لجنتها", "واللجنة"}, []string{"جنة"}},
		{"جنة", []string{"الجنة"}, []string{"للجنة", "لجنة"}},
		{"كرة", []string{"الكرة", "بكرة"}, []string{"فكرة"}},
		{"عيد", []string{"العيد", "وعيد"}, []string{"بعيد"}},
		{"أحد", []string{"الأحد"}, []string{"واحد", "الواحد"}},
		{"عشر", nil, []string{"عشرين", "عشرون"}},
		{"الله", []string{"والله"}, []string{"له"}},
		{"يد", []string{"اليد"}, []string{"جديد", "يدير", "ويد"}},
		{"GOOGLE", []string{"google", "Google"}, []string{"googled"}},
		{"٢٠٢٦", []string{"2026", "۲۰۲۶"}, []string{"20260"}},
	}
	a := newArchive(t)
	var contents []nashra.Content
	want := map[string][2][]string{}
	n := 0
	for _, tt := range tests {
		for i, words := range [][]string{tt.meets, tt.misses} {
			for _, w := range words {
				n++
				contents = append(contents, article(n, w, "نص"))
				pair := want[tt.query]
				pair[i] = append(pair[i], w)
				want[tt.query] = pair
			}
		}
	}
	a.fetch("ahram", contents...)
	for _, tt := range tests {
		t.Run(tt.query, func(t *testing.T) {
			found := map[string]bool{}
			f := a.find(nashra.Search{Text: tt.query, Limit: 100})
			for _, title := range titles(f) {
				found[title] = true
			}
			for _, w := range tt.meets {
				if !found[w] {
					t.Errorf("%q does not find %q", tt.query, w)
				}
			}
			for _, w := range tt.misses {
				if found[w] {
					t.Errorf("%q finds %q", tt.query, w)
				}
			}
		})
	}
}

func TestAllWordsMustBeThere(t *testing.T) {
	a := newArchive(t)
	a.fetch("ahram",
		article(1, "وزير الخارجية في القاهرة", "التقى الوزير نظيره."),
		article(2, "وزير المالية", "زار القاهرة أمس"),
		article(3, "وزير الخارجية", "في عمان"),
	)
	for query, want := range map[string][]string{
		"وزير القاهرة":            {"وزير المالية", "وزير الخارجية في القاهرة"},
		"وزير":                    {"وزير الخارجية", "وزير المالية", "وزير الخارجية في القاهرة"},
		"وزير طنطا":               {},
		"":                        {},
		" ،؛ «» \"\" ":            {},
		"القاهرة وزير وزير":       {"وزير المالية", "وزير الخارجية في القاهرة"},
		"الخارجية -القاهرة":       {"وزير الخارجية في القاهرة"},
		"<script> OR القاهرة AND": {},
	} {
		if got := titles(a.find(nashra.Search{Text: query})); !reflect.DeepEqual(got, want) {
			t.Errorf("%q finds %q, want %q", query, got, want)
		}
	}
}

func TestPhrasesStandAsTheyAreWritten(t *testing.T) {
	a := newArchive(t)
	a.fetch("ahram",
		article(1, "أ", "قال رئيسُ الـوزراء إن"),
		article(2, "ب", "الوزراء ورئيس"),
		article(3, "ج", "ورئيس الوزراء"),
		article(4, "د", "رئيس</p><p>الوزراء"),
		article(5, "هـ", "رئيس <b>الوزراء</b> رئيس"),
		article(6, "رئيس", "الوزراء"),
		article(7, "و", "رئيس وزراء"),
		article(8, "ز", "رئيس «الوزراء»"),
	)
	for _, query := range []string{`"رئيس الوزراء"`, "«رئيس الوزراء»", "“رئيس الوزراء”", `"رئيس، الوُزراء"`} {
		if got, want := titles(a.find(nashra.Search{Text: query})), []string{"ز", "هـ", "ج", "أ"}; !reflect.DeepEqual(got, want) {
			t.Errorf("%s finds %q, want %q", query, got, want)
		}
	}
	if got, want := titles(a.find(nashra.Search{Text: `"رئيس الوزراء" قال`})), []string{"أ"}; !reflect.DeepEqual(got, want) {
		t.Errorf("a phrase and a word find %q, want %q", got, want)
	}
	if got, want := titles(a.find(nashra.Search{Text: `"وزراء"`})), []string{"و"}; !reflect.DeepEqual(got, want) {
		t.Errorf("a quoted word finds %q, want %q", got, want)
	}
	if got := titles(a.find(nashra.Search{Text: `"رئيس الوزراء`})); len(got) != 8 {
		t.Errorf("an open quote finds %q, want all with the words", got)
	}
}

func TestNewestIsTheOrderOfListings(t *testing.T) {
	a := newArchive(t)
	for round := range 5 { // each an own segment
		var contents []nashra.Content
		for i := range 7 {
			n := i*5 + round
			contents = append(contents, article(n, fmt.Sprint("خبر ", n), "القاهرة"))
		}
		a.fetch("ahram", contents...)
		a.check(a.index.CatchUp(t.Context()))
	}
	var want []string
	for n := 34; n >= 0; n-- {
		want = append(want, fmt.Sprint("خبر ", n))
	}
	for _, limit := range []int{100, 10, 7, 1} {
		if got := pages(a, nashra.Search{Text: "القاهرة", Limit: limit}); !reflect.DeepEqual(got, want) {
			t.Errorf("in pages of %d: %q", limit, got)
		}
	}
}

// pages are the titles of all pages of a search.
func pages(a *archive, q nashra.Search) (out []string) {
	a.Helper()
	for range 100 {
		f := a.find(q)
		out = append(out, titles(f)...)
		if q.After = f.Next; q.After == "" {
			return out
		}
	}
	a.Fatal("no last page")
	return nil
}

func TestBestPutsWordsAsTheyWereTypedFirst(t *testing.T) {
	a := newArchive(t)
	filler := strings.Repeat("نص ", 100)
	a.fetch("ahram",
		article(1, "جامعة في العنوان", filler),
		article(2, "أخرى", "جامعة "+filler),
		article(3, "ثالثة", "جامعة جامعة جامعة "+filler),
		article(4, "الجامعات والجامعات", "الجامعات الجامعات جامعات"),
	)
	got := titles(a.find(nashra.Search{Text: "جامعة", Order: nashra.SearchBest}))
	if want := []string{"جامعة في العنوان", "ثالثة", "أخرى", "الجامعات والجامعات"}; !reflect.DeepEqual(got, want) {
		t.Errorf("best first: %q, want %q", got, want)
	}
	if got := pages(a, nashra.Search{Text: "جامعة", Order: nashra.SearchBest, Limit: 1}); len(got) != 4 || got[0] != "جامعة في العنوان" || got[3] != "الجامعات والجامعات" {
		t.Errorf("page by page: %q", got)
	}
}

// TestAPhraseIsRankedAsItsWordsAreAndMustStandThere: whatever is passed over on
// the way because its rank is not wanted, the pages hold every match, once and in
// one order, however many a page has.
func TestAPhraseIsRankedAsItsWordsAreAndMustStandThere(t *testing.T) {
	a := newArchive(t)
	var contents []nashra.Content
	want := 0
	for i := range 900 {
		body := strings.Repeat("جامعة القاهرة ", i%7)
		if i%3 == 0 {
			body = strings.Repeat("القاهرة، جامعة كلام ", 1+i%5)
		} else if i%7 > 0 {
			want++
		}
		contents = append(contents, article(i, fmt.Sprint("خبر ", i), body))
		if len(contents) == 90 {
			a.fetch("ahram", contents...)
			contents = nil
			a.check(a.index.CatchUp(t.Context()))
		}
	}
	all := pages(a, nashra.Search{Text: `"جامعة القاهرة"`, Order: nashra.SearchBest, Limit: 100})
	newest := pages(a, nashra.Search{Text: `"جامعة القاهرة"`, Limit: 100})
	if len(all) != want || len(newest) != want {
		t.Errorf("%d found best first, %d newest first, want %d", len(all), len(newest), want)
	}
	for _, limit := range []int{7, 30} {
		if got := pages(a, nashra.Search{Text: `"جامعة القاهرة"`, Order: nashra.SearchBest, Limit: limit}); !slices.Equal(got, all) {
			t.Errorf("by pages of %d other ones are found, or in another order", limit)
		}
	}
}

func TestOneSourceAlone(t *testing.T) {
	source := func(id string) nashra.Source {
		return nashra.Source{ID: id, Partner: id, Name: id, Feed: "https://x.example/feed", Language: "ar", Timezone: "UTC"}
	}
	a := newArchive(t, source("a"), source("b"))
	a.fetch("a", article(1, "أ", "القاهرة"))
	a.fetch("b", article(2, "ب", "القاهرة"))
	if got := titles(a.find(nashra.Search{Text: "القاهرة", Source: "a"})); !reflect.DeepEqual(got, []string{"أ"}) {
		t.Errorf("found %q", got)
	}
	if _, err := a.index.Search(t.Context(), nashra.Search{Text: "القاهرة", Source: "nobody", Limit: 1}); err == nil || !strings.Contains(err.Error(), "not found") {
		t.Errorf("unknown source: %v", err)
	}
	// What readers may not see of a whole source is passed over, and found by the desk.
	gone := source("b")
	gone.Rights.Until = began
	_, version, err := a.store.Sources(t.Context())
	a.check(err)
	a.apply(nashra.Batch{Base: version, Sources: []nashra.Source{gone}})
	if got := titles(a.find(nashra.Search{Text: "القاهرة", Visible: a.now})); !reflect.DeepEqual(got, []string{"أ"}) {
		t.Errorf("readers find %q", got)
	}
	if got := titles(a.find(nashra.Search{Text: "القاهرة"})); !reflect.DeepEqual(got, []string{"ب", "أ"}) {
		t.Errorf("the desk finds %q", got)
	}
}

func TestWhatIsHiddenRemovedOrRevisedIsGoneAtOnce(t *testing.T) {
	a := newArchive(t)
	ids := a.fetch("ahram", article(1, "أ", "القاهرة"), article(2, "ب", "القاهرة"), article(3, "ج", "القاهرة"))
	a.check(a.index.CatchUp(t.Context()))
	a.apply(nashra.Batch{Marks: []nashra.Mark{{Kind: nashra.MarkHide, Article: ids[0]}}})
	a.apply(nashra.Batch{Removes: []nashra.Remove{{Article: ids[1], Reason: "test"}}})
	a.fetch("ahram", article(3, "ج", "الإسكندرية"))
	// The index has not followed yet.
	for _, order := range []nashra.SearchOrder{nashra.SearchNewest, nashra.SearchBest} {
		found, err := a.index.Search(t.Context(), nashra.Search{Text: "القاهرة", Order: order, Limit: 10, Visible: a.now})
		a.check(err)
		if len(found.Hits) > 0 {
			t.Errorf("%s: found %q", order, titles(found))
		}
	}
	if got := titles(a.find(nashra.Search{Text: "الاسكندريه", Visible: a.now})); !reflect.DeepEqual(got, []string{"ج"}) {
		t.Errorf("the revision is found as %q", got)
	}
	a.apply(nashra.Batch{Marks: []nashra.Mark{{Kind: nashra.MarkRestore, Article: ids[0]}}})
	if got := titles(a.find(nashra.Search{Text: "القاهرة", Visible: a.now})); !reflect.DeepEqual(got, []string{"أ"}) {
		t.Errorf("after restoring, found %q", got)
	}
}

func TestWhatWasFoundIsMarkedInTheDisplayedText(t *testing.T) {
	long := strings.Repeat("كلمة ", 60)
	tests := []struct{ name, query, title, body, wantTitle, wantSnippet string }{
		{"tashkeel and tatweel", "الرئيس", "قالَ الرَّئـيسُ", "بلا", "قالَ [الرَّئـيسُ]", "بلا"},
		{"another form", "كتاب", "معرض", "بيع وكتابها «للكتاب»، أمس.", "معرض", "بيع [وكتابها] «[للكتاب]»، أمس."},
		{"mixed scripts", "google مصر", "شركة Google", "في مصر و«Google»: ٣٫٥", "شركة [Google]", "في [مصر] و«[Google]»: ٣٫٥"},
		{"markup is text", "حرب", "<b>حرب</b>", "a &lt;script&gt; حرب &amp; <em>سلام</em>", "<b>[حرب]</b>", "a <script> [حرب] & سلام"},
		{"a phrase is one piece", `"رئيس الوزراء"`, "رئيس", "زار رئيس <b>الوزراء</b> رئيس", "رئيس", "زار [رئيس الوزراء] رئيس"},
		{"a sign of several words", "محمد وسلم", "محمد ﷺ", "نص", "[محمد] [ﷺ]", "نص"},
		{"far into the text", "هدف", "مباراة", long + "هدف " + long, "مباراة", "…" + strings.Repeat("كلمة ", 8) + "[هدف] " + strings.TrimSpace(strings.Repeat("كلمة ", 27)) + "…"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := newArchive(t)
			a.fetch("ahram", article(1, tt.title, tt.body))
			f := a.find(nashra.Search{Text: tt.query})
			if len(f.Hits) != 1 {
				t.Fatalf("found %d", len(f.Hits))
			}
			h := f.Hits[0]
			if got := marked(h.Title); got != tt.wantTitle {
				t.Errorf("title %q, want %q", got, tt.wantTitle)
			}
			if got := marked(h.Snippet); got != tt.wantSnippet {
				t.Errorf("snippet\n got %q\nwant %q", got, tt.wantSnippet)
			}
			if h.Article.HTML != "" {
				t.Error("the hit carries its body")
			}
		})
	}
}

func marked(pieces []nashra.Piece) string {
	var b strings.Builder
	for _, p := range pieces {
		if p.Marked {
			b.WriteString("[" + p.Text + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}
