package ingest

import (
	"context"
	"errors"
	"slices"

	"nashra"
	"nashra/extractor"
	"nashra/fetcher"
)

// Examined is what would be made of one entry, for a person who wants to know
// why. Nothing of it is stored.
type Examined struct {
	Entry nashra.Entry

	Page    *fetcher.Trace // how its page came; nil: none is needed
	Robots  string         // allowed, forbidden, ignored, unknown; "": no page is needed
	PageErr error          // why there is no page

	Result      extractor.Result // valid where Err is nil
	Err         error            // why there is no article
	Explanation nashra.Explanation
}

// Examine makes the articles of entries of a source with that habit, with their
// pages where they need them, one after the other. All of them are read as with
// says: its subscription, instant and furniture. The error is ctx's.
func Examine(ctx context.Context, client Fetcher, with extractor.Input, habit nashra.Habit, entries []nashra.Entry) ([]Examined, error) {
	sub := with.Subscription
	list := make([]Examined, len(entries))
	var readings []extractor.Reading
	var read []*Examined
	for i, e := range entries {
		x := &list[i]
		x.Entry = e
		in := with
		in.Entry = e
		if extractor.NeedsPage(sub, e) {
			in.Page = x.load(ctx, client, sub)
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
		}
		x.Result, x.Explanation, x.Err = extractor.Explain(in)
		if x.Err == nil && in.Page != nil && x.Result.Method != "feed" {
			readings = append(readings, extractor.Reading{Article: nashra.HashOf(e.Link), Entry: e, Result: x.Result})
			read = append(read, x)
		}
	}
	verdicts, _ := extractor.Judge(sub, habit, readings)
	for i, verdict := range verdicts {
		read[i].Result.Suspect = verdict
	}
	return list, nil
}

// load gives the page of an entry; nil, and the error noted, where it does not
// come.
func (x *Examined) load(ctx context.Context, client Fetcher, sub nashra.Subscription) *extractor.Page {
	traced, trace := fetcher.Traced(ctx)
	page, err := client.Page(traced, sub, x.Entry.Link, fetcher.Remembered{})
	t := trace()
	x.Page, x.PageErr = &t, err
	switch {
	case sub.Robots == nashra.RobotsIgnore:
		x.Robots = "ignored"
	case errors.Is(err, fetcher.ErrRobots):
		x.Robots = "forbidden"
	case len(page.Robots) > 0:
		x.Robots = "allowed"
	default:
		x.Robots = "unknown"
	}
	if err != nil {
		return nil
	}
	return &extractor.Page{URL: page.URL, ContentType: page.ContentType, Body: page.Body}
}

// Newest are the entries that a cycle of sub would take, newest first.
func Newest(entries []nashra.Entry, limit int) []nashra.Entry {
	list, _ := newest(entries, limit)
	slices.Reverse(list)
	return list
}
