package fetcher_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"nashra"
	"nashra/fetcher"
)

func TestGuardKnowsEveryFormOfAnAddress(t *testing.T) {
	const ok, private, never = "public", "lifted by allow_private", "never lifted"
	tests := []struct{ addr, want string }{
		{"8.8.8.8", ok}, {"1.1.1.1", ok}, {"172.15.255.255", ok}, {"172.32.0.0", ok}, {"100.63.255.255", ok},
		{"100.128.0.0", ok}, {"192.0.1.0", ok}, {"198.17.255.255", ok}, {"198.20.0.0", ok}, {"223.255.255.255", ok},
		{"2606:4700::1111", ok}, {"2a00:1450::1", ok}, {"2001:4860:4860::8888", ok},
		{"::ffff:8.8.8.8", ok}, {"64:ff9b::808:808", ok},

		{"127.0.0.1", private}, {"127.255.255.254", private}, {"::1", private}, {"::ffff:127.0.0.1", private},
		{"64:ff9b::7f00:1", private}, {"64:ff9b:1::1", private},
		{"10.0.0.1", private}, {"172.16.0.1", private}, {"172.31.255.255", private}, {"192.168.1.1", private},
		{"::ffff:10.0.0.1", private}, {"64:ff9b::a00:1", private}, {"64:ff9b::c0a8:101", private},
		{"169.254.1.1", private}, {"fe80::1", private}, {"fe80::1%eth0", private}, {"fec0::1", private},
		{"100.64.0.1", private}, {"100.127.255.255", private}, {"fc00::1", private}, {"fd12:3456::1", private},
		{"192.0.0.1", private}, {"192.0.2.1", private}, {"198.51.100.1", private}, {"203.0.113.1", private},
		{"198.18.0.1", private}, {"198.19.255.255", private}, {"192.88.99.1", private},
		{"2001:db8::1", private}, {"3fff::1", private}, {"2001::1", private}, {"2001:2::1", private},
		{"2002:7f00:1::", private}, {"2002:808:808::1", private},

		{"0.0.0.0", never}, {"0.1.2.3", never}, {"::", never}, {"::ffff:0.0.0.0", never},
		{"224.0.0.1", never}, {"239.255.255.255", never}, {"ff02::1", never},
		{"240.0.0.1", never}, {"255.255.255.255", never}, {"::127.0.0.1", never}, {"100::1", never}, {"4000::1", never},
		{"169.254.169.254", never}, {"::ffff:169.254.169.254", never}, {"64:ff9b::a9fe:a9fe", never},
		{"fd00:ec2::254", never}, {"100.100.100.200", never}, {"168.63.129.16", never}, {"192.0.0.192", never},
	}
	for _, tt := range tests {
		t.Run(tt.addr, func(t *testing.T) {
			addr := netip.MustParseAddr(tt.addr)
			strict, lifted := fetcher.CheckAddress(addr, false), fetcher.CheckAddress(addr, true)
			if (strict == nil) != (tt.want == ok) || (lifted == nil) != (tt.want != never) {
				t.Errorf("got %v, with allow_private %v; want %s", strict, lifted, tt.want)
			}
			if strict == nil {
				return
			}
			if !errors.Is(strict, nashra.ErrForbiddenAddress) || !strings.Contains(strict.Error(), addr.String()) || !strings.Contains(strict.Error(), "allow: [") {
				t.Errorf("got %q, want the address and the key that allows it", strict)
			}
			one := netip.PrefixFrom(addr.Unmap().WithZone(""), addr.Unmap().BitLen())
			if err := fetcher.CheckAddress(addr, false, one); err != nil {
				t.Errorf("allowed by the source: got %v", err)
			}
		})
	}
	t.Run("another source's exception does not help", func(t *testing.T) {
		if fetcher.CheckAddress(netip.MustParseAddr("10.1.0.1"), false, netip.MustParsePrefix("10.0.0.0/16")) == nil {
			t.Error("no error")
		}
	})
}

func TestOnlyWebAddressesAreAsked(t *testing.T) {
	tests := []struct {
		url string
		ok  bool
	}{
		{"http://partner.example/", true},
		{"https://partner.example:8443/", true},
		{"http://partner.example:80/", true},
		{"ftp://partner.example/", false},
		{"file:///etc/passwd", false},
		{"gopher://partner.example/", false},
		{"http:///feed", false},
		{"http://partner.example:25/", false},
		{"http://partner.example:022/", false},
		{"http://partner.example:6379/", false},
		{"http://partner.example:0/", false},
		{"mailto:desk@partner.example", false},
	}
	for _, tt := range tests {
		u, err := url.Parse(tt.url)
		if err != nil {
			t.Fatal(err)
		}
		if err := fetcher.CheckURL(u); (err == nil) != tt.ok || err != nil && !errors.Is(err, nashra.ErrForbiddenAddress) {
			t.Errorf("%s: got %v", tt.url, err)
		}
	}
}

