package extractor

import (
	"net/url"

	"golang.org/x/net/html"
)

// CleanBody is cleanBody for benchmarks, which measure it without the parsing
// before it.
func CleanBody(body *html.Node, page *url.URL) (text, origin string, err error) {
	c, err := cleanBody(body, page, nil, nil)
	return c.HTML, c.Origin, err
}
