package config

import (
	"errors"
	"fmt"
	"math"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // a server without the zone files must read Africa/Cairo too
	"unicode"

	"golang.org/x/text/language"
)

var idPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,63}$`)

// checkID accepts the ids of sources and partners: they stand in addresses and
// in the identity of every article.
func checkID(v string) error {
	if !idPattern.MatchString(v) {
		return fmt.Errorf("%q is no id; want a to z, 0 to 9, - and _, 64 at most, beginning with a letter or digit", v)
	}
	return nil
}

// parseWebURL reads an absolute address of http or https. Its errors do not
// print the address, which may hold a password.
func parseWebURL(v string) (*url.URL, error) {
	u, err := url.Parse(v)
	switch {
	case err != nil:
		var parse *url.Error
		if errors.As(err, &parse) {
			err = parse.Err
		}
		return nil, fmt.Errorf("not a URL: %w", err)
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("want an absolute address that begins with http:// or https://")
	case u.Hostname() == "":
		return nil, errors.New("the address names no host")
	case strings.ContainsFunc(v, unicode.IsSpace):
		return nil, errors.New("the address has a space in it; write %20")
	case !validPort(u.Port(), true):
		return nil, fmt.Errorf("port %s is out of range", u.Port())
	}
	return u, nil
}

// checkPublicURL is parseWebURL for addresses that readers will see.
func checkPublicURL(v string) error {
	u, err := parseWebURL(v)
	if err == nil && u.User != nil {
		err = errors.New("readers will see this address: it must not hold a name or password")
	}
	return err
}

// parseProxy reads the address of an outbound proxy; without a scheme it is
// http.
func parseProxy(v string) (*url.URL, error) {
	if !strings.Contains(v, "://") {
		v = "http://" + v
	}
	u, err := url.Parse(v)
	if err != nil || u.Hostname() == "" || !validPort(u.Port(), true) {
		return nil, errors.New("want the address of a proxy, such as http://proxy.example:3128")
	}
	switch u.Scheme {
	case "http", "https", "socks5", "socks5h":
		return u, nil
	}
	return nil, fmt.Errorf("a proxy speaks http, https or socks5, not %s", u.Scheme)
}

// checkListen accepts host:port, where the host may be left out.
func checkListen(v string) error {
	_, port, err := net.SplitHostPort(v)
	if err != nil || !validPort(port, false) {
		return fmt.Errorf("%q is no address to listen on; want host:port, such as 127.0.0.1:8080", v)
	}
	return nil
}

func validPort(port string, optional bool) bool {
	if port == "" {
		return optional
	}
	_, err := strconv.ParseUint(port, 10, 16)
	return err == nil
}

// parseZone reads an IANA time zone name.
func parseZone(v string) (*time.Location, error) {
	zone, err := time.LoadLocation(v)
	if err != nil || v == "Local" {
		return nil, fmt.Errorf("%q is no time zone; want a name such as Africa/Cairo or UTC", v)
	}
	return zone, nil
}

// checkLanguage accepts BCP 47 tags whose parts are registered.
func checkLanguage(v string) error {
	if _, err := language.Parse(v); err != nil || strings.Contains(v, "_") {
		return fmt.Errorf("%q is no language; want a BCP 47 tag such as ar or ar-EG", v)
	}
	return nil
}

// parsePrefix reads a CIDR. An IPv4 range written as IPv6 (::ffff:10.0.0.0/104)
// becomes the IPv4 one, as which the dialer will see it.
func parsePrefix(v string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(v)
	if err != nil {
		hint := "want one such as 10.1.0.0/16"
		if a, err := netip.ParseAddr(v); err == nil && a.Zone() == "" {
			hint = "for this one address write " + netip.PrefixFrom(a, a.BitLen()).String()
		}
		return p, fmt.Errorf("%q is no CIDR; %s", v, hint)
	}
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p.Masked(), nil
}

// parseUntil reads a date, which begins at midnight in zone, or an RFC 3339
// instant.
func parseUntil(v string, zone *time.Location) (time.Time, error) {
	if t, err := time.ParseInLocation(time.DateOnly, v, zone); err == nil {
		return t.UTC(), nil
	}
	t, err := time.Parse(time.RFC3339, v)
	if err != nil {
		return t, fmt.Errorf("%q is no date; want one such as 2027-06-30 or 2027-06-30T18:00:00+03:00", v)
	}
	return t.UTC(), nil
}

// units of sizes. KB is a thousand bytes, KiB 1024 (IEC 80000-13).
var units = map[string]float64{
	"": 1, "b": 1,
	"kb": 1e3, "mb": 1e6, "gb": 1e9,
	"k": 1 << 10, "m": 1 << 20, "g": 1 << 30,
	"kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30,
}

var hoursPattern = regexp.MustCompile(`^([01]\d|2[0-3]):([0-5]\d) ?[-–] ?([01]\d|2[0-3]):([0-5]\d)$`)

// parseHours reads a part of the day such as 03:00-05:00, which may go past
// midnight, as times since midnight.
func parseHours(v string) (from, to time.Duration, err error) {
	m := hoursPattern.FindStringSubmatch(v)
	if m == nil {
		return 0, 0, fmt.Errorf("%q are no hours of a day; write them as 03:00-05:00", v)
	}
	clock := func(hour, minute string) time.Duration {
		h, _ := strconv.Atoi(hour) // two digits each
		min, _ := strconv.Atoi(minute)
		return time.Duration(h)*time.Hour + time.Duration(min)*time.Minute
	}
	from, to = clock(m[1], m[2]), clock(m[3], m[4])
	if from == to {
		return 0, 0, fmt.Errorf("%q begin when they end; for the whole day write 00:00-23:59", v)
	}
	return from, to, nil
}

// parseSize reads a number of bytes such as 8MiB, 512KB or 1048576.
func parseSize(v string) (int64, error) {
	v = strings.TrimSpace(v)
	digits := strings.TrimRightFunc(v, func(r rune) bool { return r < '0' || r > '9' })
	unit, ok := units[strings.ToLower(strings.TrimSpace(v[len(digits):]))]
	n, err := strconv.ParseFloat(digits, 64)
	// ParseFloat also reads 1e6, 0x1p4 and Inf, which nobody means here.
	if !ok || err != nil || strings.Trim(digits, "0123456789.") != "" || n*unit > math.MaxInt64/2 {
		return 0, fmt.Errorf("%q is no size; want one such as 8MiB, 512KB or 1048576", v)
	}
	return int64(n * unit), nil
}

// didYouMean names the known word that is nearest to word, if one is near.
func didYouMean(word string, known []string) string {
	best, least := "", 3
	for _, k := range known {
		if d := distance(word, k); d < least && d < len(k) {
			best, least = k, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

// distance counts the letters to insert, delete or replace between a and b
// (Levenshtein). Words over 40 letters are far from everything.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	if len(x) > 40 || len(y) > 40 {
		return 40
	}
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j := range y {
			cost := 1
			if unicode.ToLower(x[i]) == unicode.ToLower(y[j]) || x[i] == '-' && y[j] == '_' {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(diagonal+cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(y)]
}
