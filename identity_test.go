package nashra_test

import (
	"net/url"
	"testing"

	"nashra"
)

func TestLinkKeyIgnoresWhatDoesNotNameThePage(t *testing.T) {
	const key = "partner.example/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1/1"
	tests := []struct{ name, in, want string }{
		{"plain", "https://partner.example/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1/1", key},
		{"scheme", "http://partner.example/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1/1", key},
		{"unescaped path", "https://partner.example/أخبار/1", key},
		{"lower-case escapes", "https://partner.example/%d8%a3%d8%ae%d8%a8%d8%a7%d8%b1/1", key},
		{"www and case of the host", "https://WWW.Partner.Example/أخبار/1", key},
		{"default port", "https://partner.example:443/أخبار/1", key},
		{"fragment", "https://partner.example/أخبار/1#top", key},
		{"trailing slash", "https://partner.example/أخبار/1/", key},
		{"tracking", "https://partner.example/أخبار/1?utm_source=rss&fbclid=x", key},
		{"space around", "  https://partner.example/أخبار/1\n", key},
		{"other parameters stay", "https://partner.example/?p=7&utm_medium=x&q=2", "partner.example?p=7&q=2"},
		{"other port stays", "http://127.0.0.1:9100/a", "127.0.0.1:9100/a"},
		{"IPv6", "http://[::1]:81/a", "[::1]:81/a"},
		{"no web address", "tag:partner.example,2025:7", ""},
		{"no host", "https:///a", ""},
		{"a host of nothing", "https://xn--/a", ""},
		{"a host of a dot", "https://./a", ""},
		{"a number", "12345", ""},
		{"unreadable", "https://partner.example/%zz", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := nashra.LinkKey(tt.in); got != tt.want {
				t.Errorf("LinkKey(%q)\n got %q\nwant %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestIDsAreStable(t *testing.T) {
	// Written down: an id that changes with a release breaks every reader.
	got := nashra.NewID("fikrafann", "12345")
	if want := "62vgckrbqvfvfufvmpfkwe4pgy"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	guid := nashra.Identity{GUID: "https://www.partner.example/?p=7"}
	if got := guid.GUIDKey(); got != "partner.example?p=7" {
		t.Errorf("a guid that is a URL counts by its link key: got %q", got)
	}
}

func TestRemoveTrackingKeepsOrderAndSpelling(t *testing.T) {
	u, err := url.Parse("https://a.example/?b=%20x&UTM_Source=1&a=1&a=2&gclid=")
	if err != nil {
		t.Fatal(err)
	}
	nashra.RemoveTracking(u)
	if got, want := u.RawQuery, "b=%20x&a=1&a=2"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRedactURLHidesCredentials(t *testing.T) {
	if got, want := nashra.RedactURL("https://desk:secret@partner.example/feed"), "https://partner.example/feed"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRedactURLHidesKeysOfPrivateFeeds(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"no query", "https://a.example/feed", "https://a.example/feed"},
		{"a key alone", "https://a.example/feed?key=s3cret", "https://a.example/feed"},
		{"a key among others", "https://a.example/?feed=rss2&Token=s3cret&lang=ar", "https://a.example/?feed=rss2&lang=ar"},
		{"a key without a value", "https://a.example/?token", "https://a.example/"},
		{"names that only sound like one", "https://a.example/?keyword=x&author=7", "https://a.example/?keyword=x&author=7"},
		{"unreadable", "https://a.example/%zz", "(unreadable URL)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := nashra.RedactURL(tt.in); got != tt.want {
				t.Errorf("nashra.RedactURL(%q)\n got %q\nwant %q", tt.in, got, tt.want)
			}
		})
	}
}
