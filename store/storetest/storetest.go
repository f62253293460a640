// Package storetest holds the promises of a nashra store as one suite of
// tests. Whatever stands for the store, the file itself or the owner's socket,
// runs it and so keeps the same promises.
//
// The suite knows only what callers know. What needs the file, such as a kill
// or a damaged page, is tested beside the file.
package storetest

import (
	"context"
	"io"
	"testing"

	"nashra"
	"nashra/store"
)

// Store is all that the suite asks of a store; callers declare smaller ones.
type Store interface {
	Apply(ctx context.Context, b nashra.Batch) (nashra.Applied, error)
	Article(ctx context.Context, id string) (nashra.Record, error)
	Articles(ctx context.Context, q nashra.Query) (nashra.Page, error)
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

// Run tests every promise on stores that open gives: each time a new and empty
// one, closed by open's own cleanup.
func Run(t *testing.T, open func(t *testing.T) Store) {
	for _, group := range []struct {
		name  string
		tests []promise
	}{
		{"cycles", cyclePromises},
		{"identity", identityPromises},
		{"revisions", revisionPromises},
		{"fetches", fetchPromises},
		{"desk", deskPromises},
		{"retention", retentionPromises},
		{"sources", sourcePromises},
		{"furniture", furniturePromises},
		{"listings", listingPromises},
		{"archive", archivePromises},
		{"copies", copyPromises},
	} {
		t.Run(group.name, func(t *testing.T) {
			for _, p := range group.tests {
				t.Run(p.name, func(t *testing.T) { p.test(t, newDesk(t, open(t))) })
			}
		})
	}
	t.Run("repeats and interruptions leave the same store", func(t *testing.T) {
		testEqualDumps(t, open)
	})
}

type promise struct {
	name string
	test func(t *testing.T, d *desk)
}
