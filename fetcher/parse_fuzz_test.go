package fetcher_test

import (
	"bytes"
	"encoding/json"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"nashra/fetcher"
)

// FuzzParse is the whole way from bytes and a Content-Type to entries. What
// comes of it is fit for the store whatever went in, costs memory in proportion
// to it, and is the same each time.
func FuzzParse(f *testing.F) {
	for _, name := range documents(f) {
		f.Add(document(f, name), contentTypes[name])
	}
	f.Add([]byte("<rss><channel><item><title>&#;&#x;&#xD800;&;]]></item>"), "")
	f.Add([]byte("\xff\xfe<\x00r\x00"), "text/xml; charset=utf-16")
	f.Add([]byte(rssFeed(9)), "text/xml; charset=gb18030")
	from, err := url.Parse("https://partner.example/akhbar/feed")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		const keep = 3
		read := func() (fetcher.Feed, uint64, error) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			feed, err := fetcher.ParseNewestForTest(bytes.Clone(body), contentType, from, subscription("").Zone, now, keep)
			runtime.ReadMemStats(&after)
			return feed, after.TotalAlloc - before.TotalAlloc, err
		}
		feed, used, err := read()
		if limit := uint64(2<<20 + 2000*len(body)); used > limit {
			t.Errorf("%d bytes cost %d, more than %d", len(body), used, limit)
		}
		if err != nil && (!utf8.ValidString(err.Error()) || strings.ContainsAny(err.Error(), "\r\n")) {
			t.Errorf("an error that is no line of UTF-8: %q", err)
		}
		if len(feed.Entries) > keep {
			t.Errorf("%d entries, where %d are kept", len(feed.Entries), keep)
		}
		sound(t, feed, len(body))
		again, _, errAgain := read()
		if encodedFeed(t, feed) != encodedFeed(t, again) || (err == nil) != (errAgain == nil) || err != nil && err.Error() != errAgain.Error() {
			t.Errorf("read twice: %+v, %v; %+v, %v", feed, err, again, errAgain)
		}
	})
}

// sound checks what [fetcher.Client.Feed] promises of a feed that was read from
// so many bytes.
func sound(t *testing.T, feed fetcher.Feed, read int) {
	t.Helper()
	size := 0
	texts := func(list ...string) {
		for _, s := range list {
			size += len(s)
			if !utf8.ValidString(s) {
				t.Errorf("no UTF-8: %q", s)
			}
		}
	}
	addresses := func(list ...string) {
		texts(list...)
		for _, s := range list {
			if u, err := url.Parse(s); s != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil) {
				t.Errorf("no absolute address of the web: %q", s)
			}
		}
	}
	instants := func(list ...time.Time) {
		for _, at := range list {
			if !at.IsZero() && (at.Location() != time.UTC || at.Year() < 1990 || at.After(now.Add(24*time.Hour))) {
				t.Errorf("no sound instant: %v", at)
			}
		}
	}
	texts(feed.Title, feed.Language)
	texts(feed.Warnings...)
	addresses(feed.Homepage)
	for _, e := range feed.Entries {
		texts(e.GUID, e.Title, e.Summary, e.Body, e.Language, e.Origin.Name, e.Rights)
		texts(e.Authors...)
		texts(e.Categories...)
		addresses(e.Link, e.Image, e.Origin.Link, e.License)
		for _, enc := range e.Enclosures {
			texts(enc.Type)
			addresses(enc.URL)
			if enc.URL == "" || enc.Length < 0 {
				t.Errorf("an enclosure at %q of %d bytes", enc.URL, enc.Length)
			}
		}
		instants(e.Published, e.Updated)
		if e.GUID == "" && e.Link == "" && e.Title == "" {
			t.Error("an entry that nothing tells apart")
		}
		if e.Hash.IsZero() {
			t.Error("an entry without a hash")
		}
	}
	if size > 40*read+100_000 {
		t.Errorf("%d bytes became %d", read, size)
	}
}

func encodedFeed(t *testing.T, feed fetcher.Feed) string {
	t.Helper()
	data, err := json.Marshal(feed)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
