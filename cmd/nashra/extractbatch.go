package main

import (
	"bufio"
	"context"
	"fmt"
	"net/url"
	"runtime"
	"slices"
	"strings"

	"nashra"
	"nashra/extractor"
)

// batchRoom is the garbage, in bytes, that a batch may leave before it is
// collected, beside that of every command.
const batchRoom = 16 << 20

// extractBatch extracts the pages named on stdin, as many at a time as there
// are processors, and prints them in order.
func (a *app) extractBatch(ctx context.Context, sub nashra.Subscription, explain, learn bool) error {
	// Nothing here outlives its page, so garbage is cheap to keep: see main.
	room := make([]byte, batchRoom)
	defer runtime.KeepAlive(room)
	lines := bufio.NewScanner(a.stdin)
	lines.Buffer(nil, 1<<20)
	read := func() (pageArgs, bool) {
		for lines.Scan() {
			if line := strings.TrimRight(lines.Text(), "\r"); line != "" {
				part := append(strings.SplitN(line, "\t", 4), "", "", "")
				return pageArgs{part[0], part[1], part[2], part[3]}, true
			}
		}
		return pageArgs{}, false
	}
	var learned map[string]*extractor.Furniture // by host
	if learn {
		var pages []pageArgs
		for page, ok := read(); ok; page, ok = read() {
			pages = append(pages, page)
		}
		var err error
		if learned, err = a.learn(ctx, sub, pages); err != nil {
			return err
		}
		read = each(pages)
	}
	err := inOrder(ctx, runtime.GOMAXPROCS(0), read, func(args pageArgs) any {
		got, err := a.extract(ctx, sub, args, learned[args.host()], explain)
		if err != nil {
			return notExtracted{URL: args.url, Error: err.Error(), Explain: got.Explain}
		}
		return got
	}, func(result any) error { return writeJSON(a.stdout, result) })
	if err != nil {
		return err
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("extract: read the list: %w", err)
	}
	return nil
}

// each gives the pages one by one.
func each(pages []pageArgs) func() (pageArgs, bool) {
	return func() (pageArgs, bool) {
		if len(pages) == 0 {
			return pageArgs{}, false
		}
		first := pages[0]
		pages = pages[1:]
		return first, true
	}
}

// learn observes the pages and counts them in their order, so that what is
// learned does not hang on which is read first. A page that cannot be read
// teaches nothing; extraction says why.
func (a *app) learn(ctx context.Context, sub nashra.Subscription, pages []pageArgs) (map[string]*extractor.Furniture, error) {
	type lesson struct {
		host string
		extractor.Observation
	}
	learned := map[string]*extractor.Furniture{}
	err := inOrder(ctx, runtime.GOMAXPROCS(0), each(slices.Clone(pages)), func(args pageArgs) lesson {
		in, err := a.input(ctx, sub, args)
		if err != nil {
			return lesson{host: args.host()}
		}
		return lesson{args.host(), extractor.Observe(in)}
	}, func(l lesson) error {
		if learned[l.host] == nil {
			learned[l.host] = &extractor.Furniture{}
		}
		learned[l.host].Learn(l.Observation)
		return nil
	})
	return learned, err
}

// host is the host that a page is of, "" where nothing says so.
func (p pageArgs) host() string {
	address := p.url
	if address == "" {
		address = p.from
	}
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}
