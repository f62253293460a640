package publisher

import (
	"bytes"
	"encoding/json"
)

// The document of JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/), with
// our extension under "_nashra".
type (
	jsonFeed struct {
		Version     string       `json:"version"`
		Title       string       `json:"title"`
		HomePageURL string       `json:"home_page_url"`
		FeedURL     string       `json:"feed_url"`
		NextURL     string       `json:"next_url,omitempty"`
		Description string       `json:"description"`
		Icon        string       `json:"icon"`
		Authors     []jsonAuthor `json:"authors"`
		Language    string       `json:"language"`
		Hubs        []jsonHub    `json:"hubs,omitempty"`
		Nashra      jsonHistory  `json:"_nashra"`
		Items       []jsonItem   `json:"items"`
	}
	jsonItem struct {
		ID            string           `json:"id"`
		URL           string           `json:"url"`
		Title         string           `json:"title"`
		ContentHTML   string           `json:"content_html"`
		Summary       string           `json:"summary,omitempty"`
		Image         string           `json:"image,omitempty"`
		DatePublished string           `json:"date_published"`
		DateModified  string           `json:"date_modified,omitempty"`
		Authors       []jsonAuthor     `json:"authors"`
		Tags          []string         `json:"tags,omitempty"`
		Language      string           `json:"language,omitempty"`
		Attachments   []jsonAttachment `json:"attachments,omitempty"`
		Nashra        jsonNashra       `json:"_nashra"`
	}
	jsonAuthor struct {
		Name string `json:"name"`
		URL  string `json:"url,omitempty"`
	}
	jsonHub struct {
		Type string `json:"type"`
		URL  string `json:"url"`
	}
	// jsonHistory says where the document stands among those of its feed, as
	// RFC 5005 has it. URL is of the document itself: feed_url is the feed's.
	jsonHistory struct {
		About       string `json:"about"`
		URL         string `json:"url"`
		Archive     bool   `json:"archive,omitempty"`
		Complete    bool   `json:"complete,omitempty"`
		PrevArchive string `json:"prev_archive,omitempty"`
		NextArchive string `json:"next_archive,omitempty"`
	}
	jsonAttachment struct {
		URL      string `json:"url"`
		MIMEType string `json:"mime_type"`
		Size     int64  `json:"size_in_bytes,omitempty"`
	}
	// jsonNashra says what the format has no word for: our page of the
	// article, and the source, its feed and the terms under which it is carried.
	jsonNashra struct {
		Page    string `json:"page"`
		Source  string `json:"source"`
		Feed    string `json:"feed,omitempty"`
		Licence string `json:"licence,omitempty"`
	}
)

func writeJSONFeed(f feed) ([]byte, error) {
	doc := jsonFeed{
		Version: "https://jsonfeed.org/version/1.1", Title: f.Title, HomePageURL: f.Home, FeedURL: f.id(), NextURL: f.older(),
		Description: f.Description, Icon: f.Icon, Authors: []jsonAuthor{{f.Site, f.SiteURL}}, Language: f.Language,
		Nashra: jsonHistory{
			About: f.About, URL: f.Self, Archive: f.Archive, Complete: f.Complete,
			PrevArchive: f.PrevArchive, NextArchive: f.NextArchive,
		},
		Items: make([]jsonItem, 0, len(f.Entries)),
	}
	if f.Hub != "" {
		doc.Hubs = []jsonHub{{"WebSub", f.Hub}}
	}
	for _, v := range f.Entries {
		doc.Items = append(doc.Items, f.jsonItem(v))
	}
	return encodeJSON(doc)
}

// encodeJSON writes v without the escapes that only HTML needs.
func encodeJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func (f feed) jsonItem(v view) jsonItem {
	item := jsonItem{
		ID: urn(v), URL: f.link(v), Title: v.Title, ContentHTML: v.Body, Summary: v.Excerpt, Image: v.Image,
		DatePublished: atomTime(v.Published), Tags: v.Categories, Language: v.Language,
		Nashra: jsonNashra{Page: f.page(v), Source: v.Source.ID, Feed: partnerFeed(v), Licence: v.Source.Licence},
	}
	if v.Updated.After(v.Published) {
		item.DateModified = atomTime(v.Updated)
	}
	item.Authors = []jsonAuthor{{v.Source.Name, webURL(v.Source.Homepage)}}
	if v.Byline != "" {
		item.Authors = append(item.Authors, jsonAuthor{Name: v.Byline})
	}
	for _, e := range v.Enclosures {
		if e.Type != "" { // required
			item.Attachments = append(item.Attachments, jsonAttachment{e.URL, e.Type, e.Length})
		}
	}
	return item
}
