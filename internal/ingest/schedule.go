package ingest

import (
	"context"
	"errors"
	"hash/fnv"
	"sync"
	"time"

	"nashra"
	"nashra/fetcher"
)

// poll is the longest that the scheduler waits before it looks at the sources
// again: a source that an editor resumed is due at once and tells nobody.
const poll = 15 * time.Second

// suspension is how long the scheduler asks nobody after no partner could be
// reached.
const suspension = time.Minute

// lead is how much before its due time a source is taken by a cycle of cron:
// one that is due a second after cron came by would else miss its turn.
func lead(every time.Duration) time.Duration {
	return min(every/2, 5*time.Minute)
}

// nextDue is the first turn of a source that is at least wait-lead after now.
// Turns are counted from the due time before, not from now, so that they do
// not drift with the length of cycles.
func nextDue(due, now time.Time, every, wait time.Duration) time.Time {
	earliest := now.Add(wait - lead(every))
	if ahead := due.Sub(now); ahead > every {
		// The source was slowed and is asked all the same, or the interval was
		// shortened. The turns stay where they are, so that cron meets them.
		due = due.Add(-(ahead - 1) / every * every)
	}
	if due.After(earliest) {
		return due
	}
	turns := earliest.Sub(due)/every + 1
	return due.Add(turns * every)
}

// dueOf is when a source is due by its state. Where its last fetch lies ahead,
// the clock has been set back since, and what was reckoned from it would leave
// the source alone for as long.
func dueOf(state nashra.State, now time.Time) time.Time {
	if state.LastFetch.After(now) {
		return now
	}
	return state.NextDue
}

// stagger is how much earlier than its interval a source's second turn is: a
// tenth at most, by its id. Sources that were first asked in one instant are so
// spread for good, because all later turns count from that one. It is taken off
// once and not at each turn, which would ask a source more often than every.
func stagger(id string, every time.Duration) time.Duration {
	h := fnv.New64a()
	_, _ = h.Write([]byte(id)) // a hash's Write returns no error
	return time.Duration(h.Sum64() % uint64(every/10+1))
}

// A partner's hints slow a source to so many turns, or to so long where that is
// more. Only Retry-After and back-off reach further.
const (
	slowedTurns = 4
	slowedFor   = time.Hour
)

// slowed is the turn of a source that is due next by its interval, or a later
// one that its partner's hints ask for: the first that is an Interval after the
// present turn and is not skipped. Where the bound leaves none, it is the last
// within the bound.
func slowed(due time.Time, every time.Duration, hints nashra.Hints) time.Time {
	most := max(slowedTurns, slowedFor/every)
	turns := max(1, (min(hints.Interval, most*every)+every-1)/every)
	for turns < most && hints.Skips(due.Add((turns-1)*every)) {
		turns++
	}
	return due.Add((turns - 1) * every)
}

// pace is the interval that a source's own rhythm asks for: half the usual time
// between two items, or half its present silence where that is unusual. It is 0
// while there is no rhythm.
func pace(r nashra.Rhythm, now time.Time) time.Duration {
	usual := r.Usual()
	if r.Silent(now) {
		usual = max(usual, now.Sub(r.Newest()))
	}
	return usual / 2
}

// taken is a turn that was taken, as far as the next one depends on it.
type taken struct {
	at         time.Time
	outcome    nashra.Outcome
	failures   int          // in a row
	gone       bool         // for good: it is asked once a day
	hints      nashra.Hints // whatever slows the source within the bound, the partner's word or our own reasons
	retryAfter time.Time    // zero: not asked for
}

// dueAfter says when the source is asked again after a turn, and whether a
// Retry-After holds until then. Hints hold after a success: a fault is looked
// at again as soon as the back-off lets us.
func dueAfter(sub nashra.Subscription, before nashra.State, turn taken) (due, retry time.Time) {
	every, wait := sub.Every, waitAfter(sub.Every, before, turn)
	if before.NextDue.IsZero() {
		due = nextDue(turn.at, turn.at, every, wait).Add(-stagger(sub.ID, every))
	} else {
		due = nextDue(before.NextDue, turn.at, every, wait)
	}
	if over := due.Sub(turn.at); over > fetcher.MaxBackoff && over >= 2*every {
		due = due.Add(-every) // the last turn within the day, where turns do not divide it
	}
	if turn.outcome == nashra.OutcomeOK || turn.outcome == nashra.OutcomeNotModified {
		due = slowed(due, every, turn.hints)
	}
	if turn.retryAfter.After(turn.at) {
		retry = turn.retryAfter
		if retry.After(due) {
			due = retry
		}
	}
	return due, retry
}

