package nashra

import "errors"

// Errors that callers tell apart with errors.Is. Everything else is a sentence
// for a person.
var (
	// ErrNotFound: no such article or source was ever stored.
	ErrNotFound = errors.New("not found")

	// ErrHidden: the article is stored, and the desk has taken it down.
	ErrHidden = errors.New("hidden by the desk")

	// ErrStale: a batch was made from a state that is no longer the source's
	// present one; the cycle must be run again.
	ErrStale = errors.New("made from a state that is no longer present")

	// ErrBusy: others have this done already, and it is done for so many at a time.
	ErrBusy = errors.New("too many ask for this at once; try again in a moment")

	// ErrTooLarge: what a partner sent is over a limit.
	ErrTooLarge = errors.New("too large")

	// ErrForbiddenAddress: a partner's name leads to an address that must not
	// be dialled (loopback, private, link-local and the like).
	ErrForbiddenAddress = errors.New("address not allowed")

	// ErrNetwork: our own network is down. Nothing could be fetched, and no
	// partner is to blame.
	ErrNetwork = errors.New("no partner's site can be reached; look at this machine's own network, its name servers and its proxy")

	// ErrNotFeed: what a partner sent is no feed.
	ErrNotFeed = errors.New("not a feed")

	// ErrNoArticle: neither the feed nor the page holds an article.
	ErrNoArticle = errors.New("no article")

	// ErrNewerStore: the store file was written by a newer nashra.
	ErrNewerStore = errors.New("written by a newer nashra")

	// ErrNotStore: the file is not a nashra store, or is damaged.
	ErrNotStore = errors.New("not a usable nashra store")
)
