package publisher

import (
	"crypto/sha256"
	"sync"
	"time"
)

const (
	// failuresFree may fail before anybody has to wait: people mistype.
	failuresFree = 10

	// The wait doubles with each failure after these. Behind one address there
	// may be a whole office, and a user's name is known to whoever wants to keep
	// him out, so neither has to wait for long.
	slowestAddress = time.Minute
	slowestUser    = 10 * time.Second

	// failuresForgotten is how long after the last one failures count.
	failuresForgotten = 15 * time.Minute

	// failuresKept bounds the memory, of some 100 bytes each.
	failuresKept = 4096

	// familiarsKept bounds another, of as many bytes each.
	familiarsKept = 256
)

// guess is whose failures are counted: an address or a user, as a hash, because
// who fails chooses how long their name is.
type guess [sha256.Size]byte

func guessFrom(address string) guess { return sha256.Sum256([]byte("from " + address)) }
func guessOf(user string) guess      { return sha256.Sum256([]byte("of " + user)) }

// guessOfFrom is of a user at an address.
func guessOfFrom(user, address string) guess {
	return sha256.Sum256([]byte("of " + user + " from " + address))
}

// slowdown makes those wait who keep failing to say who they are.
type slowdown struct {
	mu       sync.Mutex
	failures map[guess]failure

	// familiars are users where they were let in before: whoever fails with a
	// user's name from elsewhere, and goes on to, must not keep the user out.
	familiars map[guess]struct{}
}

func newSlowdown() *slowdown {
	return &slowdown{failures: map[guess]failure{}, familiars: map[guess]struct{}{}}
}

// familiar reports whether g was let in.
func (s *slowdown) familiar(g guess) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.familiars[g]
	return ok
}

func (s *slowdown) befriend(g guess) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.familiars) >= familiarsKept {
		clear(s.familiars) // each is learned again
	}
	s.familiars[g] = struct{}{}
}

type failure struct {
	times int
	last  time.Time
}

// wait is how long g has to wait before it may try again, longest at most; 0:
// not at all.
func (s *slowdown) wait(g guess, longest time.Duration, now time.Time) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.failures[g]
	if f.times < failuresFree || f.forgotten(now) {
		return 0
	}
	wait := longest
	if doublings := f.times - failuresFree; doublings < 10 {
		wait = min(time.Second<<doublings, longest)
	}
	return max(0, f.last.Add(wait).Sub(now))
}

func (f failure) forgotten(now time.Time) bool { return now.Sub(f.last) >= failuresForgotten }

func (s *slowdown) failed(g guess, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, known := s.failures[g]
	if !known && len(s.failures) >= failuresKept {
		s.makeRoom(now)
	}
	if f.forgotten(now) {
		f.times = 0
	}
	s.failures[g] = failure{f.times + 1, now}
}

// makeRoom forgets what may be forgotten, or else the one that failed least
// recently. It is called with mu held.
func (s *slowdown) makeRoom(now time.Time) {
	var oldest guess
	at := now
	for g, f := range s.failures {
		if f.forgotten(now) {
			delete(s.failures, g)
		} else if !f.last.After(at) {
			oldest, at = g, f.last
		}
	}
	if len(s.failures) >= failuresKept {
		delete(s.failures, oldest)
	}
}

func (s *slowdown) succeeded(g guess) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.failures, g)
}
