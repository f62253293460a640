package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"nashra"
	"nashra/store"
)

// request is a call with its arguments.
type request struct {
	Call string          `json:"call"`
	Args json.RawMessage `json:"args,omitempty"`
}

// Names of the calls.
const (
	callApply     = "apply"
	callArticle   = "article"
	callArticles  = "articles"
	callSources   = "sources"
	callSource    = "source"
	callKnown     = "known"
	callLearned   = "furniture"
	callFetches   = "fetches"
	callDays      = "fetch_days"
	callRevisions = "revisions"
	callArchive   = "archive"
	callBeside    = "neighbours"
	callNamed     = "named"
	callRecords   = "records"
	callRemovals  = "removals"
	callDecisions = "decisions"
	callSearch    = "search"
	callNumbers   = "numbers"
	callDump      = "dump"
	callBackup    = "backup"
	callCheck     = "check"
	callCompact   = "compact"
	callCycle     = "cycle"
	callSettle    = "settle"
	callReload    = "reload"
	callHello     = "hello" // nothing: whether there is an owner, and who
)

type idArgs struct {
	ID string `json:"id"`
}

type fetchesArgs struct {
	Source string `json:"source"`
	Limit  int    `json:"limit"`
}

type decisionsArgs struct {
	Before uint64 `json:"before"`
	Limit  int    `json:"limit"`
}

type sourcesResult struct {
	Sources []nashra.SourceStatus `json:"sources"`
	Version uint64                `json:"version"`
}

type besideArgs struct {
	ID      string    `json:"id"`
	Visible time.Time `json:"visible"`
}

type besideResult struct {
	Newer *nashra.Record `json:"newer"`
	Older *nashra.Record `json:"older"`
}

type recordsResult struct {
	Sources []nashra.Source `json:"sources"`
	Version uint64          `json:"version"`
}

type numbersResult struct {
	Last   uint64 `json:"last"`
	Recall uint64 `json:"recall"`
}

// answer makes the call that r asks for. Its result goes to w, as JSON unless
// it is a stream of its own.
func (s *Server) answer(ctx context.Context, r request, w io.Writer, report func(nashra.Fetch)) error {
	st := s.config.Store
	switch r.Call {
	case callHello:
		return nil
	case callApply:
		b, err := nashra.DecodeBatch(r.Args)
		if err != nil {
			return err
		}
		applied, err := st.Apply(ctx, b)
		return result(w, applied, err)
	case callArticle:
		var args idArgs
		if err := r.args(&args); err != nil {
			return err
		}
		record, err := st.Article(ctx, args.ID)
		return result(w, record, err)
	case callArticles:
		var q nashra.Query
		if err := r.args(&q); err != nil {
			return err
		}
		page, err := st.Articles(ctx, q)
		return result(w, page, err)
	case callSources:
		sources, version, err := st.Sources(ctx)
		return result(w, sourcesResult{sources, version}, err)
	case callSource:
		var args idArgs
		if err := r.args(&args); err != nil {
			return err
		}
		status, err := st.Source(ctx, args.ID)
		return result(w, status, err)
	case callKnown:
		var identities []nashra.Identity
		if err := r.args(&identities); err != nil {
			return err
		}
		known, err := st.Known(ctx, identities)
		return result(w, known, err)
	case callLearned:
		var args idArgs
		if err := r.args(&args); err != nil {
			return err
		}
		learned, err := st.Furniture(ctx, args.ID)
		return result(w, learned, err)
	case callFetches:
		var args fetchesArgs
		if err := r.args(&args); err != nil {
			return err
		}
		fetches, err := st.Fetches(ctx, args.Source, args.Limit)
		return result(w, fetches, err)
	case callDays:
		var args idArgs
		if err := r.args(&args); err != nil {
			return err
		}
		days, err := st.FetchDays(ctx, args.ID)
		return result(w, days, err)
	case callRevisions:
		var args idArgs
		if err := r.args(&args); err != nil {
			return err
		}
		revisions, err := st.Revisions(ctx, args.ID)
		return result(w, revisions, err)
	case callDecisions:
		var args decisionsArgs
		if err := r.args(&args); err != nil {
			return err
		}
		decisions, err := st.Decisions(ctx, args.Before, args.Limit)
		return result(w, decisions, err)
	case callArchive:
		var q nashra.ArchiveQuery
		if err := r.args(&q); err != nil {
			return err
		}
		archived, err := st.Archive(ctx, q)
		return result(w, archived, err)
	case callBeside:
		var args besideArgs
		if err := r.args(&args); err != nil {
			return err
		}
		newer, older, err := st.Neighbours(ctx, args.ID, args.Visible)
		return result(w, besideResult{newer, older}, err)
	case callNamed:
		var name string
		if err := r.args(&name); err != nil {
			return err
		}
		id, err := st.Named(ctx, name)
		return result(w, id, err)
	case callRecords:
		sources, version, err := st.Records(ctx)
		return result(w, recordsResult{sources, version}, err)
	case callRemovals:
		var q nashra.RemovalQuery
		if err := r.args(&q); err != nil {
			return err
		}
		removals, err := st.Removals(ctx, q)
		return result(w, removals, err)
	case callSearch:
		return s.search(ctx, r, w)
	case callNumbers:
		last, recall, err := st.Seq(ctx)
		return result(w, numbersResult{last, recall}, err)
	case callDump:
		return st.Dump(ctx, w)
	case callBackup:
		_, err := st.Backup(ctx, w)
		return err
	case callCheck:
		report, err := st.Check(ctx)
		return result(w, report, err)
	case callCompact:
		compacted, err := st.Compact(ctx)
		return result(w, compacted, err)
	case callCycle:
		return s.cycle(ctx, r, report)
	case callSettle:
		return s.settle(ctx, r)
	case callReload:
		return s.reload(ctx, w)
	}
	return fmt.Errorf("the owner of the store knows no call %q", r.Call)
}

