package remote

import (
	"context"
	"errors"

	"nashra"
	"nashra/store"
)

// codes are the errors that keep their identity across the socket. A code is
// part of the protocol and never changes its meaning.
var codes = []struct {
	code string
	err  error
}{
	{"not_found", nashra.ErrNotFound},
	{"hidden", nashra.ErrHidden},
	{"stale", nashra.ErrStale},
	{"too_large", nashra.ErrTooLarge},
	{"forbidden_address", nashra.ErrForbiddenAddress},
	{"network", nashra.ErrNetwork},
	{"not_feed", nashra.ErrNotFeed},
	{"no_article", nashra.ErrNoArticle},
	{"newer_store", nashra.ErrNewerStore},
	{"not_store", nashra.ErrNotStore},
	{"malformed", store.ErrMalformed},
	{"token", store.ErrToken},
	{"compacting", store.ErrCompacting},
	{"canceled", context.Canceled},
	{"deadline", context.DeadlineExceeded},
	{"ended", ErrEnded},
}

// ending closes an answer. Without an error, the call succeeded.
type ending struct {
	Error string   `json:"error,omitempty"`
	Codes []string `json:"codes,omitempty"`
}

func endingOf(err error) ending {
	if err == nil {
		return ending{}
	}
	end := ending{Error: err.Error()}
	for _, c := range codes {
		if errors.Is(err, c.err) {
			end.Codes = append(end.Codes, c.code)
		}
	}
	return end
}

// err is the error that the call had in the owner: the same sentence, and the
// same to errors.Is.
func (e ending) err() error {
	if e.Error == "" && len(e.Codes) == 0 {
		return nil
	}
	out := &ownersError{text: e.Error}
	for _, code := range e.Codes {
		for _, c := range codes {
			if c.code == code {
				out.is = append(out.is, c.err)
			}
		}
	}
	return out
}

type ownersError struct {
	text string
	is   []error
}

func (e *ownersError) Error() string   { return e.text }
func (e *ownersError) Unwrap() []error { return e.is }
