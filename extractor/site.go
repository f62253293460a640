package extractor

import (
	"net/url"
	"slices"
	"strings"

	"nashra/internal/arabic"
)

// names are the names of the partner and its site, which titles and bylines
// carry along.
func (x *extraction) names() []string {
	if x.named != nil {
		return x.named
	}
	names := []string{}
	add := func(name string) {
		if name = strings.TrimSpace(name); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	add(x.Subscription.Name)
	if d := x.page; d != nil {
		add(d.layout.head.first("og:site_name", "application-name"))
		add(d.structured.publisher)
		add(x.siteInTitle(d.layout.head.title, x.Entry.Title, d.layout.head.first("og:title"), d.layout.h1()))
	}
	if was := x.Unchanged; was != nil {
		add(x.siteInTitle(x.Entry.Title, was.Title))
	}
	if u, err := url.Parse(x.link()); err == nil {
		add(u.Hostname())
		add(strings.TrimPrefix(u.Hostname(), "www."))
	}
	x.named = names
	return names
}

// origin is whom the partner names as its source: in the body, as noted says,
// else in its feed, where that is neither the partner nor its site.
func (x *extraction) origin(noted string) string {
	from := x.Entry.Origin
	name := arabic.Clean(from.Name)
	if noted != "" || name == "" {
		return noted
	}
	host := hostOf(from.Link)
	if host != "" && (host == hostOf(x.Subscription.Homepage) || host == hostOf(x.Subscription.Feed)) {
		return ""
	}
	if x.isSite(name) {
		return ""
	}
	return name
}

// hostOf is the host of a URL without "www.", "" where there is none.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}

// titleSeparators stand between an article's title and its site's name.
var titleSeparators = []string{" | ", " - ", " – ", " — ", " :: ", " » ", " « ", " › "}

// siteInTitle is what a page's title has besides the article's title, which
// must be one of others, or else the part of it that is like the host's name.
func (x *extraction) siteInTitle(title string, others ...string) string {
	like := ""
	for _, separator := range titleSeparators {
		for _, cut := range []int{strings.LastIndex(title, separator), strings.Index(title, separator)} {
			if cut < 0 {
				continue
			}
			front, back := title[:cut], title[cut+len(separator):]
			for _, other := range others {
				switch key := arabic.Key(other); {
				case key == "", x.isHost(other):
				case key == arabic.Key(front):
					return back
				case key == arabic.Key(back):
					return front
				}
			}
			switch {
			case x.isHost(back):
				like = back
			case x.isHost(front):
				like = front
			}
		}
	}
	return like
}

// commonLabels are parts of host names that name no site.
var commonLabels = wordList("www com net org info news arabic mobile online press media site blog edu gov")

// nameKeys are the keys by which the site speaks of itself: its names and the
// telling part of its host.
func (x *extraction) nameKeys() []string {
	var keys []string
	for _, name := range x.names() {
		if key := arabic.Key(name); len(key) >= 3 {
			keys = append(keys, key)
		}
	}
	for _, label := range x.hostLabels() {
		keys = append(keys, arabic.Key(label))
	}
	return keys
}

// hostLabels are the telling parts of the page's host name.
func (x *extraction) hostLabels() []string {
	u, err := url.Parse(x.link())
	if err != nil {
		return nil
	}
	var labels []string
	for label := range strings.SplitSeq(strings.ToLower(u.Hostname()), ".") {
		if len(label) >= 3 && !commonLabels[label] {
			labels = append(labels, label)
		}
	}
	return labels
}

// isHost reports whether s, spaces aside, is a telling part of the host name.
func (x *extraction) isHost(s string) bool {
	return slices.Contains(x.hostLabels(), strings.ReplaceAll(arabic.Key(s), " ", ""))
}

// isSite reports whether s is only a name of the site.
func (x *extraction) isSite(s string) bool {
	key := arabic.Key(s)
	return x.isHost(s) || slices.ContainsFunc(x.names(), func(name string) bool { return arabic.Key(name) == key })
}

// speaksOfSite reports whether a word of key is the site's.
func (x *extraction) speaksOfSite(key string) bool {
	keys := x.nameKeys()
	return slices.ContainsFunc(strings.Fields(key), func(word string) bool { return slices.Contains(keys, word) }) || slices.Contains(keys, key)
}
