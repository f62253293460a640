package publisher

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/bcrypt"
)

const (
	// remembered is how long a name and password are known without verifying
	// them again: a browser sends them with every request, and bcrypt is slow
	// on purpose.
	remembered = 10 * time.Minute

	// pairsRemembered bounds how many are.
	pairsRemembered = 256

	// verifying is how many wait for the one verification at a time. More are
	// turned away, so that guesses cannot take all of the machine.
	verifying = 16

	// maxPassword is how many bytes of a password bcrypt looks at. A longer one
	// would be let in with any end.
	maxPassword = 72
)

// Admin is who may use /admin/, /api/ and /metrics. With nobody in it they answer 404.
type Admin struct {
	User     string // default "admin"
	Password string // of User; empty: User is not let in by it
	Users    []User
	Tokens   Tokens // of the API; nil: none

	// Apart says that all of this is served by [Server.Desk] alone.
	Apart bool
}

// User is one of the desk.
type User struct {
	Name string
	Hash []byte // of the password, by bcrypt
}

// Tokens are those with which programs use the API.
type Tokens interface {
	// Find returns whose token a secret is, and whether it may change something;
	// "" where it is none.
	Find(secret string) (name string, writes bool, err error)

	// Any reports whether there is a token at all.
	Any() (bool, error)
}

// keyring says who is of the desk.
type keyring struct {
	user, password [sha256.Size]byte // hashes, so that comparing takes the same time whatever they are
	plain          bool              // there is such a password
	hashes         map[string][]byte // of passwords, by user
	nobody         []byte            // hash that is verified where no user has the name, so that it takes as long
	tokens         Tokens
	now            func() time.Time

	slow *slowdown
	turn chan struct{} // holds one value: whoever has it verifies
	line chan struct{} // holds a value for each that waits for it

	key   []byte // of this process
	mu    sync.Mutex
	known map[[sha256.Size]byte]time.Time // until when a pair is, by its keyed hash
}

func newKeyring(a Admin, now func() time.Time) (*keyring, error) {
	k := &keyring{
		user: sha256.Sum256([]byte(a.User)), password: sha256.Sum256([]byte(a.Password)), plain: a.Password != "",
		hashes: make(map[string][]byte, len(a.Users)), tokens: a.Tokens, now: now,
		slow: newSlowdown(),
		turn: make(chan struct{}, 1), line: make(chan struct{}, verifying),
		key: make([]byte, sha256.Size), known: map[[sha256.Size]byte]time.Time{},
	}
	_, _ = rand.Read(k.key) // it never fails
	cost := 0
	for _, u := range a.Users {
		c, err := bcrypt.Cost(u.Hash)
		if err != nil {
			return nil, fmt.Errorf("the password of user %q is no bcrypt hash: %w", u.Name, err)
		}
		cost = max(cost, c)
		k.hashes[u.Name] = u.Hash
	}
	if cost == 0 {
		return k, nil
	}
	var err error
	k.nobody, err = bcrypt.GenerateFromPassword([]byte(rand.Text()), cost)
	return k, err
}

// anybody reports whether somebody could be let in that way.
func (k *keyring) anybody(with credentials) (bool, error) {
	if k.people() || with == byPassword || k.tokens == nil {
		return k.people(), nil
	}
	return k.tokens.Any()
}

func (k *keyring) people() bool { return k.plain || len(k.hashes) > 0 }

// slowed says that somebody has to wait before the next try.
type slowed struct{ wait time.Duration }

func (s *slowed) Error() string { return fmt.Sprintf("too many wrong passwords; wait %s", s.wait) }

