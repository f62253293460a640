package nashra

// Trouble is the kind of what kept us from a partner's feed though no status of
// HTTP tells it. The sentence of the error says the rest.
type Trouble string

const (
	TroubleNoHost      Trouble = "no_host"     // there is no host of that name, or its address cannot be found out
	TroubleUnreachable Trouble = "unreachable" // nothing listens there, or no way leads to it
	TroubleTimeout     Trouble = "timeout"     // it took too long
	TroubleEncryption  Trouble = "encryption"  // its certificate, or what it offers in its place
	TroubleBroken      Trouble = "broken"      // the connection or the answer breaks off, or cannot be read
	TroubleRedirects   Trouble = "redirects"   // without an end
	TroubleForbidden   Trouble = "forbidden"   // the address must not be dialled
	TroubleNotFeed     Trouble = "not_feed"
	TroubleTooLarge    Trouble = "too_large"
	TroubleProxy       Trouble = "proxy" // our own one
)
