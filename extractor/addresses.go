package extractor

import (
	"net/url"
	"strings"

	"nashra"
)

// address makes an address of foreign markup absolute against page and takes
// its tracking parameters off (rule H2). It is "" where the address cannot be
// read or is none of http, https, mailto and tel.
func address(page *url.URL, raw string) string {
	raw = tidyAddress(raw)
	if raw == "" {
		return ""
	}
	u, err := url.Parse(raw)
	if err != nil {
		// One stray percent sign is the usual fault: «?q=100%».
		if u, err = url.Parse(escapeStrayPercents(raw)); err != nil {
			return ""
		}
	}
	if page != nil {
		u = page.ResolveReference(u)
	}
	switch u.Scheme {
	case "http", "https":
		if u.Hostname() == "" || strings.ContainsAny(u.Host, "\"'`<>%\\^{|} ") {
			return ""
		}
		nashra.RemoveTracking(u)
	case "mailto", "tel":
		if u.Opaque == "" {
			return ""
		}
	default:
		return ""
	}
	s := unspaced.Replace(u.String())
	if u, err = url.Parse(s); err != nil {
		return ""
	}
	return u.String()
}

// webAddressOf is address for what a browser loads by itself: http and https
// alone.
func webAddressOf(page *url.URL, raw string) string {
	s := address(page, raw)
	if !onWeb(s) {
		return ""
	}
	return s
}

// onWeb reports whether an address, one that [address] made, is one of http or
// https, which a browser can load.
func onWeb(address string) bool {
	return (strings.HasPrefix(address, "http://") || strings.HasPrefix(address, "https://")) && !strings.ContainsAny(address, " \t\n\f\r\"'<>")
}

// unspaced escapes what [url.URL.String] leaves as it stands in a query.
var unspaced = strings.NewReplacer(" ", "%20", `"`, "%22", "'", "%27", "<", "%3C", ">", "%3E", "`", "%60")

// tidyAddress does to raw what browsers do first: space and control characters
// around it go, tabs and newlines inside it too (WHATWG URL, section 4.4).
func tidyAddress(raw string) string {
	raw = strings.TrimFunc(raw, func(r rune) bool { return r <= ' ' || r == '\u00a0' || r == '\ufeff' })
	return strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' {
			return -1
		}
		return r
	}, raw)
}

func escapeStrayPercents(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && (i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2])) {
			b.WriteString("%25")
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// candidate is one address of a srcset with its descriptor ("640w", "2x" or
// nothing).
type candidate struct {
	address    string
	descriptor string
	size       float64 // what the descriptor counts, 1 without one
}

// candidates reads a srcset attribute (HTML, section 4.8.4.2.1), leaving out
// addresses that are refused.
func candidates(page *url.URL, srcset string) []candidate {
	var list []candidate
	for rest := srcset; ; {
		rest = strings.TrimLeft(rest, " \t\n\r\f,")
		if rest == "" {
			return list
		}
		end := strings.IndexAny(rest, " \t\n\r\f")
		if end < 0 {
			end = len(rest)
		}
		raw, after := rest[:end], rest[end:]
		descriptor := ""
		if trimmed := strings.TrimRight(raw, ","); trimmed != raw {
			raw = trimmed
		} else {
			descriptor, after, _ = strings.Cut(after, ",")
		}
		rest = after
		descriptor = strings.ToLower(strings.TrimSpace(descriptor))
		size, ok := descriptorSize(descriptor)
		s := webAddressOf(page, raw)
		if !ok || s == "" || isTracker(s) {
			continue
		}
		// A comma at either end of an address would part it from itself.
		s = strings.TrimRight(s, ",")
		list = append(list, candidate{s, descriptor, size})
	}
}

// formatCandidates is the srcset of list.
func formatCandidates(list []candidate) string {
	parts := make([]string, len(list))
	for i, c := range list {
		parts[i] = strings.TrimSpace(c.address + " " + c.descriptor)
	}
	return strings.Join(parts, ", ")
}

// largest is the address with the greatest descriptor, the first of equals.
func largest(list []candidate) string {
	best := candidate{size: -1}
	for _, c := range list {
		if c.size > best.size {
			best = c
		}
	}
	return best.address
}