// waitAfter is how long a source is left alone after a turn, as nextDue takes
// it.
func waitAfter(every time.Duration, before nashra.State, turn taken) time.Duration {
	wait := 2 * lead(every) // the present turn is taken, also when it was taken early
	switch turn.outcome {
	case nashra.OutcomeFailed, nashra.OutcomeGone, nashra.OutcomeThrottled:
		wait = max(wait, fetcher.Backoff(turn.failures, every))
	}
	switch {
	case turn.gone:
		wait = max(wait, fetcher.MaxBackoff)
	case turn.outcome == nashra.OutcomeThrottled && before.Outcome == nashra.OutcomeThrottled && turn.retryAfter.IsZero():
		// We were too quick again, and are not told by how much.
		wait = max(wait, min(2*before.NextDue.Sub(before.LastFetch), fetcher.MaxBackoff))
	}
	return wait
}

// Run fetches each source when it is due, until ctx ends or g is retired. It
// returns when all cycles in flight have ended, with what they finished
// applied.
func (g *Ingester) Run(ctx context.Context) error {
	s := &scheduler{Ingester: g, lanes: g.newLanes(), outage: newOutage(g), launched: make(map[string]bool)}
	defer s.cycles.Wait()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-g.retired:
			return nil
		case <-timer.C:
		}
		wait, err := s.launchDue(ctx)
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			g.cfg.Logger.Error("schedule not read", "err", err)
		}
		timer.Reset(wait)
	}
}

// scheduler is one Run.
type scheduler struct {
	*Ingester
	lanes  *lanes
	outage *outage
	cycles sync.WaitGroup

	mu       sync.Mutex
	launched map[string]bool // sources that wait for a lane or are being fetched
	resume   time.Time       // nothing is asked before: our own network was down
}

// launchDue starts the cycles of the sources that are due and were not started
// yet, as one round, and says how long to wait before the next look.
func (s *scheduler) launchDue(ctx context.Context) (time.Duration, error) {
	if wait := s.untilResumed(); wait > 0 {
		return wait, nil
	}
	statuses, err := s.statuses(ctx)
	if err != nil {
		return poll, err
	}
	wait := poll
	var subs []nashra.Subscription
	for _, sub := range s.cfg.Subscriptions {
		status := statuses[sub.ID]
		now := s.now()
		if status.Pause != nil {
			continue
		}
		if due := dueOf(status.State, now); due.After(now) {
			wait = min(wait, due.Sub(now))
			continue
		}
		if s.launch(sub.ID) {
			subs = append(subs, sub)
		}
	}
	round := newRound(len(subs))
	round.outage = s.outage
	for _, sub := range subs {
		s.cycles.Go(func() {
			defer s.landed(sub.ID)
			s.fetch(ctx, sub, round)
		})
	}
	return max(wait, 10*time.Millisecond), nil
}

// untilResumed is how long nothing is asked, because no partner could be
// reached.
func (s *scheduler) untilResumed() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.resume.Sub(s.now())
}

// suspend stops asking for a while, and says so once.
func (s *scheduler) suspend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := s.now(); !s.resume.After(now) {
		s.resume = now.Add(suspension)
		s.cfg.Logger.Error("network down", "err", nashra.ErrNetwork, "resume", s.resume)
	}
}

func (s *scheduler) launch(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.launched[id] {
		return false
	}
	s.launched[id] = true
	return true
}

func (s *scheduler) landed(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.launched, id)
}

func (s *scheduler) fetch(ctx context.Context, sub nashra.Subscription, round *round) {
	_, err := s.turn(ctx, sub, asDue, s.lanes, round)
	switch {
	case err == nil || ctx.Err() != nil:
	case errors.Is(err, nashra.ErrNetwork):
		s.suspend()
	default:
		s.cfg.Logger.Error("cycle not applied", "source", sub.ID, "err", err)
	}
}

// statuses are the sources of the store by id.
func (g *Ingester) statuses(ctx context.Context) (map[string]nashra.SourceStatus, error) {
	list, _, err := g.cfg.Store.Sources(ctx)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]nashra.SourceStatus, len(list))
	for _, s := range list {
		byID[s.Source.ID] = s
	}
	return byID, nil
}
