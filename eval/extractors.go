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
	name string
	text func(evaluation.Page) (string, error)
}{
	{"nashra", nashraText},
	{"go-readability", readabilityText},
	{"go-trafilatura", func(p evaluation.Page) (string, error) { return trafilaturaText(p, false) }},
	{"with fallback", func(p evaluation.Page) (string, error) { return trafilaturaText(p, true) }},
}

func nashraText(p evaluation.Page) (string, error) {
	content, err := extractor.Extract(extractor.Input{Page: &extractor.Page{URL: p.URL, Body: p.Body}, At: time.Now().UTC()})
	if err != nil {
		return "", err
	}
	return extractor.Text(content.HTML), nil
}

func readabilityText(p evaluation.Page) (string, error) {
	at, err := url.Parse(p.URL)
	if err != nil {
		return "", fmt.Errorf("address of the page: %w", err)
	}
	article, err := readability.FromReader(bytes.NewReader(p.Body), at)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	if article.Node != nil {
		err = article.RenderText(&text)
	}
	return text.String(), err
}

func trafilaturaText(p evaluation.Page, fallback bool) (string, error) {
	at, err := url.Parse(p.URL)
	if err != nil {
		return "", fmt.Errorf("address of the page: %w", err)
	}
	got, err := trafilatura.Extract(bytes.NewReader(p.Body), trafilatura.Options{OriginalURL: at, EnableFallback: fallback, ExcludeComments: true})
	if err != nil {
		return "", err
	}
	return got.ContentText, nil
}
