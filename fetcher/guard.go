package fetcher

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"syscall"

	"nashra"
)

// A guard decides which addresses may be dialled. It stands in the dialer,
// after name resolution and before the connection, so it sees the address that
// is really used, after a redirect or a rebinding too.
type guard struct {
	private bool           // Config.AllowPrivate
	allow   []netip.Prefix // the source's own exceptions
}

// control is a net.Dialer's ControlContext.
func (g guard) control(_ context.Context, _, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%q: %w", address, nashra.ErrForbiddenAddress)
	}
	return g.check(ap.Addr())
}

// check returns nil where addr may be dialled, else an error that wraps
// nashra.ErrForbiddenAddress and names the address and what would allow it.
func (g guard) check(addr netip.Addr) error {
	kind, never := classify(addr)
	if kind == "" || g.private && !never || g.allowed(addr) {
		return nil
	}
	keys := fmt.Sprintf("the source's key allow: [%s]", netip.PrefixFrom(inner(addr), inner(addr).BitLen()))
	if !never {
		keys += " or fetch.allow_private"
	}
	return fmt.Errorf("%s is %s: %w; %s would allow it", addr, kind, nashra.ErrForbiddenAddress, keys)
}

func (g guard) allowed(addr netip.Addr) bool {
	for _, p := range g.allow {
		if p.Contains(addr.WithZone("")) || p.Contains(inner(addr)) {
			return true
		}
	}
	return false
}

// A block is a range of addresses that are no partner's.
type block struct {
	prefix netip.Prefix
	kind   string
	never  bool // not lifted by allow_private, only by name
}

// blocks follow the special-purpose registries of IANA (RFC 6890) and, first,
// the addresses at which clouds hand out credentials. The first that holds an
// address says what it is.
var blocks = []block{
	{netip.MustParsePrefix("169.254.169.254/32"), "a cloud's metadata service", true},
	{netip.MustParsePrefix("169.254.170.2/32"), "a cloud's metadata service", true},
	{netip.MustParsePrefix("100.100.100.200/32"), "a cloud's metadata service", true},
	{netip.MustParsePrefix("168.63.129.16/32"), "a cloud's metadata service", true},
	{netip.MustParsePrefix("192.0.0.192/32"), "a cloud's metadata service", true},
	{netip.MustParsePrefix("fd00:ec2::254/128"), "a cloud's metadata service", true},
	{netip.MustParsePrefix("fd20:ce::254/128"), "a cloud's metadata service", true},

	{netip.MustParsePrefix("0.0.0.0/8"), "an unspecified address", true},
	{netip.MustParsePrefix("10.0.0.0/8"), "a private address", false},
	{netip.MustParsePrefix("100.64.0.0/10"), "an address of a carrier's inner network", false},
	{netip.MustParsePrefix("127.0.0.0/8"), "a loopback address", false},
	{netip.MustParsePrefix("169.254.0.0/16"), "a link-local address", false},
	{netip.MustParsePrefix("172.16.0.0/12"), "a private address", false},
	{netip.MustParsePrefix("192.0.0.0/24"), "an address reserved for protocols", false},
	{netip.MustParsePrefix("192.0.2.0/24"), "an address for documentation", false},
	{netip.MustParsePrefix("192.88.99.0/24"), "a 6to4 relay", false},
	{netip.MustParsePrefix("192.168.0.0/16"), "a private address", false},
	{netip.MustParsePrefix("198.18.0.0/15"), "an address for benchmarks", false},
	{netip.MustParsePrefix("198.51.100.0/24"), "an address for documentation", false},
	{netip.MustParsePrefix("203.0.113.0/24"), "an address for documentation", false},
	{netip.MustParsePrefix("224.0.0.0/4"), "a multicast address", true},
	{netip.MustParsePrefix("255.255.255.255/32"), "the broadcast address", true},
	{netip.MustParsePrefix("240.0.0.0/4"), "a reserved address", true},

	{netip.MustParsePrefix("::/128"), "an unspecified address", true},
	{netip.MustParsePrefix("::1/128"), "a loopback address", false},
	{netip.MustParsePrefix("64:ff9b:1::/48"), "an address of a local NAT64", false},
	{netip.MustParsePrefix("fc00::/7"), "a private address", false},
	{netip.MustParsePrefix("fe80::/10"), "a link-local address", false},
	{netip.MustParsePrefix("fec0::/10"), "a site-local address", false},
	{netip.MustParsePrefix("ff00::/8"), "a multicast address", true},
	{netip.MustParsePrefix("2001::/23"), "an address reserved for protocols", false}, // Teredo, ORCHID, benchmarks
	{netip.MustParsePrefix("2001:db8::/32"), "an address for documentation", false},
	{netip.MustParsePrefix("2002::/16"), "a 6to4 address", false}, // holds any IPv4 address; out of use since RFC 7526
	{netip.MustParsePrefix("3fff::/20"), "an address for documentation", false},
}

