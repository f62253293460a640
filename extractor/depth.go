package extractor

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// The parser gives up on pages with more than 512 open elements. Foreign pages
// have more, by a broken template or by malice, and their text is still wanted:
// such a page is flattened on its tokens and parsed again.
const (
	flatDepth  = 200 // containers that stay in a flattened page
	plainDepth = 0   // where even that is too deep: paragraphs alone
)

// parsePage parses a page of any depth. data is UTF-8.
func parsePage(data []byte) (*html.Node, error) {
	root, err := html.Parse(bytes.NewReader(data))
	for _, depth := range []int{flatDepth, plainDepth} {
		if err == nil {
			return root, nil
		}
		root, err = html.Parse(bytes.NewReader(flatten(data, depth)))
	}
	if err != nil {
		return nil, fmt.Errorf("parse page: %w", err)
	}
	return root, nil
}

// parseFragment parses the HTML of a body, of any depth.
func parseFragment(body string) ([]*html.Node, error) {
	context := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	nodes, err := html.ParseFragment(strings.NewReader(body), context)
	for _, depth := range []int{flatDepth, plainDepth} {
		if err == nil {
			return nodes, nil
		}
		nodes, err = html.ParseFragment(bytes.NewReader(flatten([]byte(body), depth)), context)
	}
	if err != nil {
		return nil, fmt.Errorf("parse body: %w", err)
	}
	return nodes, nil
}

// flatten rewrites HTML so that at most depth elements are open at once. Tags
// deeper than that go, and where they parted blocks, a paragraph begins. With
// depth 0 nothing stays but text in paragraphs.
func flatten(data []byte, depth int) []byte {
	f := flattener{depth: depth, open: map[string]int{}}
	f.out.Grow(len(data))
	z := html.NewTokenizer(bytes.NewReader(data))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return f.out.Bytes()
		case html.TextToken:
			if f.silent == "" {
				f.write(z.Raw())
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			raw := bytes.Clone(z.Raw())
			name, _ := z.TagName()
			f.start(string(name), raw)
		case html.EndTagToken:
			name, _ := z.TagName()
			f.end(string(name))
		}
	}
}

type flattener struct {
	out    bytes.Buffer
	depth  int
	stack  []flatElement
	open   map[string]int // open elements of a name
	kept   int            // of the stack, those that were written
	broken bool           // the last thing written is a paragraph break
	silent string         // the element whose text is dropped: script or style
}

type flatElement struct {
	name string
	kept bool
}

func (f *flattener) write(raw []byte) {
	f.out.Write(raw)
	if len(bytes.TrimSpace(raw)) > 0 {
		f.broken = false
	}
}

func (f *flattener) parting(name string) {
	a := atom.Lookup([]byte(name))
	if a != atom.Br && !isBlockTag(a) || f.broken {
		return
	}
	f.out.WriteString("<p>")
	f.broken = true
}

func (f *flattener) start(name string, raw []byte) {
	f.silent = ""
	if voidTags[name] {
		if f.depth > 0 {
			f.write(raw)
		} else {
			f.parting(name)
		}
		return
	}
	if closesItself[name] && len(f.stack) > 0 && f.stack[len(f.stack)-1].name == name {
		f.pop()
	}
	keep := f.kept < f.depth && !(f.kept > f.depth/2 && formatting[name])
	f.stack = append(f.stack, flatElement{name, keep})
	f.open[name]++
	switch {
	case keep:
		f.kept++
		f.write(raw)
	case name == "script" || name == "style" || name == "title":
		f.silent = name
	default:
		f.parting(name)
	}
}

func (f *flattener) end(name string) {
	f.silent = ""
	if f.open[name] == 0 {
		return
	}
	for len(f.stack) > 0 {
		if f.pop() == name {
			return
		}
	}
}

// pop closes the innermost open element and returns its name.
func (f *flattener) pop() string {
	e := f.stack[len(f.stack)-1]
	f.stack = f.stack[:len(f.stack)-1]
	f.open[e.name]--
	if e.kept {
		f.kept--
		f.write([]byte("</" + e.name + ">"))
	} else {
		f.parting(e.name)
	}
	return e.name
}

var (
	voidTags = wordList(`area base br col embed hr img input link meta param source track wbr`)
	// closesItself ends where one of the same name begins.
	closesItself = wordList(`p li dt dd td th tr option`)
	// formatting elements are opened again by the parser in every block that
	// follows until they are closed.
	formatting = wordList(`a b big code em font i nobr s small strike strong tt u`)
)
