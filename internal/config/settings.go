package config

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"nashra"
)

// Settings are what is in force for the source of that id, in the order in
// which the documentation lists the keys, and where each comes from; nil for a
// source that the file does not have.
func (c *Config) Settings(id string) []nashra.Setting {
	for i, sub := range c.Sources {
		if sub.ID == id {
			return c.settings(fmt.Sprintf("sources[%d]", i), sub)
		}
	}
	return nil
}

func (c *Config) settings(block string, sub nashra.Subscription) []nashra.Setting {
	var list []nashra.Setting
	// add puts a setting, whose value stands under the first of the blocks'
	// keys that the file has.
	add := func(key, value string, otherwise ...string) {
		s := nashra.Setting{Key: key, Value: value}
		for _, from := range append([]string{block + "." + key}, otherwise...) {
			if line := c.Lines[from]; line > 0 {
				s.From, s.Line = from, line
				break
			}
		}
		list = append(list, s)
	}
	add("name", sub.Name)
	add("partner", sub.Partner)
	add("feed", nashra.RedactURL(sub.Feed))
	add("homepage", sub.Homepage)
	add("category", sub.Category)
	add("language", sub.Language, "site.language")
	add("timezone", sub.Timezone, "site.timezone")
	add("licence", sub.Licence)
	add("rights", date(sub.Rights.Until))
	add("index", string(sub.Index))
	add("disclaimer", sub.Disclaimer, "site.disclaimer")
	add("every", sub.Every.String(), "fetch.every")
	add("adaptive", strconv.FormatBool(sub.Adaptive), "fetch.adaptive")
	add("learn", strconv.FormatBool(sub.Learn), "fetch.learn")
	add("content", string(sub.Content))
	add(nashra.SelectorBody, sub.Select)
	add("remove", strings.Join(sub.Remove, ", "))
	add(nashra.SelectorTitle, sub.SelectTitle)
	add(nashra.SelectorByline, sub.SelectByline)
	add(nashra.SelectorDate, sub.SelectDate)
	add(nashra.SelectorImage, sub.SelectImage)
	add("limit", strconv.Itoa(sub.Limit))
	add("keep", kept(sub.Keep), "keep")
	add("robots", string(sub.Robots))
	add("allow", prefixes(sub.Allow))
	add("headers_file", strings.Join(names(sub.Header), ", "))
	return list
}

func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

func kept(k nashra.Keep) string {
	var parts []string
	if k.Age > 0 {
		parts = append(parts, "age: "+k.Age.String())
	}
	if k.Count > 0 {
		parts = append(parts, "count: "+strconv.Itoa(k.Count))
	}
	return strings.Join(parts, ", ")
}

func prefixes(list []netip.Prefix) string {
	var parts []string
	for _, p := range list {
		parts = append(parts, p.String())
	}
	return strings.Join(parts, ", ")
}

// names are those of the fields alone: their values are secrets.
func names(h map[string][]string) []string {
	var list []string
	for name := range h {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}
