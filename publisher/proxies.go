package publisher

import (
	"net/http"
	"net/netip"
	"strings"
)

// proxies are the addresses of those who may say whom they ask for. What
// anybody else says of that is not listened to.
type proxies []netip.Prefix

// secure reports whether the client's connection is by TLS, to us or to a
// proxy of ours.
func (p proxies) secure(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	if len(p) == 0 {
		return false
	}
	said := r.Header["X-Forwarded-Proto"]
	return len(said) == 1 && strings.EqualFold(strings.TrimSpace(said[0]), "https") && p.trusts(peer(r))
}

// client is the address of who asks: the last one of X-Forwarded-For that is no
// proxy of ours, since each proxy appends whom it was asked by. The zero value
// where it cannot be read.
func (p proxies) client(r *http.Request) netip.Addr {
	at := peer(r)
	said := strings.Split(strings.Join(r.Header["X-Forwarded-For"], ","), ",")
	for i := len(said) - 1; i >= 0 && p.trusts(at); i-- {
		before, err := netip.ParseAddr(strings.TrimSpace(said[i]))
		if err != nil {
			break
		}
		at = before.Unmap()
	}
	return at
}

func (p proxies) trusts(a netip.Addr) bool {
	for _, prefix := range p {
		if prefix.Contains(a) {
			return true
		}
	}
	return false
}

// peer is the address at the other end of the connection.
func peer(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap()
}
