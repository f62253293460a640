// Package seed makes archives to measure a store with: as many articles as are
// asked for, in the batches that cycles would have made of them.
//
// What a store costs at a million articles shows only with texts that pack as
// prose does, with links and names of real length, and with dates that grow. So
// the articles are Arabic sentences of varied words, some 4.4 KB of markup and
// text each, with all the metadata that extraction leaves. The same numbers make
// the same articles. Nothing of it is for readers.
package seed

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"nashra"
	"nashra/extractor"
)

// PerBatch is how many articles a cycle brings.
const PerBatch = 20

const (
	bodySize = 4400             // bytes of HTML
	pace     = 90 * time.Second // between two articles: a million are three years
)

var began = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// Batch is a whole cycle of a source that brings the articles first to
// first+PerBatch-1, made from its present status.
func Batch(status nashra.SourceStatus, first int) nashra.Batch {
	source, state := status.Source, status.State
	at := began.Add(time.Duration(first+PerBatch) * pace)
	if !at.After(state.Run) {
		at = state.Run.Add(1)
	}
	b := nashra.Batch{
		ID: fmt.Sprintf("%s/%d/%s/0", source.ID, state.Cycle+1, at.Format(time.RFC3339Nano)), At: at, By: nashra.ByCycle,
		Source: source.ID, Base: state.Cycle, Cycle: nashra.Cycle{Number: state.Cycle + 1, Began: at},
		Fetch: &nashra.Fetch{
			Source: source.ID, At: at, Duration: 1200 * time.Millisecond, Outcome: nashra.OutcomeOK, Status: 200,
			Bytes: 31 << 10, Entries: PerBatch, NextDue: at.Add(15 * time.Minute),
		},
		State: &nashra.State{
			Validators: nashra.Validators{URL: source.Feed, ETag: strconv.Quote(nashra.HashOf(source.ID, at.String()).String())},
			LastFetch:  at, LastSuccess: at, Read: at, Outcome: nashra.OutcomeOK, Status: 200, NextDue: at.Add(15 * time.Minute),
		},
	}
	for i := range PerBatch {
		b.Puts = append(b.Puts, put(source, first+i, at.Add(-time.Duration(PerBatch-i)*pace)))
	}
	return b
}

// put is the nth article.
func put(source nashra.Source, n int, published time.Time) nashra.Put {
	w := writer{rand.New(rand.NewPCG(uint64(n), 1))}
	link := fmt.Sprintf("https://%s.example/news/%s/%d-%s", source.ID, published.Format("2006/01/02"), n, slugs[n%len(slugs)])
	title := w.headline()
	var body strings.Builder
	excerpt := w.paragraph(420)
	fmt.Fprintf(&body, `<figure><img src="https://%s.example/media/%d.jpg" alt="%s" loading="lazy"></figure><p>%s</p>`, source.ID, n, title, excerpt)
	for body.Len() < bodySize {
		fmt.Fprintf(&body, "<p>%s</p>", w.paragraph(min(bodySize-body.Len(), 500)))
	}
	content := nashra.Content{
		Title: title, Link: link, Byline: w.of(people) + " " + w.of(people), Excerpt: excerpt, HTML: body.String(),
		Language: "ar", Direction: "rtl", Image: fmt.Sprintf("https://%s.example/media/%d.jpg", source.ID, n),
		Categories: []string{w.of(fields)}, Published: published, Updated: published,
		Method: "generic", Credit: nashra.Credit{Partner: source.Name, Link: link},
	}
	return nashra.Put{
		Identity:  nashra.Identity{Partner: source.Partner, GUID: link, Link: link, Title: title},
		EntryHash: nashra.HashOf("entry", link), PageHash: nashra.HashOf("page", link),
		PageValidators: nashra.Validators{URL: link, ETag: strconv.Quote(nashra.HashOf("etag", link).String())},
		Content:        &content, Signature: extractor.Signature(content.HTML),
	}
}
