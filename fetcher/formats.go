package fetcher

import (
	"regexp"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"

	"nashra"
)

// media takes over Media RSS and the pictures of iTunes.
func (e *raw) media(extensions ext.Extensions) {
	var thumbnail string
	var walk func(elements map[string][]ext.Extension)
	walk = func(elements map[string][]ext.Extension) {
		for _, c := range elements["content"] {
			kind := c.Attrs["type"]
			if c.Attrs["url"] != "" {
				e.enclosures = append(e.enclosures, rawEnclosure{c.Attrs["url"], kind, c.Attrs["fileSize"]})
			}
			if e.image == "" && (c.Attrs["medium"] == "image" || strings.HasPrefix(kind, "image/")) {
				e.image = c.Attrs["url"]
			}
			walk(c.Children)
		}
		for _, t := range elements["thumbnail"] {
			thumbnail = first(thumbnail, t.Attrs["url"])
		}
		for _, group := range elements["group"] {
			walk(group.Children)
		}
	}
	walk(extensions["media"])
	for _, enc := range e.enclosures {
		if e.image == "" && strings.HasPrefix(strings.ToLower(enc.kind), "image/") {
			e.image = enc.url
		}
	}
	for _, i := range extensions["itunes"]["image"] {
		e.image = first(e.image, i.Attrs["href"])
	}
	e.image = first(e.image, thumbnail)
}

// mediaDescription is a description of Media RSS, also inside a group.
func mediaDescription(extensions ext.Extensions) string {
	texts := values(extensions, "media", "description")
	for _, group := range extensions["media"]["group"] {
		for _, x := range group.Children["description"] {
			texts = append(texts, x.Value)
		}
	}
	return first(texts...)
}

// origin tells a name from an address that stands in its place.
func origin(name, link string) (string, string) {
	if isWebAddress(name) {
		return "", first(link, name)
	}
	return name, link
}

// license is the address of a licence in the modules for it.
func license(extensions ext.Extensions) string {
	var addresses []string
	for _, prefix := range []string{"creativeCommons", "cc", "dcterms"} {
		for _, x := range extensions[prefix]["license"] {
			addresses = append(addresses, webAddress(x.Value), webAddress(x.Attrs["resource"]))
		}
	}
	for _, x := range extensions["atom"]["link"] {
		if x.Attrs["rel"] == "license" {
			addresses = append(addresses, x.Attrs["href"])
		}
	}
	return first(addresses...)
}

// values are the texts of an extension's elements.
func values(extensions ext.Extensions, prefix, name string) (texts []string) {
	for _, x := range extensions[prefix][name] {
		texts = append(texts, x.Value)
	}
	return texts
}

func someOf(one string, lists ...[]string) (all []string) {
	if one = valid(one); one != "" {
		all = append(all, one)
	}
	for _, list := range lists {
		for _, s := range list {
			if s = valid(s); s != "" {
				all = append(all, s)
			}
		}
	}
	return all
}

// first is the first string that is not blank, or "".
func first(list ...string) string {
	for _, s := range list {
		if strings.TrimSpace(s) != "" {
			return s
		}
	}
	return ""
}

func valid(s string) string { return strings.TrimSpace(strings.ToValidUTF8(s, "\uFFFD")) }

func isWebAddress(s string) bool { return nashra.LinkKey(s) != "" }

func webAddress(s string) string {
	if isWebAddress(s) {
		return s
	}
	return ""
}

var (
	mailName = regexp.MustCompile(`^\S+@\S+\s*\(([^)]*)\)$`)
	nameMail = regexp.MustCompile(`^(.*?)\s*[(<]\s*(?:mailto:)?\S+@\S+[)>]$`)
	mailOnly = regexp.MustCompile(`^\S+@\S+$`)
)

// personName is the name in an RSS author, which by the specification is an
// e-mail address with the name behind it in brackets; "" for an address alone.
func personName(author string) string {
	author = strings.TrimSpace(author)
	if m := mailName.FindStringSubmatch(author); m != nil {
		return m[1]
	}
	if m := nameMail.FindStringSubmatch(author); m != nil {
		return m[1]
	}
	if mailOnly.MatchString(author) {
		return ""
	}
	return author
}
