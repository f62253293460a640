package fetcher

import (
	"bytes"
	"html"
	"net/url"
	"strings"
	"time"
)

// A mender rewrites the XML of a feed so that a parser of well-formed
// documents can read it: every tag it writes is closed in the right order, no
// character is forbidden, no entity is undeclared. It expands nothing that the
// document declares and drops document types, comments and processing
// instructions, so there are no external entities and no entity bombs.
//
// What it cannot mend is lost whole, an item at a time: half an item never
// comes through.
type mender struct {
	in   []byte
	pos  int
	out  []byte
	base *url.URL // of the document

	stack      []element
	rootPrefix string
	channels   int
	xhtml      map[string]bool // prefixes bound to XHTML
	encoded    map[string]bool // prefixes bound to the module of content:encoded
	budget     budget
	report     mended

	keep    int                                       // entries; twice as many are in out at most
	date    func(published, updated string) time.Time // of an entry, zero where it has none
	entries []extent                                  // that are in out
	dates   [2]string                                 // of the open item: published, updated
	before  budget                                    // what was spent when it began
}

// mended is a rewritten document and what was done to it.
type mended struct {
	text []byte

	root     string // name of the root element without prefix, lower case; "" for none
	items    int    // whole items in text
	beyond   int    // whole items that are older, left out
	lost     int    // items that were not whole, left out
	repaired int    // tags that were not opened or not closed
	open     bool   // the document ended before its root element did
	noEnds   bool   // items follow each other without end tags

	entries  []extent // the whole items
	uncommon bool     // items are not all in the channel of RSS, or what is around them gives them another meaning
}

// element is an open one.
type element struct {
	name   string // as it was written to the output
	alias  string // as it was read, where that is another
	local  string // without prefix, lower case
	start  int    // offset of its tag in the output
	inner  int    // offset of its content in the output
	item   bool
	within bool // an item, or inside one
	based  bool // an xml:base is in force
	base64 bool // its text is
	dates  int  // 1 + its place in mender.dates, 0 for no date of an item

	native     bool // inside an element that is read in one go
	extension  int  // offset at which the extension around it begins, -1 for none
	namespaces int  // declared for it and around it
}

// mend rewrites text, which is valid UTF-8, with the keep newest of its items by
// date. base is where the document came from; nil: unknown.
func mend(text []byte, base *url.URL, keep int, date func(published, updated string) time.Time) mended {
	m := &mender{
		in: text, base: base, keep: keep, date: date,
		out:   make([]byte, 0, min(len(text)+len(text)/16+64, largeBody)),
		xhtml: map[string]bool{}, encoded: map[string]bool{"content": true},
	}
	for m.pos < len(m.in) && m.step() {
	}
	m.finish()
	if len(m.entries) > m.keep {
		m.prune()
	}
	m.report.text, m.report.entries = m.out, m.entries
	return m.report
}

// step copies the text up to the next tag, and that tag. It returns false at
// the end of the document and where a tag does not end.
func (m *mender) step() bool {
	at := bytes.IndexByte(m.in[m.pos:], '<')
	if at < 0 {
		m.text(m.in[m.pos:])
		m.pos = len(m.in)
		return false
	}
	m.text(m.in[m.pos : m.pos+at])
	m.pos += at
	rest := m.in[m.pos:]
	switch {
	case bytes.HasPrefix(rest, []byte(cdataBegin)):
		return m.cdata(rest)
	case bytes.HasPrefix(rest, []byte("<!--")):
		return m.skip(rest, "-->")
	case bytes.HasPrefix(rest, []byte("<!")):
		return m.doctype(rest)
	case bytes.HasPrefix(rest, []byte("<?")):
		return m.skip(rest, "?>") || m.skip(rest, ">")
	case len(rest) > 2 && rest[1] == '/' && nameStart(rest[2]):
		return m.endTag(rest)
	case len(rest) > 1 && nameStart(rest[1]):
		return m.startTag(rest)
	}
	m.text(rest[:1])
	m.pos++
	return true
}

func (m *mender) skip(rest []byte, end string) bool {
	at := bytes.Index(rest, []byte(end))
	if at < 0 {
		return false
	}
	m.pos += at + len(end)
	return true
}

const cdataBegin, cdataEnd = "<![CDATA[", "]]>"

