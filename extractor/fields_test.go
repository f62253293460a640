package extractor_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"nashra"
	"nashra/extractor"
)

// fieldsPage says everything twice: as sites do in general, and as only its
// own markup tells.
const fieldsPage = `<div class="story"><h2 class="headline">الوزارة: القمح يكفي حتى العام المقبل</h2>
<p class="by">كتبت: <b>سعاد عبد الرحمن</b></p><p class="by">مروان حداد</p>
<div class="when">حُرر الثلاثاء 6 مايو 2025 الساعة 9:15 مساء</div><time class="machine" datetime="2025-05-07T10:00:00+03:00">أمس</time>
<div class="lead-picture"><picture><source srcset="/wide.webp"><img src="/grey.gif" data-src="/real.jpg" alt=""></picture></div>
<div class="text">`

func TestSelectorsOfFieldsOutrankTheRest(t *testing.T) {
	cairo, err := time.LoadLocation("Africa/Cairo")
	if err != nil {
		t.Fatal(err)
	}
	entry := nashra.Entry{
		Title: "عنوان الخلاصة", Authors: []string{"كاتب الخلاصة"}, Image: "https://partner.example/feed.jpg",
		Published: time.Date(2025, 5, 4, 6, 0, 0, 0, time.UTC),
	}
	body := strings.Replace(site(fieldsPage+paragraphsOf(article)+`</div></div>`), "<head>", `<head><base href="/news/"><meta property="og:image" content="og.jpg">`, 1)
	page := &extractor.Page{URL: "https://partner.example/story/1", Body: []byte(body)}
	tests := []struct {
		name string
		sub  nashra.Subscription
		got  func(nashra.Content) string
		want string
		miss string // the key of the selector that finds nothing
	}{
		{"a title", nashra.Subscription{SelectTitle: ".headline"}, title, "الوزارة: القمح يكفي حتى العام المقبل", ""},
		{"a title without its site", nashra.Subscription{Source: nashra.Source{Name: "صحيفة الحقل"}, SelectTitle: "title"}, title, "محصول القمح يفوق التوقعات", ""},
		{"no title", nashra.Subscription{SelectTitle: ".gone"}, title, "عنوان الخلاصة", nashra.SelectorTitle},
		{"an empty title", nashra.Subscription{SelectTitle: ".lead-picture"}, title, "عنوان الخلاصة", nashra.SelectorTitle},
		{"every author", nashra.Subscription{SelectByline: ".by"}, byline, "سعاد عبد الرحمن، مروان حداد", ""},
		{"an author who is taken out of the body", nashra.Subscription{SelectByline: ".by", Remove: []string{".by"}}, byline, "سعاد عبد الرحمن، مروان حداد", ""},
		{"no author", nashra.Subscription{SelectByline: ".gone"}, byline, "كاتب الخلاصة", nashra.SelectorByline},
		{"a date in words, in the source's zone", nashra.Subscription{SelectDate: ".when", Source: nashra.Source{}, Zone: cairo}, published, "2025-05-06T18:15:00Z", ""},
		{"a date for machines", nashra.Subscription{SelectDate: "time.machine"}, published, "2025-05-07T07:00:00Z", ""},
		{"a date inside of what matches", nashra.Subscription{SelectDate: ".story"}, published, "2025-05-07T07:00:00Z", ""},
		{"a match that is no date", nashra.Subscription{SelectDate: ".headline"}, published, "2025-05-04T06:00:00Z", nashra.SelectorDate},
		{"a lazy picture", nashra.Subscription{SelectImage: ".lead-picture img"}, image, "https://partner.example/real.jpg", ""},
		{"a picture inside of what matches", nashra.Subscription{SelectImage: ".lead-picture"}, image, "https://partner.example/real.jpg", ""},
		{"a picture of the head, by the page's base", nashra.Subscription{SelectImage: `meta[property="og:image"]`}, image, "https://partner.example/news/og.jpg", ""},
		{"no picture", nashra.Subscription{SelectImage: ".headline"}, image, "https://partner.example/feed.jpg", nashra.SelectorImage},
		{"no body", nashra.Subscription{Select: ".gone"}, method, "generic", nashra.SelectorBody},
		{"a body", nashra.Subscription{Select: ".text"}, method, "select", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := extractor.Read(extractor.Input{Subscription: tt.sub, Entry: entry, Page: page, At: at})
			if err != nil {
				t.Fatal(err)
			}
			if got := tt.got(r.Content); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			var missed []string
			for _, sel := range r.Unmatched {
				missed = append(missed, sel.Key)
			}
			if want := strings.Fields(tt.miss); !slices.Equal(missed, want) {
				t.Errorf("unmatched %q, want %q", missed, want)
			}
		})
	}
}

func title(c nashra.Content) string     { return c.Title }
func byline(c nashra.Content) string    { return c.Byline }
func image(c nashra.Content) string     { return c.Image }
func method(c nashra.Content) string    { return c.Method }
func published(c nashra.Content) string { return c.Published.Format(time.RFC3339) }

func TestWhatSelectorsFoundStaysWithAnUnchangedPage(t *testing.T) {
	sub := nashra.Subscription{SelectTitle: ".headline", SelectByline: ".by", SelectDate: "time.machine", SelectImage: ".lead-picture"}
	page := &extractor.Page{URL: "https://partner.example/story/1", Body: []byte(site(fieldsPage + paragraphsOf(article) + `</div></div>`))}
	was := extract(t, extractor.Input{Subscription: sub, Entry: nashra.Entry{Title: "عنوان"}, Page: page})
	changed := nashra.Entry{Title: "عنوان آخر", Authors: []string{"غيره"}, Published: at, Image: "https://partner.example/feed.jpg"}
	got := extract(t, extractor.Input{Subscription: sub, Entry: changed, Unchanged: &was})
	if got.Title != was.Title || got.Byline != was.Byline || got.Image != was.Image || !got.Published.Equal(was.Published) {
		t.Errorf("\n got %+v\nwant %+v", got, was)
	}
}

func TestSelectorsAskForThePage(t *testing.T) {
	whole := nashra.Entry{Link: "https://partner.example/1", Body: strings.Repeat(paragraphsOf(article), 2)}
	for _, tt := range []struct {
		sub  nashra.Subscription
		want bool
	}{
		{nashra.Subscription{}, false},
		{nashra.Subscription{SelectDate: "time"}, true},
		{nashra.Subscription{SelectDate: "time", Content: nashra.ContentFeed}, false},
	} {
		if got := extractor.NeedsPage(tt.sub, whole); got != tt.want {
			t.Errorf("%+v: got %t", tt.sub, got)
		}
	}
}
