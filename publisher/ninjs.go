package publisher

import (
	"cmp"
	"fmt"
	"strconv"

	"nashra"
)

// The news objects of IPTC ninjs 2.1 (https://iptc.org/standards/ninjs/), as
// far as we have something to say in them. A feed is one object of the type
// composite, whose associations are the articles.
type (
	ninjs struct {
		Name            string         `json:"name,omitempty"` // of an associated object
		URI             string         `json:"uri"`
		Standard        *ninjsStandard `json:"standard,omitempty"`
		Type            string         `json:"type,omitempty"`
		Representation  string         `json:"representationtype,omitempty"`
		Version         string         `json:"version,omitempty"`
		FirstCreated    string         `json:"firstcreated,omitempty"`
		VersionCreated  string         `json:"versioncreated,omitempty"`
		ContentCreated  string         `json:"contentcreated,omitempty"`
		PubStatus       string         `json:"pubstatus,omitempty"`
		CopyrightHolder string         `json:"copyrightholder,omitempty"`
		UsageTerms      string         `json:"usageterms,omitempty"`
		Language        string         `json:"language,omitempty"`
		Title           string         `json:"title,omitempty"`
		By              string         `json:"by,omitempty"`
		Headlines       []ninjsText    `json:"headlines,omitempty"`
		Descriptions    []ninjsText    `json:"descriptions,omitempty"`
		Bodies          []ninjsText    `json:"bodies,omitempty"`
		Subjects        []ninjsParty   `json:"subjects,omitempty"`
		InfoSources     []ninjsParty   `json:"infosources,omitempty"`
		Renditions      []ninjsFile    `json:"renditions,omitempty"`
		Associations    []ninjs        `json:"associations,omitempty"`
		AltIDs          []ninjsID      `json:"altids,omitempty"`
		EdNote          string         `json:"ednote,omitempty"`
	}
	ninjsStandard struct {
		Name    string `json:"name"`
		Version string `json:"version"`
		Schema  string `json:"schema"`
	}
	ninjsText struct {
		Role        string `json:"role,omitempty"`
		ContentType string `json:"contenttype,omitempty"`
		Value       string `json:"value"`
	}
	ninjsParty struct {
		Name string `json:"name"`
		URI  string `json:"uri,omitempty"`
	}
	ninjsFile struct {
		Name        string `json:"name"`
		Href        string `json:"href"`
		ContentType string `json:"contenttype,omitempty"`
		Size        int64  `json:"sizeinbytes,omitempty"`
	}
	ninjsID struct {
		Role  string `json:"role"`
		Value string `json:"value"`
	}
)

// writeNinjs writes ninjs for newsrooms. What was taken back is told as they
// know it: an object that is canceled.
func writeNinjs(f feed) ([]byte, error) {
	doc := ninjs{
		URI: f.Self, Type: "composite", Title: f.Title, Language: f.Language, By: f.Site, VersionCreated: atomTime(f.Updated),
		Standard:     &ninjsStandard{"ninjs", "2.1", "https://www.iptc.org/std/ninjs/ninjs-schema_2.1.json"},
		PubStatus:    "usable",
		Headlines:    []ninjsText{{"main", "text/plain", f.Title}},
		Descriptions: []ninjsText{{"summary", "text/plain", f.Description}},
	}
	for _, link := range f.links() {
		doc.AltIDs = append(doc.AltIDs, ninjsID{link[0], link[1]})
	}
	for _, v := range f.Entries {
		doc.Associations = append(doc.Associations, f.ninjs(v))
	}
	for _, r := range f.Removals {
		urn := nashra.URN(r.ID)
		doc.Associations = append(doc.Associations, ninjs{
			Name: urn, URI: urn, Type: "text", PubStatus: "canceled", VersionCreated: atomTime(r.At), EdNote: feedText.Removed,
		})
	}
	return encodeJSON(doc)
}

func (f feed) ninjs(v view) ninjs {
	n := ninjs{
		Name: v.Title, URI: urn(v), Type: "text", Representation: "full", Version: strconv.Itoa(v.Revision),
		FirstCreated: atomTime(v.FirstSeen), VersionCreated: atomTime(v.Updated), ContentCreated: atomTime(v.Published),
		PubStatus: "usable", CopyrightHolder: v.Source.Name,
		UsageTerms: cmp.Or(v.Source.Licence, fmt.Sprintf(feedText.UsageTerms, v.Source.Name)),
		Language:   cmp.Or(v.Language, "und"), By: v.Byline,
		Headlines:   []ninjsText{{"main", "text/plain", v.Title}},
		Bodies:      []ninjsText{{"main", "text/html", v.Body}},
		InfoSources: []ninjsParty{{v.Source.Name, webURL(v.Source.Homepage)}},
		AltIDs:      []ninjsID{{"page", f.page(v)}},
	}
	if v.Partial {
		n.Representation = "partial"
	}
	if v.Excerpt != "" {
		n.Descriptions = []ninjsText{{"summary", "text/plain", v.Excerpt}}
	}
	if v.Original != "" {
		n.AltIDs = append(n.AltIDs, ninjsID{"original", v.Original})
	}
	for _, name := range v.Categories {
		n.Subjects = append(n.Subjects, ninjsParty{Name: name})
	}
	if v.Image != "" {
		n.Associations = append(n.Associations, ninjs{
			Name: "picture", URI: v.Image, Type: "picture", Renditions: []ninjsFile{{Name: "original", Href: v.Image}},
		})
	}
	for _, e := range v.Enclosures {
		n.Renditions = append(n.Renditions, ninjsFile{"enclosure", e.URL, e.Type, max(e.Length, 0)})
	}
	return n
}
