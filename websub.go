package nashra

import (
	"io"
	"time"
)

// Hub is what a feed names for those who would rather be told than ask: a
// WebSub hub (W3C Recommendation of 23 January 2018), and under which name it
// knows the feed. Both are http or https URLs without credentials. The zero
// value: the feed names none.
type Hub struct {
	URL   string `json:"url,omitempty"`
	Topic string `json:"topic,omitempty"`
}

// Modes of a [Verification].
const (
	HubSubscribe   = "subscribe"
	HubUnsubscribe = "unsubscribe"
	HubDenied      = "denied" // the hub will not deliver
)

// Verification is a hub's question whether a request was ours, or its word that
// it denies one (WebSub, sections 5.2 and 5.3). Anybody may send one.
type Verification struct {
	Mode   string
	Topic  string
	Lease  time.Duration // for which the hub will deliver; 0: it does not say
	Reason string        // of a denial, in the hub's words; may be empty
}

// Delivery is a document that somebody sends as a hub (WebSub, section 7). Its
// signature tells whether it is one.
type Delivery struct {
	ContentType string
	Signature   string    // "method=hex", as X-Hub-Signature
	Body        io.Reader // bounded by who made the Delivery
}
