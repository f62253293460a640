package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"time"

	"nashra"
	"nashra/extractor"
	"nashra/fetcher"
)

const (
	// pageAttempts is in how many cycles a page is asked for: the first, and
	// three more.
	pageAttempts = 4

	// silence is how many pages in a row may stay without an answer before a
	// cycle asks for no more: each of them costs a whole timeout.
	silence = 3

	// robotsHosts and robotsBytes bound what a source's state remembers of
	// robots.txt: a partner's pages are on one host or two.
	robotsHosts = 8
	robotsBytes = 32 << 10
)

// article makes the article of an entry: of its page where that is needed, and
// of what the feed itself has where the page will not come or holds no
// article.
//
// A page that was read before is asked for conditionally; where it is the same,
// the body that was made of it stays. While a page may still come, that body
// stands in for it too, or the feed's body, and a summary does not. So an item
// may be delayed by its page, and is never lost. The error is the store's.
func (r *run) article(ctx context.Context, w *work) error {
	put := nashra.Put{Identity: w.identity, EntryHash: w.entry.Hash}
	in := extractor.Input{Subscription: r.sub, Entry: w.entry, At: r.cycle.Began}
	if extractor.NeedsPage(r.sub, w.entry) {
		was, err := r.madeOfPage(ctx, w)
		if err != nil {
			return err
		}
		validators := was.PageValidators
		if extractor.ReadsFields(r.sub) {
			validators = nashra.Validators{} // they may have to be read again though the page is the same
		}
		page, err := r.page(ctx, w, w.entry.Link, validators)
		watcherOf(ctx).pageDone()
		if err != nil && ctx.Err() != nil {
			return nil // what an interrupted cycle stored would not be asked for again
		}
		w.err = err
		hash := nashra.HashOfBytes(page.Body)
		unchanged := was.ID != "" && (page.NotModified || err == nil && hash == was.PageHash)
		again, _ := worthAnotherTry(err)
		switch {
		case w.stored(r.sub.ID) && (err != nil || unchanged):
			w.put = w.asStored()
			return nil
		case page.NotModified:
			in.Unchanged, put.PageHash, put.PageValidators = &was.Content, was.PageHash, page.Validators
		case err == nil:
			in.Page = &extractor.Page{URL: page.URL, ContentType: page.ContentType, Body: page.Body}
			put.PageHash, put.PageValidators = hash, page.Validators
		case was.ID != "" && again:
			in.Unchanged, put.PageHash, put.PageValidators = &was.Content, was.PageHash, was.PageValidators
		case !w.final && w.entry.Body == "" && !errors.Is(err, errWait):
			return nil
		}
	}
	content, err := r.read(ctx, w, in, &put)
	if err == nil && ctx.Err() != nil && in.Page != nil {
		return nil // a part of it may be missing for no other reason
	}
	if errors.Is(err, nashra.ErrNoArticle) {
		w.none = in.Page != nil
		content, err = extractor.Extract(r.fromFeed(w))
		if w.none && errors.Is(err, nashra.ErrNoArticle) {
			err = fmt.Errorf("its page holds %w, and the feed has no text", nashra.ErrNoArticle)
		}
	}
	if err != nil {
		if w.err == nil {
			w.err, w.final = err, in.Page == nil || w.owed.Attempts+1 >= pageAttempts
		}
		return nil
	}
	if content.Method == "feed" {
		put.PageValidators = nashra.Validators{}
	}
	put.Content, w.put = &content, &put
	return nil
}

// fromFeed is what an article is made of where the page is no help.
func (r *run) fromFeed(w *work) extractor.Input {
	in := extractor.Input{Subscription: r.sub, Entry: w.entry, At: r.cycle.Began}
	in.Subscription.Content = nashra.ContentFeed
	in.Entry.Body = cmp.Or(w.entry.Body, w.entry.Summary)
	return in
}

// madeOfPage is the stored article of an entry where its body was made of the
// page and may stand for it, else the zero value.
func (r *run) madeOfPage(ctx context.Context, w *work) (nashra.Article, error) {
	if w.known.ID == "" || w.known.PageHash.IsZero() {
		return nashra.Article{}, nil
	}
	record, err := r.g.cfg.Store.Article(ctx, w.known.ID)
	switch {
	case errors.Is(err, nashra.ErrNotFound), errors.Is(err, nashra.ErrHidden): // removed meanwhile
		return nashra.Article{}, nil
	case err != nil:
		return nashra.Article{}, err
	case !extractor.Stands(r.sub, record.Article.Content):
		return nashra.Article{}, nil
	}
	return record.Article, nil
}