// admit reports whether a name and password are those of somebody at the desk.
// Its errors are *slowed and ctx's.
func (k *keyring) admit(ctx context.Context, user, password string, from netip.Addr) (bool, error) {
	pair := k.pair(user, password)
	if k.remembers(pair) {
		return true, nil
	}
	select {
	case k.line <- struct{}{}:
		defer func() { <-k.line }()
	default:
		return false, &slowed{time.Second}
	}
	select {
	case k.turn <- struct{}{}:
		defer func() { <-k.turn }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	if k.remembers(pair) { // the one before was the same
		return true, nil
	}
	address, name, now := guessFrom(network(from)), guessOf(user), k.now()
	familiar := guessOfFrom(user, network(from))
	wait := k.slow.wait(address, slowestAddress, now)
	if !k.slow.familiar(familiar) {
		wait = max(wait, k.slow.wait(name, slowestUser, now))
	}
	if wait > 0 {
		return false, &slowed{wait}
	}
	if !k.verify(user, password) {
		k.slow.failed(address, now)
		k.slow.failed(name, now)
		return false, nil
	}
	k.slow.succeeded(address)
	k.slow.succeeded(name)
	k.slow.befriend(familiar)
	k.remember(pair, now)
	return true, nil
}

// verify takes the same time whoever asks and whatever is wrong, where all hashes
// are of one cost.
func (k *keyring) verify(user, password string) bool {
	gotUser, gotPassword := sha256.Sum256([]byte(user)), sha256.Sum256([]byte(password))
	same := subtle.ConstantTimeCompare(gotUser[:], k.user[:]) & subtle.ConstantTimeCompare(gotPassword[:], k.password[:])
	if k.nobody == nil {
		return k.plain && same == 1
	}
	hash, known := k.hashes[user]
	if !known {
		hash = k.nobody
	}
	right := bcrypt.CompareHashAndPassword(hash, []byte(password)) == nil && len(password) <= maxPassword
	return known && right || k.plain && same == 1
}

// network is whose failures count together: an IPv4 address, or the part of an
// IPv6 address that one subscriber has.
func network(a netip.Addr) string {
	if a.Is6() {
		if p, err := a.WithZone("").Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}

func (k *keyring) pair(user, password string) [sha256.Size]byte {
	mac := hmac.New(sha256.New, k.key)
	fmt.Fprintf(mac, "%d:%s%s", len(user), user, password)
	return [sha256.Size]byte(mac.Sum(nil))
}

func (k *keyring) remembers(pair [sha256.Size]byte) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.now().Before(k.known[pair])
}

func (k *keyring) remember(pair [sha256.Size]byte, now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.known) >= pairsRemembered {
		clear(k.known) // each is verified once more
	}
	k.known[pair] = now.Add(remembered)
}

// opened answers as if h were not there where nobody could be let in.
func (s *Server) opened(with credentials, h handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		any, err := s.keys.anybody(with)
		if err != nil {
			return err
		}
		if !any {
			return s.unknown(w, r)
		}
		return h(w, r)
	}
}

// credentials are what a path can be opened with.
type credentials int

const (
	byPassword credentials = iota // HTTP Basic (RFC 7617)
	byToken                       // or a token (RFC 6750)
)

// authenticated lets only those of the desk pass, and nobody through whom a
// page of another site asks.
func (s *Server) authenticated(with credentials, next handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := s.crossOrigin.Check(r); err != nil {
			return &refusal{errForbidden, "a page of another site sent this"}
		}
		name, err := s.identify(r, with)
		var wait *slowed
		switch {
		case errors.As(err, &wait):
			w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.wait.Seconds()))))
			return errTooMany
		case errors.Is(err, errUnauthorized):
			w.Header()["Www-Authenticate"] = s.challenges(with)
			return err
		case errors.Is(err, errScope):
			w.Header().Set("WWW-Authenticate", `Bearer realm="nashra", error="insufficient_scope", scope="write"`)
			return err
		case err != nil:
			return err
		}
		err = next(w, r.WithContext(context.WithValue(r.Context(), actorKey{}, name)))
		if err != nil && with == byPassword {
			return &deskError{err, tongueFor(r)}
		}
		return err
	}
}

// challenges are what a path can be opened with, for its client.
func (s *Server) challenges(with credentials) []string {
	var list []string
	if s.keys.people() {
		list = append(list, `Basic realm="nashra", charset="UTF-8"`)
	}
	if with == byToken && s.keys.tokens != nil {
		list = append(list, `Bearer realm="nashra"`)
	}
	return list
}

// identify says who asks, as the record of the desk's decisions names them: a
// user's name, or token:NAME, which no user can be called.
func (s *Server) identify(r *http.Request, with credentials) (string, error) {
	if user, password, ok := r.BasicAuth(); ok {
		admitted, err := s.keys.admit(r.Context(), user, password, s.proxies.client(r))
		if err == nil && !admitted {
			err = errUnauthorized
		}
		return user, err
	}
	secret, ok := bearer(r)
	if !ok || with != byToken || s.keys.tokens == nil {
		return "", errUnauthorized
	}
	name, writes, err := s.keys.tokens.Find(secret)
	switch {
	case err != nil:
		return "", err
	case name == "":
		return "", errUnauthorized
	case !writes && !slices.Contains(reading, r.Method):
		return "", errScope
	}
	return "token:" + name, nil
}

func bearer(r *http.Request) (secret string, ok bool) {
	scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(secret), strings.EqualFold(scheme, "Bearer")
}

type actorKey struct{}

// actor is who asks.
func actor(r *http.Request) string {
	name, _ := r.Context().Value(actorKey{}).(string)
	return name
}
