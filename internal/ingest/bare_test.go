package ingest_test

import (
	"encoding/xml"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/sync/errgroup"
)

// bareDesk does the least that a cycle is made of, so that a benchmark of the
// whole can be told in multiples of it: a conditional request of every feed,
// its XML decoded, each new item's page parsed, the text of its paragraphs
// appended to a file and synced once a feed. It looks for no article, cleans
// nothing, believes everything and keeps no index.
type bareDesk struct {
	feeds []*bareFeed

	mu    sync.Mutex
	file  *os.File
	items int
}

type bareFeed struct {
	address, etag string
	seen          map[string]bool
}

func newBareDesk(b *testing.B, site *benchSite) *bareDesk {
	b.Helper()
	file, err := os.Create(filepath.Join(b.TempDir(), "items"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { file.Close() })
	d := &bareDesk{file: file}
	for i := range benchFeeds {
		d.feeds = append(d.feeds, &bareFeed{address: site.address(i), seen: make(map[string]bool)})
	}
	return d
}

func (d *bareDesk) cycle(b *testing.B) int {
	b.Helper()
	d.items = 0
	var group errgroup.Group
	group.SetLimit(16)
	for _, f := range d.feeds {
		group.Go(func() error { return d.take(f) })
	}
	if err := group.Wait(); err != nil {
		b.Fatal(err)
	}
	return d.items
}

func (d *bareDesk) take(f *bareFeed) error {
	resp, err := get(f.address, f.etag)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusNotModified {
		return nil
	}
	var feed struct {
		Items []struct {
			GUID string `xml:"guid"`
			Link string `xml:"link"`
			Body string `xml:"encoded"`
		} `xml:"channel>item"`
	}
	if err := xml.NewDecoder(resp.Body).Decode(&feed); err != nil {
		return err
	}
	var text strings.Builder
	fresh := 0
	for _, item := range feed.Items {
		if f.seen[item.GUID] {
			continue
		}
		f.seen[item.GUID] = true
		fresh++
		page := io.NopCloser(strings.NewReader(item.Body))
		if item.Body == "" {
			resp, err := get(item.Link, "")
			if err != nil {
				return err
			}
			page = resp.Body
		}
		err := paragraphs(&text, page)
		page.Close()
		if err != nil {
			return err
		}
	}
	f.etag = resp.Header.Get("ETag")
	d.mu.Lock()
	defer d.mu.Unlock()
	d.items += fresh
	if _, err := d.file.WriteString(text.String()); err != nil {
		return err
	}
	return d.file.Sync()
}

func get(address, etag string) (*http.Response, error) {
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	if etag != "" {
		req.Header.Set("If-None-Match", etag)
	}
	return http.DefaultClient.Do(req)
}

func paragraphs(out *strings.Builder, page io.Reader) error {
	doc, err := html.Parse(page)
	if err != nil {
		return err
	}
	for n := range doc.Descendants() {
		if n.Type == html.TextNode && n.Parent.DataAtom == atom.P {
			out.WriteString(n.Data)
			out.WriteByte('\n')
		}
	}
	return nil
}
