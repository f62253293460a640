package ingest_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"nashra"
	"nashra/fetcher"
	"nashra/internal/ingest"
	"nashra/store"
)

// What a site says in each of its articles, as if it belonged there.
const (
	promo  = "يدعوكم موقع الجريدة إلى متابعة تغطيته اليومية عبر تطبيق الهواتف، وهو متاح للجميع بلا مقابل."
	writer = "ليلى حسن صحفية تكتب في شؤون المدن والمكتبات منذ عشرة أعوام، وتقيم في القاهرة."
	teased = "في مدينة أخرى من مدن البلاد حدث اليوم ما تقرؤون عنه هنا"
)

// furnished is a story whose page holds all of that among its paragraphs. What
// the box announces is another article on each page.
func furnished(n int) news {
	s := story(n)
	own := func(i int) string {
		return fmt.Sprintf("<p>وفي الحي رقم %d-%d من المدينة يقول الأهالي إن الطريق إلى أقرب مكتبة كان يستغرق ساعة كاملة.</p>", n, i)
	}
	s.page = `<div>` + own(1) + own(2) + `<p>` + promo + `</p>` + own(3) +
		fmt.Sprintf(`<div class="box"><h4><a href="/news/%d">حدث اليوم في المدينة</a></h4><p>%s، رقم %d.</p></div>`, n+500, teased, n*7) +
		own(4) + own(5) + own(6) + own(7) + `<div class="w1"><p>` + writer + `</p></div></div>`
	return s
}

func furnishedStories(from, to int) []news {
	var list []news
	for n := from; n <= to; n++ {
		list = append(list, furnished(n))
	}
	return list
}

// furniture is which of the site's words are in article n.
func (p *partner) furniture(n int) string {
	p.t.Helper()
	html := p.article(n).HTML
	if got := strings.Count(html, "يقول الأهالي"); got != 7 {
		p.t.Errorf("article %d has %d of its 7 paragraphs: %s", n, got, html)
	}
	var found []string
	for name, text := range map[string]string{"promo": promo, "box": teased, "writer": writer} {
		if strings.Contains(html, text) {
			found = append(found, name)
		}
	}
	return strings.Join(found, " ")
}

func TestTheThirdArticleShowsWhatIsFurniture(t *testing.T) {
	p := newPartner(t)
	for n, want := range []int{1: 3, 2: 3, 3: 0, 4: 0} {
		if n == 0 {
			continue
		}
		p.change(func() { p.list = furnishedStories(1, n) })
		p.cycle("ok new 1 updated 0 unchanged " + fmt.Sprint(n-1))
		if got := p.furniture(n); len(strings.Fields(got)) != want {
			t.Errorf("article %d holds %q", n, got)
		}
	}
	if got := p.furniture(1); len(strings.Fields(got)) != 3 {
		t.Errorf("article 1, which did not change, holds %q", got)
	}
}

func TestAFirstCycleKnowsTheFurnitureOfAllItsPages(t *testing.T) {
	p := newPartner(t, furnishedStories(1, 12)...)
	p.cycle("ok new 12 updated 0 unchanged 0")
	for n := 1; n <= 12; n++ {
		if got := p.furniture(n); got != "" {
			t.Errorf("article %d holds %q", n, got)
		}
	}
}

// learned is what the store holds of the partner's furniture.
func (p *partner) learned() []byte {
	p.t.Helper()
	data, err := p.store.Furniture(p.t.Context(), "a")
	if err != nil {
		p.t.Fatal(err)
	}
	return data
}

func TestArticlesAreCountedAndNotFetches(t *testing.T) {
	p := newPartner(t, furnishedStories(1, 2)...)
	p.cycle("ok new 2 updated 0 unchanged 0")
	before := p.learned()
	for n := range 5 {
		p.cycle("not_modified new 0 updated 0 unchanged 0")
		p.change(func() {
			for i := range p.list { // the page is read again, and is another each time
				p.list[i].title += " مجددا"
				p.list[i].page += fmt.Sprintf("<p>وأضيفت إلى النص فقرة في تصحيحه رقم %d، فيها ما قالته الهيئة بعد ذلك.</p>", n)
			}
		})
		p.cycle("ok new 0 updated 2 unchanged 0")
	}
	for n := 1; n <= 2; n++ {
		if got := p.furniture(n); len(strings.Fields(got)) != 3 {
			t.Errorf("article %d holds only %q after its corrections", n, got)
		}
	}
	if bytes.Equal(before, p.learned()) {
		t.Error("the corrected pages were not read")
	}
}

func TestWithoutLearningEverythingStays(t *testing.T) {
	p := newPartner(t, furnishedStories(1, 5)...)
	p.sub.Learn = false
	p.open()
	p.cycle("ok new 5 updated 0 unchanged 0")
	if got := p.furniture(5); len(strings.Fields(got)) != 3 || p.learned() != nil {
		t.Errorf("article 5 holds %q, learned %d bytes", got, len(p.learned()))
	}
}