func TestGuardStandsInTheDialer(t *testing.T) {
	asked := 0
	server, sub := partner(t, func(w http.ResponseWriter, r *http.Request) { asked++ })
	port := server.URL[strings.LastIndexByte(server.URL, ':'):]
	c := newClient(t, func(cfg *fetcher.Config) { cfg.AllowPrivate = false })
	for _, host := range []string{"127.0.0.1", "localhost", "127.0.0.2", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"} {
		sub.Feed = "http://" + host + port + "/feed"
		if _, err := c.Feed(t.Context(), sub, nashra.Validators{}); !errors.Is(err, nashra.ErrForbiddenAddress) {
			t.Errorf("%s: got %v, want ErrForbiddenAddress", host, err)
		}
		if _, err := c.Page(t.Context(), sub, "http://"+host+port+"/page", fetcher.Remembered{}); !errors.Is(err, nashra.ErrForbiddenAddress) {
			t.Errorf("page on %s: got %v, want ErrForbiddenAddress", host, err)
		}
	}
	if asked != 0 {
		t.Errorf("the server was asked %d times", asked)
	}
}

func TestGuardHoldsForEveryHop(t *testing.T) {
	inner := 0
	secret := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { inner++ }))
	secret.Start()
	defer secret.Close()
	port := secret.URL[strings.LastIndexByte(secret.URL, ':'):]
	for _, to := range []string{"http://127.0.0.2" + port + "/", "http://[::1]" + port + "/", "file:///etc/passwd", "http://169.254.169.254/latest/", "//127.0.0.3" + port} {
		_, sub := partner(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", to)
			w.WriteHeader(http.StatusMovedPermanently)
		})
		sub.Allow = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
		c := newClient(t, func(cfg *fetcher.Config) { cfg.AllowPrivate = false })
		if _, err := c.Feed(t.Context(), sub, nashra.Validators{}); !errors.Is(err, nashra.ErrForbiddenAddress) {
			t.Errorf("to %s: got %v, want ErrForbiddenAddress", to, err)
		}
	}
	if inner != 0 {
		t.Errorf("the inner server was asked %d times", inner)
	}
}

func TestAllowIsTheSourcesOwn(t *testing.T) {
	_, allowed := partner(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, rssFeed(1)) })
	other := allowed
	allowed.Allow = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	c := newClient(t, func(cfg *fetcher.Config) { cfg.AllowPrivate = false })
	if _, err := c.Feed(t.Context(), allowed, nashra.Validators{}); err != nil {
		t.Fatalf("the source that may: %v", err)
	}
	// The connection of the first source is idle now, and must not be used.
	if _, err := c.Feed(t.Context(), other, nashra.Validators{}); !errors.Is(err, nashra.ErrForbiddenAddress) {
		t.Errorf("another source: got %v, want ErrForbiddenAddress", err)
	}
}

func TestLocalNamesAreRefusedBehindAProxy(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "db": true, "metadata.google.internal": true, "printer.local": true, "a.LOCALHOST.": true,
		"2130706433": true, "0x7f.1": true, "127.1": true, "0x7f000001": true,
		"partner.example": false, "www.partner.example.": false, "xn--mgbh0fb.xn--kgbechtv": false,
	} {
		if got := fetcher.LocalName(host); got != want {
			t.Errorf("LocalName(%q) = %v", host, got)
		}
	}
}

func TestProxyOfTheEnvironmentIsUsed(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, rssFeed(2)) }))
	defer proxy.Close()
	for _, name := range []string{"HTTP_PROXY", "http_proxy"} {
		t.Setenv(name, proxy.URL)
	}
	for _, name := range []string{"NO_PROXY", "no_proxy"} {
		t.Setenv(name, "")
	}
	c := newClient(t, func(cfg *fetcher.Config) { cfg.AllowPrivate = false })
	feed, err := c.Feed(t.Context(), subscription("http://93.184.215.14/feed"), nashra.Validators{})
	if err != nil || len(feed.Entries) != 2 {
		t.Errorf("got %+v, %v", feed, err)
	}
}

func TestProxyIsTrustedAndItsTargetsAreNot(t *testing.T) {
	var seen []string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.RequestURI)
		fmt.Fprint(w, rssFeed(1))
	}))
	defer proxy.Close()
	address, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	c := newClient(t, func(cfg *fetcher.Config) { cfg.AllowPrivate, cfg.Proxy = false, address })
	feed, err := c.Feed(t.Context(), subscription("http://93.184.215.14/feed"), nashra.Validators{})
	if err != nil || len(feed.Entries) != 1 {
		t.Fatalf("through the proxy: got %+v, %v", feed, err)
	}
	for _, target := range []string{"http://127.0.0.1:8080/feed", "http://localhost/feed", "http://10.0.0.1/feed", "http://[::1]/feed", proxy.URL} {
		if _, err := c.Feed(t.Context(), subscription(target), nashra.Validators{}); !errors.Is(err, nashra.ErrForbiddenAddress) {
			t.Errorf("%s: got %v, want ErrForbiddenAddress", target, err)
		}
	}
	if want := "[http://93.184.215.14/feed]"; fmt.Sprint(seen) != want {
		t.Errorf("the proxy saw %v, want %v", seen, want)
	}
}
