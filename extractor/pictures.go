package extractor

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"nashra"
)

// Where lazy loading keeps the real address, in the order of trust. The src
// beside it is then a grey square.
var (
	lazySources = []string{"data-src", "data-lazy-src", "data-original", "data-orig-file", "src"}
	lazySets    = []string{"data-srcset", "data-lazy-srcset", "srcset"}
)

// trackerHosts serve counting pictures and advertisements, they and every name
// below them.
var trackerHosts = wordList(`
	google-analytics.com doubleclick.net googlesyndication.com googletagmanager.com googleadservices.com
	pixel.wp.com stats.wp.com stats.wordpress.com feeds.wordpress.com feedsportal.com
	scorecardresearch.com quantserve.com chartbeat.com chartbeat.net statcounter.com histats.com mc.yandex.ru
	counter.yadro.ru hotjar.com taboola.com outbrain.com criteo.com criteo.net effectivemeasure.net alexametrics.com
	imrworldwide.com amazon-adsystem.com adnxs.com analytics.twitter.com bat.bing.com px.ads.linkedin.com
	sb.voicefive.com omtrdc.net counter.theconversation.com counter.theconversation.edu.au`)

// Counting pictures on hosts that serve other things too: trackerPaths are
// beginnings of addresses, trackerFiles names of files.
var (
	trackerPaths = regexp.MustCompile(`^(?:(www\.)?facebook\.com/tr\b|feeds\.feedburner\.com/~|t\.co/i/adsct|medium\.com/_/stat|` +
		`blogger\.googleusercontent\.com/tracker/)`)
	trackerFiles = wordList(`pixel.gif spacer.gif blank.gif transparent.gif 1x1.gif pixel.png spacer.png blank.png transparent.png 1x1.png`)
)

// isTracker reports whether an address, one that [address] made, serves a
// picture that only counts.
func isTracker(address string) bool {
	_, rest, _ := strings.Cut(address, "://")
	rest, _, _ = strings.Cut(rest, "?")
	rest = strings.ToLower(rest)
	host, _, _ := strings.Cut(rest, "/")
	for name := host; name != ""; _, name, _ = strings.Cut(name, ".") {
		if trackerHosts[name] {
			return true
		}
	}
	return trackerPaths.MatchString(rest) || trackerFiles[rest[strings.LastIndexByte(rest, '/')+1:]] && host != rest ||
		strings.Contains(rest, "/piwik.php") || strings.Contains(rest, "/matomo.php")
}

// image makes our img of n, or nil where it shows nothing: no address, a
// tracker, a picture of one pixel (rule H3). set, where it is not empty, are
// the candidates of a picture element around it.
func image(page *url.URL, n *html.Node, set []candidate) *html.Node {
	if tiny(n) {
		return nil
	}
	src := ""
	for _, key := range lazySources {
		if s := webAddressOf(page, attributeValue(n, key)); s != "" && !isTracker(s) {
			src = s
			break
		}
	}
	var own []candidate
	for _, key := range lazySets {
		if own = candidates(page, attributeValue(n, key)); len(own) > 0 {
			break
		}
	}
	if src == "" {
		src = largest(own)
	}
	if src == "" {
		src = largest(set)
	}
	if src == "" {
		return nil
	}
	img := newElement("img", n)
	setAttribute(img, "src", src)
	if len(own) > 0 {
		setAttribute(img, "srcset", formatCandidates(own))
	} else {
		removeAttribute(img, "sizes")
	}
	setAttribute(img, "loading", "lazy")
	return img
}

// picture makes our picture element of n, a lone img where no source is left,
// or nil.
func picture(page *url.URL, n *html.Node) *html.Node {
	var from *html.Node
	var sources []*html.Node
	var set []candidate
	walkElements(n, func(c *html.Node) {
		switch {
		case c.Data == "source":
			for _, key := range lazySets {
				list := candidates(page, attributeValue(c, key))
				if len(list) == 0 {
					continue
				}
				source := newElement("source", c)
				setAttribute(source, "srcset", formatCandidates(list))
				sources = append(sources, source)
				if len(set) == 0 {
					set = list
				}
				break
			}
		case classOf(c) == classImage && from == nil:
			from = c
		}
	})
	if from == nil {
		from = &html.Node{Type: html.ElementNode, Data: "img"}
	}
	img := image(page, from, set)
	if img == nil || len(sources) == 0 {
		return img
	}
	p := newElement("picture", n)
	for _, s := range sources {
		p.AppendChild(s)
	}
	p.AppendChild(img)
	return p
}