// read extracts an article from in, after loading the further parts that its
// page leads to. What the parts are missing stands in the work's err: they are
// asked for again as the page is.
func (r *run) read(ctx context.Context, w *work, in extractor.Input, put *nashra.Put) (nashra.Content, error) {
	result, err := r.extractOne(in)
	if err == nil && result.NextPart != "" {
		sent := []string{string(in.Page.Body)}
		in.Parts, w.err = extractor.Parts(*in.Page, result.NextPart, func(address string) (extractor.Page, error) {
			page, err := r.page(ctx, w, address, nashra.Validators{})
			sent = append(sent, string(page.Body))
			return extractor.Page{URL: page.URL, ContentType: page.ContentType, Body: page.Body}, err
		})
		in.Broken = w.err != nil
		w.final = w.final || errors.Is(w.err, extractor.ErrTooManyParts)
		// The validators are those of the first part alone.
		put.PageHash, put.PageValidators = nashra.HashOf(sent...), nashra.Validators{}
		result, err = r.extractOne(in)
	}
	if err == nil && in.Page != nil {
		w.read = &result
	}
	return result.Content, err
}

// extractOne reads an article when one of the processors is free for it: a
// parsed page is some twenty times its bytes, and more of them at once than
// are worked on are memory for nothing.
func (r *run) extractOne(in extractor.Input) (result extractor.Result, err error) {
	r.g.extracting <- struct{}{}
	defer func() { <-r.g.extracting }()
	r.g.cfg.Aside(func() { result, err = readArticle(in) })
	return result, err
}

// readArticle makes an error of a mistake of ours that a partner's page brings
// out: it must not end the process.
func readArticle(in extractor.Input) (result extractor.Result, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("its page cannot be read: %v", p)
		}
	}()
	return extractor.Read(in)
}

// page loads a page of an entry, and settles whether the work is final.
func (r *run) page(ctx context.Context, w *work, address string, validators nashra.Validators) (fetcher.Page, error) {
	switch {
	case r.wait:
		return fetcher.Page{}, errWait
	case r.enough.Load():
		w.final = w.owed.Attempts+1 >= pageAttempts
		return fetcher.Page{}, errEnough
	}
	page, err := r.g.cfg.Fetcher.Page(ctx, r.sub, address, fetcher.Remembered{Validators: validators, Robots: r.before.Robots})
	r.remember(page.Robots, err)
	if err == nil {
		r.unanswered.Store(0)
		return page, nil
	}
	again, answered := worthAnotherTry(err)
	if answered {
		r.unanswered.Store(0)
	} else if r.unanswered.Add(1) >= silence {
		r.enough.Store(true)
	}
	w.final = !again || w.owed.Attempts+1 >= pageAttempts
	return fetcher.Page{}, err
}

var (
	// errEnough: a page was not asked for, because the pages before it had no
	// answer or the partner asked us to wait.
	errEnough = errors.New("left for the next cycle")

	// errWait: nor was it in a later cycle, because the partner's wait is not over.
	errWait = errors.New("left until the partner wants its pages to be asked for again")
)

// remember keeps what a page taught us of its hosts for the pages and cycles
// to come.
func (r *run) remember(robots []nashra.Robots, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, rules := range robots {
		r.robots[rules.Host] = rules
	}
	var refused *fetcher.StatusError
	if errors.As(err, &refused) && (refused.Status == http.StatusTooManyRequests || !refused.RetryAfter.IsZero()) {
		r.enough.Store(true)
		r.pagesAfter = later(r.pagesAfter, refused.RetryAfter)
	}
}

// remembered are the rules of the hosts that this run or one before it read,
// those that hold longest first.
func (r *run) remembered() []nashra.Robots {
	var list []nashra.Robots
	for _, rules := range r.robots {
		list = append(list, rules)
	}
	for _, rules := range r.before.Robots {
		if _, newer := r.robots[rules.Host]; !newer {
			list = append(list, rules)
		}
	}
	slices.SortFunc(list, func(a, b nashra.Robots) int {
		return cmp.Or(b.Until.Compare(a.Until), cmp.Compare(a.Host, b.Host))
	})
	left := robotsBytes
	return slices.DeleteFunc(list[:min(len(list), robotsHosts)], func(rules nashra.Robots) bool {
		size, err := encodedSize(rules)
		if err != nil || size > left {
			return true
		}
		left -= size
		return false
	})
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// worthAnotherTry reports whether a page that could not be had may be had in a
// later cycle, and whether the partner's site answered at all.
func worthAnotherTry(err error) (again, answered bool) {
	var refused *fetcher.StatusError
	if errors.As(err, &refused) {
		return refused.Status >= 500 || refused.Status == 408 || refused.Status == 425 || refused.Status == 429, true
	}
	var dns *net.DNSError
	if errors.As(err, &dns) && dns.IsNotFound {
		return false, false
	}
	for _, final := range []error{fetcher.ErrRobots, fetcher.ErrNotPage, nashra.ErrForbiddenAddress, nashra.ErrTooLarge} {
		if errors.Is(err, final) {
			return false, true
		}
	}
	return true, false
}