func (s *Server) search(ctx context.Context, r request, w io.Writer) error {
	var q nashra.Search
	if err := r.args(&q); err != nil {
		return err
	}
	if s.config.Searcher == nil {
		return fmt.Errorf("the owner of the store (process %d) is a command that does not search; run this again when it has ended", s.config.Hello.PID)
	}
	found, err := s.config.Searcher.Search(ctx, q)
	return result(w, found, err)
}

func (s *Server) cycle(ctx context.Context, r request, report func(nashra.Fetch)) error {
	var sel nashra.Selection
	if err := r.args(&sel); err != nil {
		return err
	}
	if s.config.Cycler == nil {
		return fmt.Errorf("the owner of the store (process %d) is a command that fetches nothing; run this again when it has ended", s.config.Hello.PID)
	}
	return s.config.Cycler.Cycle(ctx, sel, report)
}

func (s *Server) settle(ctx context.Context, r request) error {
	var args idArgs
	if err := r.args(&args); err != nil || s.config.Cycler == nil {
		return err // who fetches nothing has settled
	}
	return s.config.Cycler.Settle(ctx, args.ID)
}

func (s *Server) reload(ctx context.Context, w io.Writer) error {
	if s.config.Reloader == nil {
		return fmt.Errorf("the owner of the store (process %d) is a command that ends by itself and keeps its configuration; there is nothing to reload", s.config.Hello.PID)
	}
	problems, err := s.config.Reloader.Reload(ctx)
	return result(w, problems, err)
}

func (r request) args(into any) error {
	if err := json.Unmarshal(r.Args, into); err != nil {
		return fmt.Errorf("unreadable arguments of %s: %w", r.Call, err)
	}
	return nil
}

