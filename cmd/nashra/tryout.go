package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"nashra"
	"nashra/extractor"
	"nashra/internal/config"
	"nashra/internal/ingest"
)

const (
	// tryEntries is how many entries a trial shows: a redesign is seen in each.
	tryEntries = 3

	// tryFor bounds a trial: a partner that is slow in everything takes longer
	// than anybody waits.
	tryFor = time.Minute
)

// Selectors are the values of nashra.TrialKeys that are in force for a source.
func (o *owner) Selectors(source string) (map[string]string, bool) {
	sub, ok := o.inForce.Load().subscription(source)
	return config.Trying(sub), ok
}

// Try asks a partner for its feed and the pages of the newest entries, and says
// what would be made of them with these values of nashra.TrialKeys. Nothing is
// stored but that by had it done. One trial is made at a time: errors are nashra.ErrBusy, and
// nashra.ErrNotFound of a source that is not configured.
func (o *owner) Try(ctx context.Context, by, source string, values map[string]string) (nashra.Trial, error) {
	site := o.inForce.Load()
	sub, ok := site.subscription(source)
	if !ok {
		return nashra.Trial{}, fmt.Errorf("try source %q: %w in the configuration", source, nashra.ErrNotFound)
	}
	sub, lines, err := config.Try(sub, values, checks)
	var problems config.Problems
	if errors.As(err, &problems) {
		return nashra.Trial{Problems: sentences(problems)}, nil
	}
	select {
	case o.trying <- struct{}{}:
		defer func() { <-o.trying }()
	default:
		return nashra.Trial{}, fmt.Errorf("try source %q: %w", source, nashra.ErrBusy)
	}
	if err := o.Decide(ctx, by, nashra.Mark{Kind: nashra.MarkTry, Source: source}); err != nil {
		return nashra.Trial{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, tryFor)
	defer cancel()
	status, err := o.Source(ctx, source)
	if err != nil {
		return nashra.Trial{}, err
	}
	learned, err := o.learned(ctx, sub)
	if err != nil {
		return nashra.Trial{}, err
	}
	now := time.Now().UTC()
	trial := nashra.Trial{Lines: lines}
	feed, fetch, _ := ingest.Trial(ctx, site.fetcher, sub, status.State, now) // what failed stands in the record
	trial.Feed = fetch
	entries := ingest.Newest(feed.Entries, sub.Limit)
	examined, err := ingest.Examine(ctx, site.fetcher, extractor.Input{Subscription: sub, At: now, Furniture: learned}, status.State.Habit, entries[:min(tryEntries, len(entries))])
	for _, x := range examined {
		trial.Entries = append(trial.Entries, triedOf(x))
	}
	return trial, err
}

// learned is what cycles have learned of a source's pages; nil: nothing.
func (o *owner) learned(ctx context.Context, sub nashra.Subscription) (*extractor.Furniture, error) {
	if !sub.Learn {
		return nil, nil
	}
	data, err := o.Furniture(ctx, sub.ID)
	if err != nil || data == nil {
		return nil, err
	}
	var f extractor.Furniture
	if f.UnmarshalBinary(data) != nil {
		return nil, nil // the next cycle learns anew
	}
	return &f, nil
}

func triedOf(x ingest.Examined) nashra.Tried {
	r := articleReportOf(x)
	t := nashra.Tried{Entry: x.Entry, Error: r.Error, Unmatched: r.Unmatched, Explanation: x.Explanation}
	if x.Err == nil {
		t.Content = &x.Result.Content
	}
	return t
}

// sentences are problems for a person who sees the keys beside them.
func sentences(problems config.Problems) []string {
	var list []string
	for _, p := range problems {
		list = append(list, config.Problem{Key: p.Key, Message: p.Message}.String())
	}
	return list
}

func (s *site) subscription(id string) (nashra.Subscription, bool) {
	for _, sub := range s.cfg.Sources {
		if sub.ID == id {
			return sub, true
		}
	}
	return nashra.Subscription{}, false
}
