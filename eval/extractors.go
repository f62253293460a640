package main

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
	"time"

	"codeberg.org/readeck/go-readability/v2"
	"github.com/markusmobius/go-trafilatura"

	"nashra/extractor"
	"nashra/internal/evaluation"
)

// extractors are nashra's and its peers'; all are given the bytes and the
// address of a page, and nothing is learned from one page to the next.
var extractors = []struct {
	name    string
	extract func(evaluation.Page) (evaluation.Found, error)
}{
	{"nashra", byNashra},
	{"go-readability", byReadability},
	{"go-trafilatura", func(p evaluation.Page) (evaluation.Found, error) { return byTrafilatura(p, false) }},
	{"with fallback", func(p evaluation.Page) (evaluation.Found, error) { return byTrafilatura(p, true) }},
}

func byNashra(p evaluation.Page) (evaluation.Found, error) {
	content, err := extractor.Extract(extractor.Input{Page: &extractor.Page{URL: p.URL, Body: p.Body}, At: time.Now().UTC()})
	if err != nil {
		return evaluation.Found{}, err
	}
	return evaluation.Found{
		Text: extractor.Text(content.HTML), Title: content.Title, Byline: content.Byline,
		Published: content.Published, PictureAddress: content.Image,
	}, nil
}

func byReadability(p evaluation.Page) (evaluation.Found, error) {
	at, err := url.Parse(p.URL)
	if err != nil {
		return evaluation.Found{}, fmt.Errorf("address of the page: %w", err)
	}
	article, err := readability.FromReader(bytes.NewReader(p.Body), at)
	if err != nil {
		return evaluation.Found{}, err
	}
	found := evaluation.Found{Title: article.Title(), Byline: article.Byline(), PictureAddress: article.ImageURL()}
	// A page without a date is none with an error.
	found.Published, _ = article.PublishedTime()
	var text strings.Builder
	if article.Node != nil {
		err = article.RenderText(&text)
	}
	found.Text = text.String()
	return found, err
}

func byTrafilatura(p evaluation.Page, fallback bool) (evaluation.Found, error) {
	at, err := url.Parse(p.URL)
	if err != nil {
		return evaluation.Found{}, fmt.Errorf("address of the page: %w", err)
	}
	got, err := trafilatura.Extract(bytes.NewReader(p.Body), trafilatura.Options{OriginalURL: at, EnableFallback: fallback, ExcludeComments: true})
	if err != nil {
		return evaluation.Found{}, err
	}
	m := got.Metadata
	return evaluation.Found{Text: got.ContentText, Title: m.Title, Byline: m.Author, Published: m.Date, PictureAddress: m.Image}, nil
}
