package fetcher

import "time"

// What Config leaves at zero.
const (
	defaultTimeout = 30 * time.Second // a partner's shared host under load answers within it
	defaultMaxBody = 8 << 20          // bytes; a feed of 1,000 whole articles has about 5 MB
	defaultPerHost = 2                // what browsers once allowed themselves on one host
)

// Bounds of one exchange.
const (
	// maxRedirects is what browsers and RFC 9309 think is ample.
	maxRedirects = 10

	// maxResponseHeader bounds the memory that a server can make us keep
	// before the first byte of the body.
	maxResponseHeader = 64 << 10

	// maxEncodings: nobody honest compresses a third time.
	maxEncodings = 2

	// maxWindow is what RFC 9659 lets a zstd stream of HTTP ask for.
	maxWindow = 8 << 20

	// compressedSlack is how many bytes more than MaxBody the compressed
	// form may have: a stream of empty blocks decompresses to nothing for ever.
	compressedSlack = 64 << 10

	// drained is how much of an unwanted body is read so that its connection
	// can be used again; a longer one costs less to close.
	drained = 16 << 10

	// maxRetryAfter: a partner may slow us to a day, not silence us for a year.
	maxRetryAfter = 24 * time.Hour

	// maxHint: a feed that says it holds for longer than a year says nothing.
	// Such are servers set up for files that never change.
	maxHint = 365 * 24 * time.Hour

	// maxValidator bounds an ETag or Last-Modified; longer ones are not kept.
	maxValidator = 1 << 10

	// maxHubAddress bounds the address of a hub and the topic, which are kept
	// in each source's state.
	maxHubAddress = 2 << 10

	// maxHubReason is how much is read of what a hub says to a refusal.
	maxHubReason = 1 << 10

	// maxRobots is the size that RFC 9309 (section 2.5) asks a reader to bear.
	maxRobots = 512 << 10
)

// Bounds of connections.
const (
	idleConnections        = 64               // in all; more sources than that are not asked at once
	idleConnectionsPerHost = 2                // as many as are asked at once by default
	idleTimeout            = 60 * time.Second // longer than a host's pages are apart, shorter than most servers wait
	keepAlive              = 30 * time.Second
)

// Bounds of what is remembered between requests.
const (
	robotsLife    = 24 * time.Hour   // RFC 9309, section 2.4
	robotsRetry   = 10 * time.Minute // after a robots.txt that could not be had
	maxRobotsKept = 2048             // hosts; some 2 KB each
	maxRobotsText = 8 << 10          // bytes of one host's rules that are given back to be remembered; longer ones are for search engines
	maxCrawlDelay = 10 * time.Second // that a host may ask for: with a minute, a cycle of 50 pages would miss its next turn
	maxHostsKept  = 4096             // hosts of which the last page's time is known
)

// Bounds of one document.
const (
	// maxEntries of one feed are parsed, whatever the source's limit.
	maxEntries = 10_000

	// keptPerTaken and minKept: so many entries of a longer feed are parsed,
	// the newest by date, for each that a cycle takes, and so many at least.
	// More than are taken, because the dates and the identities of all of them
	// decide which those are; not all of them, because each costs the parser
	// eight times its size.
	keptPerTaken = 10
	minKept      = 1000

	// largeBody is what few feeds are above, in bytes: one is parsed alone.
	largeBody = 1 << 20

	// commonBody is what most pages are below, in bytes, decompressed.
	commonBody = 128 << 10

	// maxLarge bounds the bytes of large bodies that are in memory at the same
	// time, on their way here or waiting for the parser.
	maxLarge = 32 << 20

	// maxDepth: Atom with XHTML inside is some 30 deep. What is deeper loses
	// its tags and keeps its text.
	maxDepth = 256

	// maxAttributes of one element.
	maxAttributes = 64

	// maxListed bounds the authors, the categories and the enclosures of one entry.
	maxListed = 100

	// maxAddress bounds a link and a guid, which become keys of the store.
	// Browsers and servers stop at about as much.
	maxAddress = 8 << 10

	// maxDate: a longer text is no date, in bytes.
	maxDate = 200

	// maxTitle bounds a title, in bytes: what is longer is an article whose
	// tags went wrong, and would be longer than any listing can show.
	maxTitle = 4 << 10

	// maxWarnings bounds what one fetch can say about a feed.
	maxWarnings = 20

	// maxQuoted is how many characters of a partner's text an error repeats.
	maxQuoted = 80

	// sniffed is how far into a document its kind, its title or the beginning
	// of the feed behind leading junk is looked for.
	sniffed = 64 << 10

	// wholeDescription: an RSS description of so many characters of text,
	// with paragraphs, is no teaser.
	wholeDescription = 1200
)

// Bounds of looking for a site's feeds.
const (
	// maxFeedLinks: large sites name a feed for each heading, the main one
	// first.
	maxFeedLinks = 10

	// maxToken is the longest tag or text of a page that is read. A longer one
	// ends the search.
	maxToken = 1 << 20
)

// The budget of one document, see budget.go.
const (
	// maxElements: a feed of 10,000 entries has 200,000; each costs up to half
	// a kilobyte.
	maxElements = 300_000

	// maxWork is some two seconds. A large honest feed needs a tenth of it.
	maxWork = 20_000_000

	// maxNamespaces that hold at one place. The most that was seen are 30.
	maxNamespaces = 48

	// copied is how many bytes are copied in a unit of work.
	copied = 256
)