func TestWhatThePartnerCallsTheBodyHoldsNoFurniture(t *testing.T) {
	p := newPartner(t, furnishedStories(1, 5)...)
	p.cycle("ok new 5 updated 0 unchanged 0")
	fed, structured := furnished(6), furnished(7)
	fed.body = strings.Replace(fed.page, "<div>", "", 1)
	structured.page = `<script type="application/ld+json">{"@type":"NewsArticle","articleBody":"` +
		strings.NewReplacer("</p><p>", "\\n", "<p>", "", "</p>", "", `<div class="w1">`, "\\n", "<div>", "", "</div>", "").Replace(noBox(structured.page)) + `"}</script>` + structured.page
	p.change(func() { p.list = append(p.list, fed, structured) })
	p.cycle("ok new 2 updated 0 unchanged 5")
	for n, method := range map[int]string{6: "feed", 7: "json-ld"} {
		a := p.article(n)
		if a.Method != method || !strings.Contains(a.HTML, promo) || !strings.Contains(a.HTML, writer) {
			t.Errorf("article %d, by %s, want %s: %s", n, a.Method, method, a.HTML)
		}
	}
}

// noBox is a furnished page without its box.
func noBox(page string) string {
	before, rest, _ := strings.Cut(page, `<div class="box">`)
	_, after, _ := strings.Cut(rest, "</div>")
	return before + after
}

func TestAStatementThatIsPublishedThreeTimesStays(t *testing.T) {
	statement := news{title: "بيان الهيئة", summary: "أصدرت الهيئة بيانا…", page: paragraph +
		"<p>وأكدت الهيئة في بيانها أن جميع الفروع تفتح أبوابها من الثامنة صباحا إلى العاشرة مساء طوال أيام الأسبوع.</p>" +
		"<p>ودعت القراء إلى تجديد بطاقاتهم قبل نهاية الشهر، وإلى إعادة الكتب المستعارة في مواعيدها المقررة.</p>"}
	var list []news
	for n := 1; n <= 4; n++ {
		again := statement
		again.n = n
		list = append(list, again)
	}
	p := newPartner(t, list...)
	p.cycle("ok new 4 updated 0 unchanged 0")
	for n := 1; n <= 4; n++ {
		if got := strings.Count(p.article(n).HTML, "<p>"); got != 3 {
			t.Errorf("article %d has %d of 3 paragraphs", n, got)
		}
	}
}

// tardy is a site whose pages take their time.
type tardy struct {
	*fakeSite
	takes func(link string) time.Duration
}

func (s tardy) Page(ctx context.Context, sub nashra.Subscription, link string, before fetcher.Remembered) (fetcher.Page, error) {
	time.Sleep(s.takes(link))
	return s.fakeSite.Page(ctx, sub, link, before)
}

