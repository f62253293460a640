package fetcher

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"nashra"
)

// jsonFeed and jsonItem are JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/).
// A member of another type than the specification's costs only itself.
type jsonFeed struct {
	title, homePage, language jsonText
	author                    jsonAuthors // 1.0
	authors                   jsonAuthors
	self                      jsonText
	hubs                      jsonHubs
}

type jsonItem struct {
	ID            jsonText    `json:"id"`
	URL           jsonText    `json:"url"`
	ExternalURL   jsonText    `json:"external_url"`
	Title         jsonText    `json:"title"`
	Summary       jsonText    `json:"summary"`
	ContentHTML   jsonText    `json:"content_html"`
	ContentText   jsonText    `json:"content_text"`
	Image         jsonText    `json:"image"`
	BannerImage   jsonText    `json:"banner_image"`
	DatePublished jsonText    `json:"date_published"`
	DateModified  jsonText    `json:"date_modified"`
	Language      jsonText    `json:"language"`
	Tags          jsonTexts   `json:"tags"`
	Author        jsonAuthors `json:"author"` // 1.0
	Authors       jsonAuthors `json:"authors"`
	Attachments   jsonFiles   `json:"attachments"`
}

// jsonText is a string. A number, as ids often are, is the string that writes it.
type jsonText string

// UnmarshalJSON takes what is no text for an empty one.
func (t *jsonText) UnmarshalJSON(data []byte) error {
	var s string
	switch {
	case json.Unmarshal(data, &s) == nil:
		*t = jsonText(s)
	case len(data) > 0 && (data[0] == '-' || '0' <= data[0] && data[0] <= '9'):
		*t = jsonText(data)
	}
	return nil
}

// jsonTexts is a list of strings, or a single one.
type jsonTexts []string

// UnmarshalJSON takes what is no list for a list of one.
func (l *jsonTexts) UnmarshalJSON(data []byte) error {
	for _, value := range jsonList(data) {
		var t jsonText
		if err := t.UnmarshalJSON(value); err != nil {
			return err
		}
		*l = append(*l, string(t))
	}
	return nil
}

// jsonAuthors is a list of authors' names, or a single one.
type jsonAuthors []string

// UnmarshalJSON takes a bare string for a name.
func (l *jsonAuthors) UnmarshalJSON(data []byte) error {
	for _, value := range jsonList(data) {
		var author struct {
			Name jsonText `json:"name"`
		}
		if json.Unmarshal(value, &author) != nil {
			_ = json.Unmarshal(value, &author.Name) // never fails
		}
		*l = append(*l, string(author.Name))
	}
	return nil
}

// jsonFiles is a list of attachments.
type jsonFiles []rawEnclosure

// UnmarshalJSON passes over what is no attachment.
func (l *jsonFiles) UnmarshalJSON(data []byte) error {
	for _, value := range jsonList(data) {
		var file struct {
			URL  jsonText `json:"url"`
			Type jsonText `json:"mime_type"`
			Size jsonText `json:"size_in_bytes"`
		}
		if json.Unmarshal(value, &file) == nil {
			size, _ := strconv.ParseFloat(string(file.Size), 64) // 0 for what is no number
			*l = append(*l, rawEnclosure{string(file.URL), string(file.Type), strconv.FormatFloat(size, 'f', 0, 64)})
		}
	}
	return nil
}

// jsonHubs is a list of the addresses of WebSub hubs.
type jsonHubs []string

// UnmarshalJSON passes over hubs of other kinds.
func (l *jsonHubs) UnmarshalJSON(data []byte) error {
	for _, value := range jsonList(data) {
		var hub struct {
			Type jsonText `json:"type"`
			URL  jsonText `json:"url"`
		}
		if json.Unmarshal(value, &hub) == nil && strings.EqualFold(string(hub.Type), "WebSub") {
			*l = append(*l, string(hub.URL))
		}
	}
	return nil
}

// jsonList is the values of a list, or what is none as the only one.
func jsonList(data []byte) (list []json.RawMessage) {
	if json.Unmarshal(data, &list) != nil {
		return []json.RawMessage{data}
	}
	return list
}

