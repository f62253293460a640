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
		Description string       `json:"description"`
		Icon        string       `json:"icon"`
		Authors     []jsonAuthor `json:"authors"`
		Language    string       `json:"language"`
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
	jsonAttachment struct {
		URL      string `json:"url"`
		MIMEType string `json:"mime_type"`
		Size     int64  `json:"size_in_bytes,omitempty"`
	}
	// jsonNashra says what the format has no word for: our page of the
	// article, and the source and the terms under which it is carried.
	jsonNashra struct {
		Page    string `json:"page"`
		Source  string `json:"source"`
		Licence string `json:"licence,omitempty"`
	}
)

func writeJSONFeed(f feed) ([]byte, error) {
	doc := jsonFeed{
		Version: "https://jsonfeed.org/version/1.1", Title: f.Title, HomePageURL: f.Home, FeedURL: f.Self,
		Description: f.Description, Icon: f.Icon, Authors: []jsonAuthor{{f.Site, f.SiteURL}}, Language: f.Language,
		Items: make([]jsonItem, 0, len(f.Entries)),
	}
	for _, v := range f.Entries {
		doc.Items = append(doc.Items, f.jsonItem(v))
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(doc); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func (f feed) jsonItem(v view) jsonItem {
	item := jsonItem{
		ID: urn(v), URL: f.link(v), Title: v.Title, ContentHTML: v.Body, Summary: v.Excerpt, Image: v.Image,
		DatePublished: atomTime(v.Published), Tags: v.Categories, Language: v.Language,
		Nashra: jsonNashra{Page: f.page(v), Source: v.Source.ID, Licence: v.Source.Licence},
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
