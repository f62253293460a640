package publisher

import "testing"

func TestWebURLMakesAddressesFitForFeeds(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "https://a.example/b?c=d#e", "https://a.example/b?c=d#e"},
		{"an Arabic path", "https://a.example/خبر", "https://a.example/%D8%AE%D8%A8%D8%B1"},
		{"escapes keep their spelling", "https://a.example/a%2fb", "https://a.example/a%2fb"},
		{"an Arabic query", `https://a.example/?q=خ "x"|y`, "https://a.example/?q=%D8%AE%20%22x%22%7Cy"},
		{"an Arabic host", "https://مثال.إختبار:8080/", "https://xn--mgbh0fb.xn--kgbechtv:8080/"},
		{"credentials go", "https://u:p@a.example/", "https://a.example/"},
		{"space around", " https://a.example/\n", "https://a.example/"},
		{"a script", "javascript:alert(1)", ""},
		{"data", "data:text/html,x", ""},
		{"a path", "/a", ""},
		{"no scheme", "//a.example/", ""},
		{"no host", "https:///a", ""},
		{"unreadable", "https://a.example/%zz", ""},
		{"nothing", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := webURL(tt.in); got != tt.want {
				t.Errorf("webURL(%q)\n got %q\nwant %q", tt.in, got, tt.want)
			}
		})
	}
}
