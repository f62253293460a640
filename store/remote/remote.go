// Package remote carries the calls of a store over a Unix socket, so that one
// process owns the file and every other can still use it.
//
// A command that finds the store's file owned ([store.OwnedError]) dials the
// owner and makes the same calls on the [Client] that it would have made on
// the store: with the same results, and with errors that errors.Is tells apart
// as before. [Client.Cycle] runs a fetch cycle in the owner. An owner calls
// [Listen] and serves with a [Server] as long as it has the file.
//
// Nothing waits for ever: an owner that works sends a sign of life every few
// seconds, so ten seconds of silence mean that it is gone; a call whose client
// is gone is cancelled. The package does not decide who owns the file and
// retries nothing.
//
// # Protocol
//
// A call is a connection. Both sides send frames: a byte for the kind, the
// length of the payload as four bytes, big endian, and the payload. The client
// sends its hello, the server its own; this exchange stays readable for every
// version, the rest is fixed by [Protocol]. Then the client sends one request
// and nothing more. The server answers with data and reports, signs of life in
// between, and closes with an end that carries the error, if there is one.
package remote

import (
	"context"
	"errors"
	"io"
	"time"

	"nashra"
	"nashra/store"
)

// Protocol is the version of what follows the hello lines.
const Protocol = 1

// Hello is what each side says of itself first.
type Hello struct {
	Protocol int    `json:"protocol"` // zero where it is given to Dial or NewServer: Protocol
	Build    string `json:"build"`    // for a person
	Config   string `json:"config"`   // digest of the configuration in force
	PID      int    `json:"pid"`
	Serving  bool   `json:"serving,omitempty"` // it runs on until it is stopped, and not one cycle only
}

// Store is what an owner serves: all calls of a store.Store that others may
// make.
type Store interface {
	Apply(ctx context.Context, b nashra.Batch) (nashra.Applied, error)
	Article(ctx context.Context, id string) (nashra.Record, error)
	Articles(ctx context.Context, q nashra.Query) (nashra.Page, error)
	Neighbours(ctx context.Context, id string, visible time.Time) (newer, older *nashra.Record, err error)
	Named(ctx context.Context, name string) (id string, err error)
	Records(ctx context.Context) ([]nashra.Source, uint64, error)
	Archive(ctx context.Context, q nashra.ArchiveQuery) (nashra.Archived, error)
	Removals(ctx context.Context, q nashra.RemovalQuery) ([]nashra.Removal, error)
	Sources(ctx context.Context) ([]nashra.SourceStatus, uint64, error)
	Source(ctx context.Context, id string) (nashra.SourceStatus, error)
	Known(ctx context.Context, identities []nashra.Identity) ([]nashra.Known, error)
	Furniture(ctx context.Context, source string) ([]byte, error)
	Fetches(ctx context.Context, source string, limit int) ([]nashra.Fetch, error)
	FetchDays(ctx context.Context, source string) ([]nashra.FetchDay, error)
	Revisions(ctx context.Context, id string) ([]nashra.Revision, error)
	Decisions(ctx context.Context, before uint64, limit int) ([]nashra.Decision, error)
	Seq(ctx context.Context) (last, recall uint64, err error)
	Dump(ctx context.Context, w io.Writer) error
	Backup(ctx context.Context, w io.Writer) (int64, error)
	Check(ctx context.Context) (store.Report, error)
	Compact(ctx context.Context) (store.Compacted, error)
}

// Cycler runs fetch cycles. It calls report for each source as it finishes,
// from one goroutine at a time, and not after it has returned.
type Cycler interface {
	Cycle(ctx context.Context, sel nashra.Selection, report func(nashra.Fetch)) error

	// Settle waits until no cycle of the source is in flight.
	Settle(ctx context.Context, source string) error
}

// Searcher finds articles by their words.
type Searcher interface {
	Search(ctx context.Context, q nashra.Search) (nashra.Found, error)
}

// Reloader reads the configuration of a running owner again, as [Client.Reload]
// says.
type Reloader interface {
	Reload(ctx context.Context) (problems []string, err error)
}

// Errors of the way to the owner, not of the call.
var (
	// ErrNotListening: nobody listens at the socket. The owner has ended or
	// does not listen yet; whether the file is free now, store.Open tells.
	ErrNotListening = errors.New("the owner of the store does not listen")

	// ErrEnded: the owner ended before it answered. Whether the call was done
	// is unknown; every call may be made again.
	ErrEnded = errors.New("the owner of the store ended before it answered")

	// ErrSilent: the owner gave no sign of life in time.
	ErrSilent = errors.New("the owner of the store does not answer")

	// ErrProtocol: owner and client are of versions that do not go together.
	ErrProtocol = errors.New("another version owns the store")
)

// Limits of time and size.
const (
	defaultSilence   = 10 * time.Second // contract: a command gives up after 10 s without an answer
	defaultHeartbeat = 2 * time.Second  // several fit into the silence, so that a slow machine is not taken for a dead one
	helloTime        = 10 * time.Second // for a client to say what it wants
	stallTime        = 10 * time.Minute // for a client to take a frame: its disk may be slow, or a person reads page by page. Nothing of the store waits for it
	graceTime        = 2 * time.Second  // for calls to end when the owner stops

	maxCalls   = 64
	maxHello   = 4 << 10
	maxRequest = 16 << 20  // the identities of a feed of 10,000 entries are some 3 MiB
	maxFrame   = 256 << 10 // of everything that the server sends
	maxResult  = 128 << 20 // a page of 16 MiB of bodies in the worst of JSON's escapes
)