func result(w io.Writer, v any, err error) error {
	if err != nil {
		return err
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// Apply is store.Store's.
func (c *Client) Apply(ctx context.Context, b nashra.Batch) (nashra.Applied, error) {
	var out nashra.Applied
	encoded, err := nashra.EncodeBatch(b)
	if err != nil {
		return out, fmt.Errorf("apply batch %q: %w", b.ID, err)
	}
	return out, c.ask(ctx, callApply, json.RawMessage(encoded), &out)
}

// Article is store.Store's.
func (c *Client) Article(ctx context.Context, id string) (nashra.Record, error) {
	var out nashra.Record
	return out, c.ask(ctx, callArticle, idArgs{id}, &out)
}

// Articles is store.Store's.
func (c *Client) Articles(ctx context.Context, q nashra.Query) (nashra.Page, error) {
	var out nashra.Page
	return out, c.ask(ctx, callArticles, q, &out)
}

// Sources is store.Store's.
func (c *Client) Sources(ctx context.Context) ([]nashra.SourceStatus, uint64, error) {
	var out sourcesResult
	err := c.ask(ctx, callSources, nil, &out)
	return out.Sources, out.Version, err
}

// Source is store.Store's.
func (c *Client) Source(ctx context.Context, id string) (nashra.SourceStatus, error) {
	var out nashra.SourceStatus
	return out, c.ask(ctx, callSource, idArgs{id}, &out)
}

// Known is store.Store's.
func (c *Client) Known(ctx context.Context, identities []nashra.Identity) ([]nashra.Known, error) {
	var out []nashra.Known
	return out, c.ask(ctx, callKnown, identities, &out)
}

// Furniture is store.Store's.
func (c *Client) Furniture(ctx context.Context, source string) ([]byte, error) {
	var out []byte
	return out, c.ask(ctx, callLearned, idArgs{source}, &out)
}

// Fetches is store.Store's.
func (c *Client) Fetches(ctx context.Context, source string, limit int) ([]nashra.Fetch, error) {
	var out []nashra.Fetch
	return out, c.ask(ctx, callFetches, fetchesArgs{source, limit}, &out)
}

// FetchDays is store.Store's.
func (c *Client) FetchDays(ctx context.Context, source string) ([]nashra.FetchDay, error) {
	var out []nashra.FetchDay
	return out, c.ask(ctx, callDays, idArgs{source}, &out)
}

// Revisions is store.Store's.
func (c *Client) Revisions(ctx context.Context, id string) ([]nashra.Revision, error) {
	var out []nashra.Revision
	return out, c.ask(ctx, callRevisions, idArgs{id}, &out)
}

// Decisions is store.Store's.
func (c *Client) Decisions(ctx context.Context, before uint64, limit int) ([]nashra.Decision, error) {
	var out []nashra.Decision
	return out, c.ask(ctx, callDecisions, decisionsArgs{before, limit}, &out)
}

// Archive is store.Store's.
func (c *Client) Archive(ctx context.Context, q nashra.ArchiveQuery) (nashra.Archived, error) {
	var out nashra.Archived
	return out, c.ask(ctx, callArchive, q, &out)
}

// Neighbours is store.Store's.
func (c *Client) Neighbours(ctx context.Context, id string, visible time.Time) (newer, older *nashra.Record, err error) {
	var out besideResult
	err = c.ask(ctx, callBeside, besideArgs{id, visible}, &out)
	return out.Newer, out.Older, err
}

// Named is store.Store's.
func (c *Client) Named(ctx context.Context, name string) (string, error) {
	var id string
	err := c.ask(ctx, callNamed, name, &id)
	return id, err
}

// Records is store.Store's.
func (c *Client) Records(ctx context.Context) ([]nashra.Source, uint64, error) {
	var out recordsResult
	err := c.ask(ctx, callRecords, nil, &out)
	return out.Sources, out.Version, err
}

// Removals is store.Store's.
func (c *Client) Removals(ctx context.Context, q nashra.RemovalQuery) ([]nashra.Removal, error) {
	var out []nashra.Removal
	return out, c.ask(ctx, callRemovals, q, &out)
}

// Search has the owner search in all that the store holds.
func (c *Client) Search(ctx context.Context, q nashra.Search) (nashra.Found, error) {
	var out nashra.Found
	return out, c.ask(ctx, callSearch, q, &out)
}

// Seq is store.Store's; here it asks the owner and is not free.
func (c *Client) Seq(ctx context.Context) (last, recall uint64, err error) {
	var out numbersResult
	err = c.ask(ctx, callNumbers, nil, &out)
	return out.Last, out.Recall, err
}

// Dump is store.Store's. What arrives is written to w at once.
func (c *Client) Dump(ctx context.Context, w io.Writer) error {
	return c.call(ctx, callDump, nil, w, nil)
}

// Backup is store.Store's. What arrives is written to w at once, so the caller
// makes the file and the owner does not wait for a disk to finish.
func (c *Client) Backup(ctx context.Context, w io.Writer) (int64, error) {
	counted := &counter{w: w}
	err := c.call(ctx, callBackup, nil, counted, nil)
	return counted.n, err
}

// Check is store.Store's.
func (c *Client) Check(ctx context.Context) (store.Report, error) {
	var out store.Report
	return out, c.ask(ctx, callCheck, nil, &out)
}

// Compact is store.Store's. When ctx ends, the owner breaks it off.
func (c *Client) Compact(ctx context.Context) (store.Compacted, error) {
	var out store.Compacted
	return out, c.ask(ctx, callCompact, nil, &out)
}

// Cycle has the owner run a fetch cycle, and calls report with what each
// source came to, as it finishes. When ctx ends, the owner stops the cycle.
func (c *Client) Cycle(ctx context.Context, sel nashra.Selection, report func(nashra.Fetch)) error {
	return c.call(ctx, callCycle, sel, io.Discard, report)
}

// Settle waits until the owner runs no cycle of the source.
func (c *Client) Settle(ctx context.Context, source string) error {
	return c.call(ctx, callSettle, idArgs{source}, io.Discard, nil)
}

// Reload has the owner read its configuration again. Problems are the lines
// that say what is wrong with it; then, as with an error, the owner goes on as
// before.
func (c *Client) Reload(ctx context.Context) (problems []string, err error) {
	err = c.ask(ctx, callReload, nil, &problems)
	return problems, err
}

// ask makes a call whose result is one JSON value.
func (c *Client) ask(ctx context.Context, call string, args, into any) error {
	var buf bytes.Buffer
	if err := c.call(ctx, call, args, &bounded{&buf, maxResult}, nil); err != nil {
		return err
	}
	if err := json.Unmarshal(buf.Bytes(), into); err != nil {
		return fmt.Errorf("%s: unreadable answer of the store's owner: %w", call, err)
	}
	return nil
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

type bounded struct {
	w    io.Writer
	left int
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, fmt.Errorf("answer of the store's owner over %d bytes: %w", maxResult, nashra.ErrTooLarge)
	}
	return b.w.Write(p)
}