var (
	nat64  = netip.MustParsePrefix("64:ff9b::/96")
	global = netip.MustParsePrefix("2000::/3") // all IPv6 that is given out to sites
)

// classify says what kind of forbidden address addr is, "" for none, and
// whether fetch.allow_private leaves it forbidden.
func classify(addr netip.Addr) (kind string, never bool) {
	a := inner(addr)
	for _, b := range blocks {
		if b.prefix.Contains(a) {
			return b.kind, b.never
		}
	}
	if a.Is6() && !global.Contains(a) {
		return "a reserved address", true
	}
	return "", false
}

// inner is the address that a packet to addr ends at: IPv4 inside the mapped
// form or inside the well-known NAT64 prefix is unwrapped, a zone is dropped.
func inner(addr netip.Addr) netip.Addr {
	a := addr.Unmap().WithZone("")
	if nat64.Contains(a) {
		b := a.As16()
		return netip.AddrFrom4([4]byte(b[12:]))
	}
	return a
}

// badPorts are ports below 1024 and some above on which other protocols
// listen that could be talked into something by a request of ours: the "bad
// port" list of the Fetch standard, and databases.
var badPorts = map[string]bool{
	"0": true, "1": true, "7": true, "9": true, "11": true, "13": true, "15": true, "17": true, "19": true, "20": true,
	"21": true, "22": true, "23": true, "25": true, "37": true, "42": true, "43": true, "53": true, "69": true,
	"77": true, "79": true, "87": true, "95": true, "101": true, "102": true, "103": true, "104": true, "109": true,
	"110": true, "111": true, "113": true, "115": true, "117": true, "119": true, "123": true, "135": true, "137": true,
	"139": true, "143": true, "161": true, "179": true, "389": true, "427": true, "445": true, "465": true, "512": true,
	"513": true, "514": true, "515": true, "526": true, "530": true, "531": true, "532": true, "540": true, "548": true,
	"554": true, "556": true, "563": true, "587": true, "601": true, "636": true, "989": true, "990": true, "993": true,
	"995": true, "1719": true, "1720": true, "1723": true, "2049": true, "3306": true, "3659": true, "4045": true,
	"4190": true, "5060": true, "5061": true, "5432": true, "6000": true, "6379": true, "6566": true, "6665": true,
	"6666": true, "6667": true, "6668": true, "6669": true, "6679": true, "6697": true, "10080": true, "11211": true,
}

// checkURL refuses what no partner's feed or page can be at, before anything
// is resolved.
func checkURL(u *url.URL) error {
	if u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("scheme %q: only http and https are fetched: %w", u.Scheme, nashra.ErrForbiddenAddress)
	}
	if u.Hostname() == "" {
		return fmt.Errorf("a URL without a host: %w", nashra.ErrForbiddenAddress)
	}
	if port := strings.TrimLeft(u.Port(), "0"); u.Port() != "" && (port == "" || badPorts[port]) {
		return fmt.Errorf("port %s is not a web server's: %w", u.Port(), nashra.ErrForbiddenAddress)
	}
	return nil
}

// checkTarget is the guard where a proxy dials for us: the host is resolved
// here and every address is checked.
//
// It is weaker than the dialer's guard, since the proxy resolves the name
// anew and may get another answer. A name that cannot be resolved here is left
// to the proxy, because a machine that reaches the world by proxy only often
// cannot resolve the world's names; names that are local by their form are
// refused all the same. Whoever runs a proxy next to inner services should
// refuse them there too.
func (g guard) checkTarget(ctx context.Context, host string) error {
	if addr, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return g.check(addr)
	}
	addrs, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		if localName(host) && !g.private {
			return fmt.Errorf("%s is a local name: %w; fetch.allow_private would allow it", host, nashra.ErrForbiddenAddress)
		}
		return nil
	}
	for _, addr := range addrs {
		if err := g.check(addr); err != nil {
			return err
		}
	}
	return nil
}

// localName reports whether host can only mean something inside our own
// network: one label, a number, or under a domain that no registry gives out.
func localName(host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	last := host[strings.LastIndexByte(host, '.')+1:]
	switch last {
	case "localhost", "local", "internal", "lan", "home", "corp", "intranet", "arpa", host:
		return true
	}
	return strings.Trim(last, "0123456789") == "" || strings.HasPrefix(last, "0x")
}
