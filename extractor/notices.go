package extractor

import (
	"slices"
	"strings"

	"golang.org/x/net/html/atom"

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
	"scroll down to continue", "advertisement")

// readAlso begins a line with a link to another article.
var readAlso = keyList("read more", "read also", "also read", "read next", "see also", "related", "recommended", "must read", "more", "watch", "listen", "read")

// readAlsoElsewhere is readAlso in Persian, Urdu and Hebrew, and what Arabic
// sites write that rule F does not name; a mark parts it from the link.
var readAlsoElsewhere = keyList("بیشتر بخوانید", "بیشتر بدانید", "بخوانید", "همچنین بخوانید", "مطالب مرتبط", "اخبار مرتبط", "یہ بھی پڑھیں", "مزید پڑھیں", "مزید پڑھیے", "متعلقہ خبریں", "קראו גם", "ראו גם", "קראו עוד", "עוד בנושא", "כתבות נוספות",
	"اقرأ", "اقرؤوا أيضا", "اقرأ في", "إقرأ", "تابع أيضا", "شاهد", "شاهدوا أيضا", "طالع", "للمزيد", "المزيد", "لمزيد من المعلومات", "في هذا السياق", "خبر متعلق", "مادة ذات صلة", "من الأرشيف")

// filing begins a line of tags or categories, which are links.
var filing = keyList("tags", "tagged", "topics", "filed under", "filed in", "posted in", "categories", "category", "keywords", "more on", "more news", "الوسوم", "كلمات مفتاحية")

// contacting begins a line with the address of who wrote the article.
var contacting = keyList("contact", "email", "e mail", "reach", "follow", "write to", "send")

// unfolding is the whole of a link that shows the rest.
var unfolding = keyList("read more", "show more", "see more", "continue reading", "keep reading", "اقرأ المزيد", "عرض المزيد")

// disclosing stands beside affiliate links where a site says that it has them.
var disclosing = keyList("may contain", "contains", "contain", "we may", "i may", "our", "my", "supports", "commission", "compensation", "disclosure")

// promoting begins a line that sells.
var promoting = keyList("shop", "order", "buy", "try", "get", "join", "start", "create your", "sign up", "discover", "explore", "step up", "experience", "contact", "call", "book",
	"schedule", "request", "download", "visit", "check out", "learn more", "find out more", "subscribe", "see how", "let")

// Words of an invitation: what the reader is asked to do, and where.
var (
	invitingWords = keyList("follow", "join", "subscribe", "sign up", "like", "connect", "get", "click here", "was this newsletter", "receive", "never miss", "download")
	ownWords      = keyList("us", "our", "me", "my", "your inbox", "to your email", "forwarded to you", "him on", "her on", "them on")
	channelWords  = keyList("our app", "newsletter", "newsletters", "mailing list", "inbox", "facebook", "instagram", "twitter", "tiktok", "youtube", "linkedin",
		"whatsapp", "telegram", "pinterest")
	supportWords = keyList("member", "subscriber", "supporter", "patron")
)

// notices drops lines in which the site speaks to its readers of itself, most of
// them English: cleaning knows those of Arabic sites by rule F.
func (p *pruner) notices() {
	runs := p.runs()
	for j := range runs {
		r := &runs[j]
		if !p.drop[j] && p.f.clock(r) && !p.f.inTable(r.elem, p.body) {
			p.drop[j] = true // of an entry of a live blog
			continue
		}
		if p.drop[j] || r.words < 2 || r.words > maxNotice {
			continue
		}
		if r.heading > 0 {
			p.drop[j] = r.words <= maxInvitation && invites(p.f.key(r), r.linked > 0)
			continue
		}
		raw := strings.TrimSpace(p.f.raw(r))
		if r.linked > 0 && r.words <= maxInvitation && points(raw) || r.linked == r.letters && slices.Contains(unfolding, p.f.key(r)) || p.f.promotes(r) {
			p.drop[j] = true
			continue
		}
		if r.linked*2 > r.letters && labelled(strings.TrimLeft(raw, "(*[-–—•> "), readAlsoElsewhere) || p.f.disowns(r) {
			p.drop[j] = true
			continue
		}
		if begin := strings.TrimLeft(raw, "(*[-–—•> "); begin != "" && isASCIILetter(begin[0]) && notice(begin, p.f.key(r), r.linked > 0) {
			p.drop[j] = true
		}
	}
}