func TestItDoesNotMatterWhichPageArrivesFirst(t *testing.T) {
	site := &fakeSite{
		feed: func(nashra.Subscription, nashra.Validators) (fetcher.Feed, error) {
			feed := fetcher.Feed{Status: 200}
			for n := range 20 {
				feed.Entries = append(feed.Entries, teaser(n))
			}
			return feed, nil
		},
		page: func(link string) (fetcher.Page, error) {
			var n int
			if _, err := fmt.Sscanf(link, "https://a.example/news/%d", &n); err != nil {
				return fetcher.Page{}, err
			}
			body := furnished(n).page
			if n%7 != 0 { // in three of them
				body = strings.Replace(body, promo, "", 1)
			}
			return fetcher.Page{URL: link, ContentType: "text/html; charset=utf-8", Body: []byte("<html><body><article>" + body + "</article></body></html>")}, nil
		},
	}
	dump := func(t *testing.T, takes func(string) time.Duration) string {
		var out bytes.Buffer
		path := filepath.Join(t.TempDir(), "nashra.db")
		synctest.Test(t, func(t *testing.T) {
			s, err := store.Open(path, store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			now := time.Now()
			g, err := ingest.New(ingest.Config{
				Subscriptions: []nashra.Subscription{subscription("a")}, Store: s, Fetcher: tardy{site, takes}, PerHost: 8,
				Now: func() time.Time { return now },
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := g.Announce(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := counts(fetch(t, g, "a")); got != "ok new 20 updated 0 unchanged 0" {
				t.Error(got)
			}
			if err := s.Dump(t.Context(), &out); err != nil {
				t.Fatal(err)
			}
		})
		return out.String()
	}
	want := dump(t, func(string) time.Duration { return 0 })
	if strings.Contains(want, promo) || !strings.Contains(want, `"furniture"`) {
		t.Fatalf("nothing was learned: %s", want)
	}
	for seed := range uint64(5) {
		random := rand.New(rand.NewPCG(seed, 2))
		delays := map[string]time.Duration{}
		for n := range 20 {
			delays[fmt.Sprintf("https://a.example/news/%d", n)] = time.Duration(random.IntN(1000)) * time.Millisecond
		}
		if got := dump(t, func(link string) time.Duration { return delays[link] }); got != want {
			t.Errorf("seed %d\n got %s\nwant %s", seed, got, want)
		}
	}
}

// asking counts how often a store is asked for what was learned, and told.
type asking struct {
	*store.Store
	asked, told int
}

func (s *asking) Furniture(ctx context.Context, source string) ([]byte, error) {
	s.asked++
	return s.Store.Furniture(ctx, source)
}

func (s *asking) Apply(ctx context.Context, b nashra.Batch) (nashra.Applied, error) {
	if b.Furniture != nil {
		s.told++
	}
	return s.Store.Apply(ctx, b)
}

func TestOnlyCyclesThatReadPagesTouchWhatWasLearned(t *testing.T) {
	p := newPartner(t, furnishedStories(1, 3)...)
	counted := &asking{Store: p.store}
	client, err := fetcher.New(fetcher.Config{AllowPrivate: true, PerHost: 8})
	if err != nil {
		t.Fatal(err)
	}
	if p.g, err = ingest.New(ingest.Config{Subscriptions: []nashra.Subscription{p.sub}, Store: counted, Fetcher: client}); err != nil {
		t.Fatal(err)
	}
	whole := furnished(4)
	whole.body = strings.Repeat(paragraph, 12)
	for _, step := range []struct {
		name, want  string
		change      func()
		asked, told int
	}{
		{"three pages", "ok new 3 updated 0 unchanged 0", func() {}, 1, 1},
		{"the same feed", "not_modified new 0 updated 0 unchanged 0", func() {}, 0, 0},
		{"a body in the feed", "ok new 1 updated 0 unchanged 3", func() { p.list = append(p.list, whole) }, 0, 0},
		{"a correction of what only the feed has", "ok new 0 updated 1 unchanged 3", func() { p.list[0].title += " اليوم" }, 1, 0},
	} {
		p.change(step.change)
		counted.asked, counted.told = 0, 0
		p.cycle(step.want)
		if counted.asked != step.asked || counted.told != step.told {
			t.Errorf("%s: asked %d times, told %d, want %d and %d", step.name, counted.asked, counted.told, step.asked, step.told)
		}
	}
}

func TestWhatCannotBeReadIsLearnedAnew(t *testing.T) {
	p := newPartner(t, furnishedStories(1, 3)...)
	now := time.Now().UTC()
	_, err := p.store.Apply(t.Context(), nashra.Batch{
		ID: "a/1", At: now, By: "cycle", Source: "a", Cycle: nashra.Cycle{Number: 1, Began: now},
		Fetch: &nashra.Fetch{Source: "a", At: now, Outcome: nashra.OutcomeOK}, State: &nashra.State{Outcome: nashra.OutcomeOK},
		Furniture: []byte("of another version"),
	})
	if err != nil {
		t.Fatal(err)
	}
	got := p.cycle("ok new 3 updated 0 unchanged 0")
	if !strings.Contains(strings.Join(got.Warnings, "\n"), "is learned anew") {
		t.Errorf("warnings %q", got.Warnings)
	}
	p.change(func() { p.list = furnishedStories(1, 4) })
	if got := p.cycle("ok new 1 updated 0 unchanged 3"); len(got.Warnings) > 0 {
		t.Errorf("warnings %q", got.Warnings)
	}
	if got := p.furniture(4); got != "" {
		t.Errorf("article 4 holds %q", got)
	}
}

func TestAnInterruptedCycleKeepsItsArticlesAndLearnsNothing(t *testing.T) {
	p := newPartner(t, furnishedStories(1, 12)...)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	p.change(func() {
		p.fault = func(_ http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/news/10" {
				cancel()
			}
			return false
		}
	})
	err := p.g.Cycle(ctx, nashra.Selection{Sources: []string{"a"}}, func(nashra.Fetch) {})
	if err == nil || p.learned() != nil {
		t.Fatalf("got %v, learned %d bytes", err, len(p.learned()))
	}
	status, err := p.store.Source(t.Context(), "a")
	// What was being read as the cycle ended is not kept; how much that is, is
	// the machine's affair.
	if err != nil || status.Items == 0 || status.Items == 12 {
		t.Fatalf("%d articles were kept, %v", status.Items, err)
	}
	p.change(func() { p.fault = nil })
	p.cycle(fmt.Sprintf("ok new %d updated 0 unchanged %d", 12-status.Items, status.Items))
	for n := 1; n <= status.Items; n++ {
		if got := p.furniture(n); got != "" {
			t.Errorf("article %d holds %q", n, got)
		}
	}
}

func TestALongCycleLearnsInStretches(t *testing.T) {
	list := furnishedStories(1, 40)
	for i := range list { // of 80 KB each
		for n := range 300 {
			list[i].page += fmt.Sprintf("<p>وفي السطر رقم %d من الملحق رقم %d أسماء من تبرعوا للمكتبة بالكتب في عامها الأول، وهم كثيرون.</p>", n, i)
		}
	}
	p := newPartner(t, list...)
	p.cycle("ok new 40 updated 0 unchanged 0")
	for n := 1; n <= 40; n++ {
		if got := p.furniture(n); got != "" {
			t.Errorf("article %d holds %q", n, got)
		}
	}
}
