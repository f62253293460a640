package publisher

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// document is what a builder renders.
type document struct {
	body        []byte
	contentType string
	robots      string    // what search engines may do with it, as X-Robots-Tag says it; "": what they like
	until       time.Time // from then on it is out of date by itself; zero: never
	header      []field   // what else a response with it says, a 304 too
}

// representation is a document in one encoding, ready to be sent.
type representation struct {
	document
	encoding encoding
	version  string    // of the identity form: the same bytes have the same
	etag     string    // strong; of the version and the encoding
	modified time.Time // when these bytes were first rendered, to the second
	seq      uint64    // of the store when they were

	// answering is how a request for its path is answered with it; nil before it
	// was first sent to who asked for that, where everybody may have it then.
	answering atomic.Pointer[answering]

	// The header fields of a response, as a handler's map holds them. They are
	// made once and shared by all responses, so nothing may write into them.
	validators []field // of a 304 too
	dated      field   // Last-Modified
	content    []field

	rebuilding atomic.Bool // one reader has taken it on to put a newer one in its place
	turns      turns
}

// answering is what the answers to all requests for a path have in common.
type answering struct {
	caching caching
	route   string // of routes.go
}

// turns bound how often readers wait for a newer representation while batch
// follows batch, as in a cycle of many sources: some at once, then one every
// turnEvery. Between two, all get the last bytes, which are that old at most.
type turns struct {
	left float64
	at   time.Time // when left was true
}

const (
	turnsAtOnce = 5
	turnEvery   = 2 * time.Second
)

func (t turns) now(now time.Time) float64 {
	return min(turnsAtOnce, t.left+now.Sub(t.at).Seconds()/turnEvery.Seconds())
}

// taken is what is left of t after one.
func (t turns) taken(now time.Time) turns { return turns{max(0, t.now(now)-1), now} }

// field is a header field by its canonical name.
type field struct {
	name  string
	value []string
}

// newRepresentation makes a representation of doc, whose body is in that
// encoding already.
func newRepresentation(doc document, e encoding, version string, modified time.Time, seq uint64) *representation {
	rep := &representation{document: doc, encoding: e, version: version, modified: modified, seq: seq}
	rep.etag = `"` + version + `"`
	if e != identity {
		rep.etag = `"` + version + "-" + coders[e].name + `"`
	}
	rep.validators = append([]field{{"Etag", []string{rep.etag}}, vary}, doc.header...)
	if doc.robots != "" {
		rep.content = append(rep.content, field{"X-Robots-Tag", []string{doc.robots}})
	}
	if e != identity {
		rep.content = append(rep.content, field{"Content-Encoding", []string{coders[e].name}})
	}
	rep.content = append(rep.content,
		field{"Content-Type", []string{doc.contentType}}, field{"Content-Length", []string{strconv.Itoa(len(doc.body))}})
	rep.dated = field{"Last-Modified", []string{modified.UTC().Format(http.TimeFormat)}}
	return rep
}

var vary = field{"Vary", []string{"Accept-Encoding"}}

// fresh reports whether rep is the newest there is.
func (rep *representation) fresh(seq uint64, now time.Time) bool {
	return rep.seq == seq && rep.lasts(now)
}

// usable reports whether rep may still be shown while a newer one is made:
// since it was rendered nothing was taken back from readers. recall is the
// store's.
func (rep *representation) usable(recall uint64, now time.Time) bool {
	return rep.seq >= recall && rep.lasts(now)
}

func (rep *representation) lasts(now time.Time) bool {
	return rep.until.IsZero() || now.Before(rep.until)
}

// versionOf names bytes: other bytes have another name.
func versionOf(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:16])
}

// modifiedAt is the Last-Modified of a version that is rendered now, after
// last. It is not the newest article's time, because a feed that loses an
// article changes as well, and each version gets a second of its own, so that
// If-Modified-Since never takes one for the other.
func modifiedAt(last *representation, version string, now time.Time) time.Time {
	second := now.Truncate(time.Second)
	switch {
	case last == nil:
		return second
	case last.version == version:
		return last.modified
	case !second.After(last.modified):
		return last.modified.Add(time.Second)
	}
	return second
}
