package fetcher_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"nashra"
	"nashra/fetcher"
)

const syndication = ` xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"`

func TestHintsOfADocument(t *testing.T) {
	const hour, day = time.Hour, 24 * time.Hour
	rss := func(inside string) string {
		return `<rss version="2.0"` + syndication + `><channel><title>جريدة</title>` + inside + rssItems(1) + `</channel></rss>`
	}
	tests := []struct {
		name, in string
		want     nashra.Hints
	}{
		{"none", rss(""), nashra.Hints{}},
		{"ttl is in minutes", rss("<ttl>90</ttl>"), nashra.Hints{Interval: 90 * time.Minute}},
		{"ttl with space around it", rss("<ttl>\n <![CDATA[ 60 ]]>\n</ttl>"), nashra.Hints{Interval: hour}},
		{"ttl behind the items", rssHead + rssItems(1) + "<ttl>60</ttl>" + rssTail, nashra.Hints{Interval: time.Hour}},
		{"ttl of a year", rss("<ttl>525600</ttl>"), nashra.Hints{Interval: 365 * day}},
		{"ttl of more than a year", rss("<ttl>525601</ttl>"), nashra.Hints{}},
		{"ttl that no number holds", rss("<ttl>99999999999999999999999999</ttl>"), nashra.Hints{}},
		{"ttl of nothing", rss("<ttl>0</ttl>"), nashra.Hints{}},
		{"ttl below nothing", rss("<ttl>-60</ttl>"), nashra.Hints{}},
		{"ttl in words", rss("<ttl>an hour</ttl>"), nashra.Hints{}},
		{"ttl that is not a number", rss("<ttl>NaN</ttl>"), nashra.Hints{}},
		{"ttl without end", rss("<ttl>Inf</ttl>"), nashra.Hints{}},
		{"twice a day", rss("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"), nashra.Hints{Interval: 12 * hour}},
		{"as WordPress writes it", rss("<sy:updatePeriod>\n\thourly\t</sy:updatePeriod><sy:updateFrequency>\n\t1\t</sy:updateFrequency>"), nashra.Hints{Interval: hour}},
		{"a period alone is once in it", rss("<sy:updatePeriod>Weekly</sy:updatePeriod>"), nashra.Hints{Interval: 7 * day}},
		{"a frequency alone is a day's", rss("<sy:updateFrequency>24</sy:updateFrequency>"), nashra.Hints{Interval: hour}},
		{"the base of the periods is not heeded", rss("<sy:updateBase>2000-01-01T12:00+00:00</sy:updateBase>"), nashra.Hints{}},
		{"a period of no calendar", rss("<sy:updatePeriod>often</sy:updatePeriod>"), nashra.Hints{}},
		{"a frequency of nothing", rss("<sy:updatePeriod>yearly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>"), nashra.Hints{}},
		{"a frequency below nothing", rss("<sy:updatePeriod>yearly</sy:updatePeriod><sy:updateFrequency>-1</sy:updateFrequency>"), nashra.Hints{}},
		{"the longer one holds", rss("<ttl>30</ttl><sy:updatePeriod>hourly</sy:updatePeriod>"), nashra.Hints{Interval: hour}},
		{"the longer one holds, ttl", rss("<ttl>120</ttl><sy:updatePeriod>hourly</sy:updatePeriod>"), nashra.Hints{Interval: 2 * hour}},
		{"hours", rss("<skipHours><hour>0</hour><hour> 23 </hour></skipHours>"), nashra.Hints{SkipHours: 1<<0 | 1<<23}},
		{"hour 24 is midnight", rss("<skipHours><hour>24</hour><hour>1</hour></skipHours>"), nashra.Hints{SkipHours: 1<<0 | 1<<1}},
		{"hours that no clock shows", rss("<skipHours><hour>25</hour><hour>-1</hour><hour>noon</hour><hour>280</hour><hour>4</hour></skipHours>"), nashra.Hints{SkipHours: 1 << 4}},
		{"days", rss("<skipDays><day>Friday</day><day>saturday</day></skipDays>"), nashra.Hints{SkipDays: 1<<time.Friday | 1<<time.Saturday}},
		{"days of no week", rss("<skipDays><day>Fredag</day><day></day></skipDays>"), nashra.Hints{}},
		{"every day", rss("<skipDays><day>Monday</day><day>Tuesday</day><day>Wednesday</day><day>Thursday</day><day>Friday</day><day>Saturday</day><day>Sunday</day></skipDays>"), nashra.Hints{}},
		{"every hour", rss("<skipHours>" + everyHour() + "</skipHours>"), nashra.Hints{}},
		{"RDF", `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"` + syndication +
			`><channel><title>جريدة</title><sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency></channel>` +
			`<item><title>خبر</title><link>https://partner.example/1</link></item></rdf:RDF>`, nashra.Hints{Interval: 30 * time.Minute}},
		{"Atom", `<feed xmlns="http://www.w3.org/2005/Atom"` + syndication +
			`><title>جريدة</title><sy:updatePeriod>daily</sy:updatePeriod><entry><id>1</id><title>خبر</title></entry></feed>`, nashra.Hints{Interval: day}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			feed, err := parse(t, tt.in)
			if err != nil || len(feed.Entries) != 1 {
				t.Fatalf("%d entries, %v", len(feed.Entries), err)
			}
			if feed.Hints != tt.want {
				t.Errorf("got %+v of %s, want %+v", feed.Hints, tt.in, tt.want)
			}
		})
	}
}

