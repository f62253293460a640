// Package evaluation says how good an extractor is: it reads a corpus of real
// pages whose articles were read out by hand, and scores a text against them.
//
// The extractor's tests keep a floor with it; the module under eval compares
// the extractor with its peers.
package evaluation

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Page is a page with the text that its article has.
type Page struct {
	ID     string
	Corpus string // the part of the corpus that it is counted in
	URL    string
	File   string // under the corpus' folder, gzipped
	Text   string // of the article: paragraphs and subheadings, parted by a blank line
	Body   []byte // the page as it came
}

// maxPage bounds an unpacked page, in bytes.
const maxPage = 64 << 20

// ReadCorpus reads the pages that manifest.json in dir lists, in its order.
func ReadCorpus(dir string) ([]Page, error) {
	data, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		return nil, fmt.Errorf("read corpus: %w", err)
	}
	var manifest struct{ Pages []Page }
	if err := json.Unmarshal(data, &manifest); err != nil {
		return nil, fmt.Errorf("read corpus %s: %w", dir, err)
	}
	for i := range manifest.Pages {
		p := &manifest.Pages[i]
		if p.Body, err = unpack(filepath.Join(dir, filepath.FromSlash(p.File))); err != nil {
			return nil, fmt.Errorf("read corpus page %s: %w", p.ID, err)
		}
	}
	return manifest.Pages, nil
}

func unpack(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(z, maxPage))
}