// json takes over JSON Feed, item by item, so that one bad item and a document
// that was cut off cost no more than what is broken.
func (r *reading) json(text []byte) error {
	dec := json.NewDecoder(spaced{bytes.NewReader(text)})
	var feed jsonFeed
	items := jsonItems{reading: r}
	known, err := feed.read(dec, &items)
	if !known {
		if err != nil {
			return fmt.Errorf("the answer begins like JSON and is none: %w", nashra.ErrNotFeed)
		}
		return fmt.Errorf("the answer is a JSON document that is no JSON Feed: %w", nashra.ErrNotFeed)
	}
	r.feed.Title, r.feed.Language = valid(string(feed.title)), valid(string(feed.language))
	r.feed.Homepage = r.absolute(string(feed.homePage))
	r.named("self", string(feed.self))
	for _, hub := range feed.hubs {
		r.named("hub", hub)
	}
	if len(items.kept) > r.keep {
		items.prune()
	}
	r.older(len(items.kept), items.older)
	for _, e := range items.kept {
		if first(e.authors...) == "" {
			e.authors = append(feed.authors, feed.author...)
		}
		r.add(e)
	}
	if err != nil && len(items.kept) == 0 {
		return fmt.Errorf("the answer is broken JSON, in which no item is whole: %w", nashra.ErrNotFeed)
	}
	if err != nil {
		return tell(nashra.TroubleBroken, err, "the feed breaks off in the middle; %s", came(len(items.kept)))
	}
	return nil
}

// read reads the members of the outermost object. known reports whether it is
// a JSON Feed: it has a version or a list of items.
func (f *jsonFeed) read(dec *json.Decoder, items *jsonItems) (known bool, err error) {
	if _, err := dec.Token(); err != nil {
		return false, err
	}
	members := map[string]json.Unmarshaler{
		"title": &f.title, "home_page_url": &f.homePage, "language": &f.language,
		"author": &f.author, "authors": &f.authors, "feed_url": &f.self, "hubs": &f.hubs,
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return known, err
		}
		if key == "items" {
			if open, err := dec.Token(); err != nil {
				return known, err
			} else if open != json.Delim('[') {
				return known, fmt.Errorf("its items are no list")
			}
			known = true
			if err := items.read(dec); err != nil {
				return known, err
			}
			continue
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return known, unexpected(err)
		}
		if member, wanted := members[fmt.Sprint(key)]; wanted {
			_ = member.UnmarshalJSON(value) // never fails
		}
		known = known || key == "version"
	}
	_, err = dec.Token()
	return known, unexpected(err)
}

// jsonItems are the newest items of a feed while it is read.
type jsonItems struct {
	*reading
	kept  []*raw
	older int // that were left out
}

func (l *jsonItems) read(dec *json.Decoder) error {
	for dec.More() {
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return unexpected(err)
		}
		item := jsonItem{}
		if err := json.Unmarshal(value, &item); err != nil {
			l.feed.warn("an entry that is no JSON object was left out")
			continue
		}
		if l.kept = append(l.kept, item.raw(l.reading)); len(l.kept) >= 2*l.keep {
			l.prune()
		}
	}
	_, err := dec.Token()
	return unexpected(err)
}

// prune drops all items but the newest.
func (l *jsonItems) prune() {
	dates := make([]time.Time, len(l.kept))
	for i, e := range l.kept {
		dates[i] = l.date(append(e.published, e.updated...))
	}
	stay := stay(dates, l.keep)
	kept := l.kept[:0]
	for i, e := range l.kept {
		if stay[i] {
			kept = append(kept, e)
		}
	}
	l.older += len(l.kept) - len(kept)
	clear(l.kept[len(kept):])
	l.kept = kept
}

// unexpected is err, or what the end of input means in the middle of a document.
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (item *jsonItem) raw(r *reading) *raw {
	return &raw{
		guid:       string(item.ID),
		link:       r.firstLink([]string{string(item.URL), string(item.ExternalURL), webAddress(string(item.ID))}),
		title:      string(item.Title),
		summary:    string(item.Summary),
		body:       first(string(item.ContentHTML), textHTML(string(item.ContentText))),
		published:  someOf(string(item.DatePublished)),
		updated:    someOf(string(item.DateModified)),
		authors:    append(item.Authors, item.Author...),
		categories: item.Tags,
		enclosures: item.Attachments,
		language:   string(item.Language),
		image:      first(string(item.Image), string(item.BannerImage)),
	}
}

// spaced turns control characters, which JSON forbids inside strings and which
// some generators write there, into spaces. Between values they are space
// already.
type spaced struct{ r io.Reader }

func (s spaced) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	for i, c := range p[:n] {
		if c < ' ' {
			p[i] = ' '
		}
	}
	return n, err
}
