package ingest

import (
	"cmp"

	"nashra"
)

// names makes identities of a feed's entries, without the names that do not
// tell one article from another.
type names struct {
	partner  string
	distrust bool            // the feed's guids repeat with different links
	shared   map[string]bool // link keys that stand on several guids, as in a live blog
}

// learn looks for such names in what the feed sent.
func (n *names) learn(entries []nashra.Entry) {
	links := make(map[string]string, len(entries)) // by guid
	guids := make(map[string]string, len(entries)) // by link key
	for _, e := range entries {
		key := nashra.LinkKey(e.Link)
		if e.GUID == "" || key == "" {
			continue
		}
		if before, ok := links[e.GUID]; ok && before != key {
			n.distrust = true
		}
		if before, ok := guids[key]; ok && before != e.GUID {
			if n.shared == nil {
				n.shared = make(map[string]bool)
			}
			n.shared[key] = true
		}
		links[e.GUID], guids[key] = key, e.GUID
	}
}

// identity of an entry. A guid that is not trusted falls to the link, a link
// that is shared to the guid.
func (n *names) identity(e nashra.Entry) nashra.Identity {
	id := nashra.Identity{Partner: n.partner, GUID: e.GUID, Link: e.Link, Title: e.Title}
	switch {
	case n.distrust && e.Link != "":
		id.GUID = ""
	case e.GUID != "" && len(n.shared) > 0 && n.shared[nashra.LinkKey(e.Link)]:
		id.Link = ""
	}
	return id
}

// articleKey is what tells the entries of one feed apart: the first part of
// an identity that there is.
func articleKey(id nashra.Identity) string {
	if key := id.GUIDKey(); key != "" {
		return key
	}
	return cmp.Or(nashra.LinkKey(id.Link), id.Title)
}
