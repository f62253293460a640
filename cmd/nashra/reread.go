package main

import (
	"context"
	"time"

	"nashra"
)

// rereadFor bounds what the desk waits for one article: its feed and its page.
const rereadFor = time.Minute

// Reread has an article asked for again, by nashra.MarkRefresh or
// nashra.MarkReextract. by is who asked, for the record.
func (o *owner) Reread(ctx context.Context, by, article string, how nashra.MarkKind) (nashra.Reread, error) {
	if err := o.Decide(ctx, by, nashra.Mark{Kind: how, Article: article}); err != nil {
		return nashra.Reread{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, rereadFor)
	defer cancel()
	return o.inForce.Load().ingester.Reread(ctx, article, how, by)
}
