package extractor

import (
	"bytes"
	"io"
)

// spoken is a page without what its scripts and styles hold, JSON-LD apart: the
// parser would spend up to a fifth of its time on that. The elements themselves
// stay, so that a source's selectors find the same tree.
func spoken(page []byte) io.Reader {
	var parts []io.Reader
	kept := 0
	for at := 0; ; {
		from, to := silence(page, at)
		if to < 0 {
			break
		}
		if from < to {
			parts = append(parts, bytes.NewReader(page[kept:from]))
			kept = to
		}
		at = to
	}
	return io.MultiReader(append(parts, bytes.NewReader(page[kept:]))...)
}

// maxTag is the most bytes of a start tag that is looked at.
const maxTag = 4096

// silence is what the next script or style from at on holds, page[from:to];
// to is negative where there is none, and from is to where it must stay.
//
// It is no parser: what looks like a script may stand in a comment, an
// attribute or another script, and text behind it. So nothing goes where
// another such element or the end of a comment comes before the end tag, nor
// where a quote of the start tag is open.
func silence(page []byte, at int) (from, to int) {
	n := bytes.Index(page[at:], []byte("<s"))
	if n < 0 {
		return 0, -1
	}
	at += n + 1
	name := ""
	for _, s := range []string{"script", "style"} {
		if isNamed(page[at:], s) {
			name = s
		}
	}
	if name == "" {
		return at, at
	}
	if n = bytes.IndexByte(page[at:min(len(page), at+maxTag)], '>'); n < 0 {
		return at, at
	}
	tag := bytes.ToLower(page[at : at+n])
	at += n + 1
	if bytes.Count(tag, []byte(`"`))%2 > 0 || bytes.Count(tag, []byte(`'`))%2 > 0 || bytes.Contains(tag, []byte("json")) && bytes.Contains(tag, []byte("ld")) {
		return at, at
	}
	for end := at; ; end++ {
		n := bytes.IndexByte(page[end:], '<')
		if n < 0 {
			return at, at
		}
		end += n
		switch rest := page[end+1:]; {
		case isNamed(rest, name):
			return at, at
		case bytes.HasPrefix(rest, []byte("/")) && isNamed(rest[1:], name):
			if bytes.Contains(page[at:end], []byte("-->")) {
				return end, end
			}
			return at, end
		}
	}
}

// isNamed reports whether a tag of which s is the rest has the name.
func isNamed(s []byte, name string) bool {
	if len(s) <= len(name) || !bytes.EqualFold(s[:len(name)], []byte(name)) {
		return false
	}
	switch s[len(name)] {
	case ' ', '\n', '\t', '\r', '\f', '/', '>':
		return true
	}
	return false
}