func everyHour() (hours string) {
	for h := range 24 {
		hours += fmt.Sprintf("<hour>%d</hour>", h)
	}
	return hours
}

func TestFreshness(t *testing.T) {
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	tests := []struct {
		name   string
		fields []string // name and value by turns
		want   time.Duration
	}{
		{"none", nil, 0},
		{"max-age", []string{"Cache-Control", "public, max-age=1800"}, 30 * time.Minute},
		{"in another case, quoted", []string{"Cache-Control", `Max-Age="1800"`}, 30 * time.Minute},
		{"in two fields", []string{"Cache-Control", "public", "Cache-Control", "max-age=60"}, time.Minute},
		{"the first of two", []string{"Cache-Control", "max-age=60, max-age=600"}, time.Minute},
		{"a cache's own is not ours", []string{"Cache-Control", "s-maxage=600"}, 0},
		{"less its age", []string{"Cache-Control", "max-age=1800", "Age", "600"}, 20 * time.Minute},
		{"older than it may be", []string{"Cache-Control", "max-age=60", "Age", "600"}, 0},
		{"an age of no number", []string{"Cache-Control", "max-age=60", "Age", "-5"}, time.Minute},
		{"a year", []string{"Cache-Control", "max-age=31536000"}, 365 * 24 * time.Hour},
		{"ten years", []string{"Cache-Control", "max-age=315360000"}, 0},
		{"more than a number holds", []string{"Cache-Control", "max-age=99999999999999999999999"}, 0},
		{"zero", []string{"Cache-Control", "max-age=0"}, 0},
		{"negative", []string{"Cache-Control", "max-age=-60"}, 0},
		{"no number", []string{"Cache-Control", "max-age"}, 0},
		{"no-cache", []string{"Cache-Control", "no-cache, max-age=60"}, 0},
		{"no-store", []string{"Cache-Control", "max-age=60, no-store"}, 0},
		{"no-cache of one field", []string{"Cache-Control", `no-cache="set-cookie", max-age=60`}, time.Minute},
		{"Expires", []string{"Expires", "Mon, 23 Nov 2026 09:00:00 GMT"}, time.Hour},
		{"Expires by the partner's clock", []string{"Date", "Sun, 22 Nov 2026 08:00:00 GMT", "Expires", "Sun, 22 Nov 2026 08:20:00 GMT"}, 20 * time.Minute},
		{"max-age goes before Expires", []string{"Cache-Control", "max-age=60", "Expires", "Mon, 23 Nov 2026 09:00:00 GMT"}, time.Minute},
		{"max-age of nothing too", []string{"Cache-Control", "max-age=0", "Expires", "Mon, 23 Nov 2026 09:00:00 GMT"}, 0},
		{"Expires as mail writes it", []string{"Expires", "Mon, 23 Nov 2026 12:00:00 +0300"}, time.Hour},
		{"expired", []string{"Expires", "Thu, 19 Nov 1981 08:52:00 GMT"}, 0},
		{"Expires never", []string{"Expires", "Thu, 31 Dec 2037 23:55:55 GMT"}, 0},
		{"Expires at once", []string{"Expires", "-1"}, 0},
		{"Expires of a number", []string{"Expires", "0"}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := http.Header{}
			for i := 0; i < len(tt.fields); i += 2 {
				h.Add(tt.fields[i], tt.fields[i+1])
			}
			if got := fetcher.Freshness(h, now); got != tt.want {
				t.Errorf("Freshness(%v) = %s, want %s", h, got, tt.want)
			}
		})
	}
}

// TestHintsComeWithTheAnswer asks a partner whose feed is new, then answered by
// a 304, then sent again as it was.
func TestHintsComeWithTheAnswer(t *testing.T) {
	var change func(http.Header)
	_, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
		change(w.Header())
		if r.Header.Get("If-None-Match") != "" && w.Header().Get("ETag") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprint(w, rssHead+"<ttl>45</ttl><skipDays><day>Friday</day></skipDays>"+rssItems(1)+rssTail)
	})
	c := newClient(t)
	var last nashra.Validators
	for _, step := range []struct {
		name   string
		change func(http.Header)
		hints  nashra.Hints
		fresh  time.Duration
	}{
		{"new", func(h http.Header) {
			h.Set("ETag", `"a"`)
			h.Set("Cache-Control", "max-age=600")
		}, nashra.Hints{Interval: 45 * time.Minute, SkipDays: 1 << time.Friday}, 10 * time.Minute},
		{"not modified", func(h http.Header) {
			h.Set("ETag", `"a"`)
			h.Set("Date", "Mon, 23 Nov 2026 08:00:00 GMT")
			h.Set("Expires", "Mon, 23 Nov 2026 09:00:00 GMT")
		}, nashra.Hints{}, time.Hour},
		{"the same body", func(h http.Header) { h.Set("Cache-Control", "max-age=1200") }, nashra.Hints{}, 20 * time.Minute},
	} {
		change = step.change
		feed, err := c.Feed(t.Context(), sub, last)
		if err != nil {
			t.Fatal(err)
		}
		if feed.Hints != step.hints || feed.Fresh != step.fresh || feed.NotModified == (last == nashra.Validators{}) {
			t.Errorf("%s: got %+v fresh %s not modified %t, want %+v fresh %s", step.name, feed.Hints, feed.Fresh, feed.NotModified, step.hints, step.fresh)
		}
		last = feed.Validators
	}
}