// player makes our video or audio of n, or nil where nothing can be played.
// The text for browsers that cannot play it goes.
func player(page *url.URL, n *html.Node) *html.Node {
	p := newElement(n.Data, n)
	for _, key := range []string{"src", "data-src"} {
		if src := webAddressOf(page, attributeValue(n, key)); src != "" {
			setAttribute(p, "src", src)
			break
		}
	}
	if n.Data == "video" {
		if poster := webAddressOf(page, attributeValue(n, "poster")); poster != "" {
			setAttribute(p, "poster", poster)
		}
	}
	walkElements(n, func(c *html.Node) {
		if c.Data != "source" {
			return
		}
		if src := webAddressOf(page, attributeValue(c, "src")); src != "" {
			source := newElement("source", c)
			setAttribute(source, "src", src)
			p.AppendChild(source)
		}
	})
	if attribute(p, "src") == nil && p.FirstChild == nil {
		return nil
	}
	return p
}

// pictureKey tells whether two pictures are one.
func pictureKey(img *html.Node) string {
	src := attributeValue(img, "src")
	if key := nashra.LinkKey(src); key != "" {
		return key
	}
	return src
}

var styleSize = regexp.MustCompile(`(?i)(?:^|[;\s])(width|height)\s*:\s*([0-9.]+)px`)

// tiny reports a picture of one pixel or none: a counter, whatever its address.
func tiny(n *html.Node) bool {
	width := strings.TrimSuffix(attributeValue(n, "width"), "px")
	height := strings.TrimSuffix(attributeValue(n, "height"), "px")
	for _, m := range styleSize.FindAllStringSubmatch(attributeValue(n, "style"), -1) {
		side := &width
		if strings.EqualFold(m[1], "height") {
			side = &height
		}
		if *side == "" {
			*side = m[2]
		}
	}
	for _, side := range []string{width, height} {
		if v, err := strconv.ParseFloat(side, 64); err == nil && v <= 1 {
			return true
		}
	}
	return false
}

// descriptorSize reads a descriptor of a srcset: "640w", "1.5x" or nothing.
func descriptorSize(d string) (size float64, ok bool) {
	if d == "" {
		return 1, true
	}
	unit := d[len(d)-1]
	v, err := strconv.ParseFloat(d[:len(d)-1], 64)
	if err != nil || v <= 0 || v > 1e6 || unit != 'w' && unit != 'x' || strings.ContainsAny(d, "eE+") {
		return 0, false
	}
	return v, true
}

// videoHosts are the players that an iframe may become a link to.
var videoHosts = regexp.MustCompile(`(?i)^https?://(` +
	`(www\.|m\.)?(youtube|youtube-nocookie)\.com/embed/|youtu\.be/|(player\.)?vimeo\.com/|` +
	`(www\.|geo\.)?dailymotion\.com/|(www\.)?facebook\.com/plugins/video|(www\.)?ok\.ru/videoembed/|` +
	`(www\.)?rumble\.com/embed/)`)

// videoLabel is the text of a link that a video without a title became.
const videoLabel = "فيديو"

// videoAddress is the address of the player in an iframe, "" where it is none
// of the known video hosts.
func videoAddress(page *url.URL, n *html.Node) string {
	for _, key := range []string{"src", "data-src", "data-lazy-src"} {
		if s := webAddressOf(page, attributeValue(n, key)); videoHosts.MatchString(s) {
			return s
		}
	}
	return ""
}

// walkElements calls visit for every element below n, in order.
func walkElements(n *html.Node, visit func(*html.Node)) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode {
			visit(c)
			walkElements(c, visit)
		}
	}
}