func (m *mender) cdata(rest []byte) bool {
	at := bytes.Index(rest[len(cdataBegin):], []byte(cdataEnd))
	if at < 0 {
		return false
	}
	if !m.spend(m.top()) {
		return false
	}
	if len(m.stack) > 0 {
		m.out = append(m.out, cdataBegin...)
		m.out = appendAllowed(m.out, rest[len(cdataBegin):len(cdataBegin)+at])
		m.out = append(m.out, cdataEnd...)
	}
	m.pos += len(cdataBegin) + at + len(cdataEnd)
	return true
}

// doctype passes over a document type with its internal subset.
func (m *mender) doctype(rest []byte) bool {
	brackets, quote := 0, byte(0)
	for i := 2; i < len(rest); i++ {
		switch c := rest[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case bytes.HasPrefix(rest[i:], []byte("<!--")):
			end := bytes.Index(rest[i:], []byte("-->"))
			if end < 0 {
				return false
			}
			i += end + 2
		case brackets > 0 && (c == '"' || c == '\''):
			quote = c
		case c == '[':
			brackets++
		case c == ']':
			brackets--
		case c == '>' && brackets <= 0:
			m.pos += i + 1
			return true
		}
	}
	return false
}

func (m *mender) startTag(rest []byte) bool {
	tag, n, ok := readTag(rest)
	if !ok {
		return false
	}
	if n == 0 { // text, as in "3 <b"
		m.text(rest[:1])
		m.pos++
		return true
	}
	m.pos += n
	if m.report.root != "" && len(m.stack) == 0 {
		return true // after the root element
	}
	m.endBefore(tag.name)
	prefix, local, found := strings.Cut(tag.name, ":")
	if !found {
		prefix, local = "", tag.name
	}
	held := m.namespaces(&tag, strings.ToLower(local), m.top())
	xhtml := m.xhtml[prefix] || tag.attr("xmlns") == xhtmlNamespace
	if m.xhtml[prefix] {
		tag.name, prefix = local, ""
	}
	local = strings.ToLower(local)

	if prefix == "" && voids[local] && len(m.stack) > 0 {
		if !m.spend(m.top()) {
			return false
		}
		m.writeTag(tag, "/>")
		return true
	}
	if len(m.stack) >= maxDepth {
		m.report.repaired++
		return true
	}
	if m.report.root == "" {
		m.report.root, m.rootPrefix = local, prefix
	}
	if len(m.stack) == 1 && local == "channel" && m.report.root == "rss" {
		if m.channels++; m.channels > 1 { // of which gofeed reads the last alone
			m.report.repaired++
			return true
		}
	}
	e := element{name: tag.name, local: local, start: len(m.out), namespaces: held}
	parent := m.top()
	if parent != nil {
		e.item = containers[parent.local] && !parent.within && (local == "item" || local == "entry")
		e.within = e.item || parent.within
		e.based = parent.based
		if parent.item {
			e.dates = dateElements[local]
		}
		if parent.item && (local == "body" || local == "div") && xhtml {
			tag = xmlTag{name: "content:encoded", selfClosing: tag.selfClosing} // XHTML in RSS, an old custom
			e.name, e.alias = tag.name, local
		}
	}
	if e.item {
		m.dates, m.before = [2]string{}, m.budget
	}
	m.place(&e, parent, prefix, tag)
	if !m.spend(&e) {
		return false
	}
	m.rebase(&tag, &e)
	if parent != nil && m.report.root == "feed" && (parent.item || containers[parent.local]) {
		e.base64 = atomMode(&tag)
	}
	if e.local == "content" && !e.item && parent != nil && parent.item {
		m.hoist(&tag)
		m.writeTag(tag, ">")
	} else {
		m.writeTag(tag, ">")
		if e.item || e.local == "channel" {
			m.hoist(&tag)
		}
	}
	e.inner = len(m.out)
	m.stack = append(m.stack, e)
	if tag.selfClosing {
		m.closeTo(len(m.stack)-1, true)
	}
	return true
}

// endBefore closes what must have ended where an element of that name begins:
// an item before the next item, a leaf of an item before the next leaf.
func (m *mender) endBefore(name string) {
	top := m.top()
	switch {
	case top == nil:
		return
	case top.item && strings.EqualFold(top.name, name):
		m.report.noEnds = true
	case leaves[top.name] && leaves[name] && len(m.stack) > 1 && m.stack[len(m.stack)-2].item:
	default:
		return
	}
	m.report.repaired++
	m.closeTo(len(m.stack)-1, true)
}

// containers are what items stand in; "rss" because some feeds forget the
// channel.
var containers = map[string]bool{"rss": true, "rdf": true, "channel": true, "feed": true}

