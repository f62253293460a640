package fetcher_test

import (
	"fmt"
	"net/http"
	"testing"

	"nashra"
)

func TestValidatorsAreEchoedByteForByte(t *testing.T) {
	tests := []struct{ name, etag, modified string }{
		{"a strong tag", `"abc"`, ""},
		{"a weak tag", `W/"abc"`, ""},
		{"a tag that is not quoted", `abc-gzip`, ""},
		{"a tag in Arabic", `"نشرة"`, ""},
		{"a date alone", "", "Mon, 02 Jun 2025 07:00:00 GMT"},
		{"a date that is none", "", "yesterday,  perhaps"},
		{"both", `"abc"`, "Mon, 02 Jun 2025 07:00:00 GMT"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
				if tt.etag != "" {
					w.Header().Set("ETag", tt.etag)
				}
				if tt.modified != "" {
					w.Header().Set("Last-Modified", tt.modified)
				}
				if r.Header.Get("If-None-Match") == tt.etag && r.Header.Get("If-Modified-Since") == tt.modified {
					w.WriteHeader(http.StatusNotModified)
					return
				}
				fmt.Fprint(w, rssFeed(2))
			})
			c := newClient(t)
			one, err := c.Feed(t.Context(), sub, nashra.Validators{})
			if err != nil {
				t.Fatal(err)
			}
			two, err := c.Feed(t.Context(), sub, one.Validators)
			if err != nil {
				t.Fatal(err)
			}
			if two.Status != 304 || !two.NotModified || len(two.Entries) != 0 || two.Validators != one.Validators {
				t.Errorf("got %+v, want a 304 with the validators of before", two)
			}
		})
	}
}

func TestSameBodyIsNotModified(t *testing.T) {
	served := rssFeed(2)
	_, sub := partner(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, served) })
	c := newClient(t)
	one, err := c.Feed(t.Context(), sub, nashra.Validators{})
	if err != nil {
		t.Fatal(err)
	}
	two, err := c.Feed(t.Context(), sub, one.Validators)
	if err != nil {
		t.Fatal(err)
	}
	if two.Status != 200 || !two.NotModified || len(two.Entries) != 0 || two.Bytes != int64(len(served)) {
		t.Errorf("got %+v, want not modified", two)
	}
	served = rssFeed(3)
	three, err := c.Feed(t.Context(), sub, two.Validators)
	if err != nil || three.NotModified || len(three.Entries) != 3 {
		t.Errorf("another body: got %+v, %v", three, err)
	}
}

func TestValidatorsHoldForTheirURLOnly(t *testing.T) {
	target := "/one"
	var asked []string
	server, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/feed" {
			http.Redirect(w, r, target, http.StatusFound)
			return
		}
		asked = append(asked, r.URL.Path+" "+r.Header.Get("If-None-Match"))
		w.Header().Set("ETag", `"e"`)
		fmt.Fprint(w, rssFeed(1))
	})
	c := newClient(t)
	one, err := c.Feed(t.Context(), sub, nashra.Validators{})
	if err != nil {
		t.Fatal(err)
	}
	if want := server.URL + "/one"; one.Validators.URL != want {
		t.Errorf("got validators of %q, want %q", one.Validators.URL, want)
	}
	if _, err := c.Feed(t.Context(), sub, one.Validators); err != nil {
		t.Fatal(err)
	}
	target = "/two"
	two, err := c.Feed(t.Context(), sub, one.Validators)
	if err != nil || two.NotModified {
		t.Errorf("the same body at another URL: got %+v, %v, want it read", two, err)
	}
	want := []string{"/one ", `/one "e"`, "/two "}
	if fmt.Sprint(asked) != fmt.Sprint(want) {
		t.Errorf("got %q, want %q", asked, want)
	}
}

func TestFailedFetchKeepsTheValidators(t *testing.T) {
	_, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"of the fault"`)
		w.WriteHeader(http.StatusInternalServerError)
	})
	last := nashra.Validators{URL: sub.Feed, ETag: `"good"`}
	feed, err := newClient(t).Feed(t.Context(), sub, last)
	if err == nil || feed.Validators != last {
		t.Errorf("got %+v, %v", feed, err)
	}
}

func TestUnaskedNotModifiedIsAFault(t *testing.T) {
	_, sub := partner(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNotModified) })
	if feed, err := newClient(t).Feed(t.Context(), sub, nashra.Validators{}); err == nil {
		t.Errorf("got %+v, want an error", feed)
	}
}