// notice reports whether a line says that the article goes on, names another
// one or its own tags, says that the site earns by its links or how to reach the
// author, or asks to follow the site or to pay for it. key is the
// line's, linked says that it holds a link.
func notice(line, key string, linked bool) bool {
	words := strings.Count(key, " ") + 1
	begins := func(s string) bool { return beginsKey(key, s) }
	holds := func(s string) bool { return holdsKey(key, s) }
	switch {
	case slices.ContainsFunc(goesOn, begins):
		return words <= maxGoesOn
	case (holds("affiliate links") || holds("affiliate link")) && slices.ContainsFunc(disclosing, holds):
		return true
	case holds("earn") && (holds("commission") || holds("commissions")):
		return holds("link") || holds("links")
	case holds("advertisers") && holds("our") && (holds("compensation") || holds("references to products")):
		return true
	case words > maxInvitation:
		return false
	case linked && (labelled(line, readAlso) || labelled(line, filing)):
		return true
	case strings.Contains(line, "@") && slices.ContainsFunc(contacting, begins):
		return true
	case begins("become a"):
		return slices.ContainsFunc(supportWords, holds)
	}
	return invites(key, linked)
}

// invites reports whether a line of that key asks the reader to follow the site, or
// to subscribe to what it sends.
func invites(key string, linked bool) bool {
	begins := func(s string) bool { return beginsKey(key, s) }
	holds := func(s string) bool { return holdsKey(key, s) }
	return slices.ContainsFunc(invitingWords, begins) && (linked || slices.ContainsFunc(ownWords, holds)) && slices.ContainsFunc(channelWords, holds)
}

// points reports whether a line begins with a hand or an arrow that points at its
// link.
func points(line string) bool {
	return slices.ContainsFunc(pointers, func(p string) bool { return strings.HasPrefix(line, p) })
}

var pointers = []string{"👉", "👈", "👇", "➡", "⬅", "→", "►", "▶", "»", "☞"}

// promotes reports whether a line asks the reader to buy, join or call, and names
// the site as where. Items of a list may be what there is to do.
func (f *finder) promotes(r *run) bool {
	raw := strings.TrimSpace(f.raw(r))
	if raw == "" || !isASCIILetter(raw[0]) || r.words > maxInvitation || r.linked == 0 && !strings.HasSuffix(raw, "!") || f.elems[r.elem].node.DataAtom == atom.Li {
		return false
	}
	key := f.key(r)
	return slices.ContainsFunc(promoting, func(w string) bool { return beginsKey(key, w) }) &&
		slices.ContainsFunc(f.names, func(name string) bool { return holdsKey(key, name) })
}

// clock reports whether a run is a time of day and nothing else.
func (l *layout) clock(r *run) bool {
	if r.digits < 3 || r.digits > 4 || r.letters != r.digits || r.heading > 0 {
		return false
	}
	hours, minutes, ok := strings.Cut(strings.TrimSpace(l.raw(r)), ":")
	return ok && isNumber(hours) && isNumber(minutes)
}

// Words by which a paper disowns what its columnists say, as keys.
var (
	opinionWords = keyList("تعبر عن رأي", "يعبر عن رأي", "تعبر عن آراء", "يعبر عن آراء", "تعبر عن وجهة نظر", "يعبر عن وجهة نظر", "تعكس وجهة نظر", "تعكس آراء", "تعكس رأي")
	ownerWords   = keyList("بالضرورة", "كاتبها", "كاتبه", "كتابها", "أصحابها", "صاحبه", "صاحبها", "أصحابه")
)

// disowns reports whether a run says whose opinions the article holds: its
// author's, not the paper's.
func (f *finder) disowns(r *run) bool {
	if r.words > maxInvitation || r.heading > 0 || !mayHold(f.raw(r), "رأي", "راي", "آراء", "اراء", "وجهة") {
		return false
	}
	key := f.key(r)
	holds := func(s string) bool { return holdsKey(key, s) }
	return slices.ContainsFunc(opinionWords, holds) && slices.ContainsFunc(ownerWords, holds)
}

// mayHold reports whether one of words stands in s as it is, which costs less
// than a key.
func mayHold(s string, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(s, w) })
}

// labelled reports whether a line is one of labels and, behind a colon, text.
func labelled(line string, labels []string) bool {
	label, _, found := strings.Cut(line, ":")
	return found && slices.Contains(labels, arabic.Key(label))
}
