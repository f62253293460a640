package extractor

import (
	"slices"
	"strings"

	"nashra/internal/arabic"
)

// The most words of a notice, of one that invites, and of one that the article
// goes on.
const (
	maxNotice     = 40
	maxInvitation = 30
	maxGoesOn     = 8
)

// goesOn begins a line that says so before an advertisement.
var goesOn = keyList("article continues", "story continues", "continues below", "continue reading below", "continues after", "scroll to continue",
	"scroll down to continue")

// Words of an invitation: what the reader is asked to do, and where.
var (
	invitingWords = keyList("follow", "join", "subscribe", "sign up", "like", "connect")
	ownWords      = keyList("us", "our", "me", "my", "your inbox")
	channelWords  = keyList("newsletter", "newsletters", "mailing list", "inbox", "facebook", "instagram", "twitter", "tiktok", "youtube", "linkedin",
		"whatsapp", "telegram", "pinterest")
)

// notices drops English lines in which the site speaks to its readers of
// itself. Cleaning knows those of Arabic sites by rule F.
func (p *pruner) notices() {
	runs := p.runs()
	for j := range runs {
		r := &runs[j]
		if p.drop[j] || r.words < 2 || r.words > maxNotice || r.heading > 0 {
			continue
		}
		raw := strings.TrimSpace(p.f.raw(r))
		if raw != "" && isASCIILetter(raw[0]) && notice(arabic.Key(raw)) {
			p.drop[j] = true
		}
	}
}

// notice reports whether a line, of which key is the key, says that the
// article goes on, that the site earns by its links, or asks to follow it.
func notice(key string) bool {
	words := strings.Count(key, " ") + 1
	key = " " + key + " "
	begins := func(s string) bool { return strings.HasPrefix(key, " "+s+" ") }
	holds := func(s string) bool { return strings.Contains(key, " "+s+" ") }
	switch {
	case slices.ContainsFunc(goesOn, begins):
		return words <= maxGoesOn
	case holds("earn") && (holds("commission") || holds("commissions")):
		return holds("link") || holds("links")
	}
	return words <= maxInvitation && slices.ContainsFunc(invitingWords, begins) && slices.ContainsFunc(ownWords, holds) && slices.ContainsFunc(channelWords, holds)
}