// leaves are elements of an RSS item that hold no other of them: where one
// begins inside another, that one's end tag is missing.
var leaves = map[string]bool{"title": true, "link": true, "guid": true, "pubDate": true, "description": true}

// voids are elements of HTML that have no end tag and no namesake in a feed.
// Where they come unescaped, their end tags would be read as a second element.
var voids = map[string]bool{"br": true, "hr": true, "img": true, "wbr": true, "input": true}

// rebase makes an xml:base absolute, and cuts it to the directory that
// relative addresses start from: gofeed takes every base for a directory.
func (m *mender) rebase(tag *xmlTag, e *element) {
	for i, a := range tag.attrs {
		if a.name != "xml:base" {
			continue
		}
		m.report.uncommon = true
		base, err := url.Parse(strings.TrimSpace(html.UnescapeString(a.value)))
		if err != nil {
			return
		}
		if !base.IsAbs() && m.base != nil && !e.based {
			base = m.base.ResolveReference(base)
		}
		if base.IsAbs() && base.Opaque == "" {
			base = base.ResolveReference(&url.URL{Path: "."})
		}
		tag.attrs[i].value = base.String()
		e.based = true
	}
}

func (m *mender) endTag(rest []byte) bool {
	end := bytes.IndexByte(rest, '>')
	if end < 0 {
		return false
	}
	m.pos += end + 1
	name := string(rest[2 : 2+nameLen(rest[2:end])])
	if prefix, local, found := strings.Cut(name, ":"); found && m.xhtml[prefix] {
		name = local
	}
	if voids[strings.ToLower(name)] {
		return true
	}
	i := m.indexOf(name)
	if i < 0 {
		if len(m.stack) > 0 {
			m.report.repaired++
		}
		return true
	}
	m.closeTo(i, true)
	return true
}

// indexOf is the place of the innermost open element of that name, -1 for none.
func (m *mender) indexOf(name string) int {
	for i := len(m.stack) - 1; i >= 0; i-- {
		if e := &m.stack[i]; strings.EqualFold(e.name, name) || e.alias != "" && strings.EqualFold(e.alias, name) {
			return i
		}
	}
	return -1
}

func (m *mender) top() *element {
	if len(m.stack) == 0 {
		return nil
	}
	return &m.stack[len(m.stack)-1]
}

// closeTo closes the open elements down to the one at i; whole says that i
// itself was closed by its own end tag. An item that is closed only because
// something around it ends is lost.
func (m *mender) closeTo(i int, whole bool) {
	for len(m.stack) > i {
		last := len(m.stack) - 1
		e := m.stack[last]
		m.stack = m.stack[:last]
		own := whole && last == i
		if !own {
			m.report.repaired++
		}
		if e.item && !own && !m.report.noEnds {
			m.out = m.out[:e.start]
			m.report.lost++
			continue
		}
		if e.base64 {
			m.decode(e.inner)
		}
		if e.dates > 0 && m.dates[e.dates-1] == "" {
			m.dates[e.dates-1] = string(m.out[e.inner:min(len(m.out), e.inner+maxDate)])
		}
		m.out = append(m.out, "</"...)
		m.out = append(m.out, e.name...)
		m.out = append(m.out, '>')
		if e.item {
			m.took(e)
		}
	}
}

// finish closes what the document left open. What was begun and not ended
// inside the feed is dropped, an item or another element of the channel.
func (m *mender) finish() {
	if len(m.stack) == 0 {
		return
	}
	m.report.open = true
	for i, e := range m.stack {
		if containers[e.local] && !e.item {
			continue
		}
		if e.item {
			m.report.lost++
		}
		m.out = m.out[:e.start]
		m.stack = m.stack[:i]
		break
	}
	m.closeTo(0, false)
}

// text writes character data.
func (m *mender) text(data []byte) {
	if len(m.stack) > 0 {
		m.out = appendText(m.out, data)
	}
}

func (m *mender) writeTag(tag xmlTag, end string) {
	m.out = append(m.out, '<')
	m.out = append(m.out, tag.name...)
	for _, a := range tag.attrs {
		m.out = append(m.out, ' ')
		m.out = append(m.out, a.name...)
		m.out = append(m.out, `="`...)
		m.out = append(m.out, bytes.ReplaceAll(appendText(nil, []byte(a.value)), []byte{'"'}, []byte("&#34;"))...)
		m.out = append(m.out, '"')
	}
	m.out = append(m.out, end...)
}
