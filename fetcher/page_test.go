package fetcher_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"nashra"
	"nashra/fetcher"
)

func TestPage(t *testing.T) {
	windows := encoded(t, charmap.Windows1256, `<html><head><meta charset="windows-1256"></head><body>`+arabicText+`</body></html>`)
	server, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, "/html", http.StatusMovedPermanently)
		case "/html":
			h.Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, "<p>نص</p>")
		case "/xhtml":
			h.Set("Content-Type", "application/xhtml+xml")
			fmt.Fprint(w, "<p>نص</p>")
		case "/windows":
			h.Set("Content-Type", "text/html; charset=ISO-8859-1")
			fmt.Fprint(w, windows)
		case "/untyped":
			h["Content-Type"] = nil
			fmt.Fprint(w, "<!DOCTYPE html><p>نص</p>")
		case "/untyped-pdf":
			h["Content-Type"] = nil
			fmt.Fprint(w, "%PDF-1.7")
		case "/pdf":
			h.Set("Content-Type", "application/pdf")
		case "/large":
			h.Set("Content-Type", "text/html")
			fmt.Fprint(w, strings.Repeat("x", 70_000))
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	})
	c := newClient(t, func(cfg *fetcher.Config) { cfg.MaxBody = 64 << 10 })
	tests := []struct{ path, url, contentType, body, err string }{
		{"/html", "/html", "text/html; charset=utf-8", "<p>نص</p>", ""},
		{"/moved#part", "/html", "text/html; charset=utf-8", "<p>نص</p>", ""},
		{"/xhtml", "/xhtml", "application/xhtml+xml; charset=utf-8", "<p>نص</p>", ""},
		{"/windows", "/windows", "text/html; charset=utf-8", arabicText, ""},
		{"/untyped", "/untyped", "text/html; charset=utf-8", "<p>نص</p>", ""},
		{"/untyped-pdf", "", "", "", "application/pdf"},
		{"/pdf", "", "", "", "application/pdf"},
		{"/large", "", "", "", "more than 64 KiB"},
		{"/none", "", "", "", "HTTP 404"},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			page, err := c.Page(t.Context(), sub, server.URL+tt.path)
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("got %v, want %q", err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if page.URL != server.URL+tt.url || page.ContentType != tt.contentType || !strings.Contains(string(page.Body), tt.body) {
				t.Errorf("got %s, %s, %s", page.URL, page.ContentType, page.Body)
			}
		})
	}
	if _, err := c.Page(t.Context(), sub, server.URL+"/large"); !errors.Is(err, nashra.ErrTooLarge) {
		t.Errorf("got %v, want ErrTooLarge", err)
	}
	if _, err := c.Page(t.Context(), sub, "/relative"); err == nil {
		t.Error("a relative link: no error")
	}
}
