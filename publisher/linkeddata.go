package publisher

import (
	"nashra"
	"nashra/internal/arabic"
)

// What search engines and readers' assistants take from a page without reading
// it: JSON-LD in the words of schema.org. The templates escape it for its place
// in a script element, which no browser runs, because its type is data.

// newsArticle is https://schema.org/NewsArticle, of a copy that says whose it is.
type newsArticle struct {
	Context            string       `json:"@context"`
	Type               string       `json:"@type"`
	ID                 string       `json:"@id"`
	URL                string       `json:"url"`
	MainEntityOfPage   string       `json:"mainEntityOfPage"`
	Headline           string       `json:"headline"`
	Description        string       `json:"description,omitempty"`
	Image              []string     `json:"image,omitempty"`
	DatePublished      string       `json:"datePublished"`
	DateModified       string       `json:"dateModified"`
	InLanguage         string       `json:"inLanguage,omitempty"`
	ArticleSection     string       `json:"articleSection,omitempty"`
	Keywords           []string     `json:"keywords,omitempty"`
	Author             organization `json:"author"`
	Publisher          organization `json:"publisher"`
	SourceOrganization organization `json:"sourceOrganization"`
	CopyrightHolder    organization `json:"copyrightHolder"`
	CreditText         string       `json:"creditText"`
	IsBasedOn          string       `json:"isBasedOn,omitempty"`
	License            string       `json:"license,omitempty"`
	Free               bool         `json:"isAccessibleForFree"`
}

// organization is a Person where it is a byline.
type organization struct {
	Type string `json:"@type"`
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

// breadcrumbList is https://schema.org/BreadcrumbList.
type breadcrumbList struct {
	Context string           `json:"@context"`
	Type    string           `json:"@type"`
	Items   []breadcrumbItem `json:"itemListElement"`
}

type breadcrumbItem struct {
	Type     string `json:"@type"`
	Position int    `json:"position"`
	Name     string `json:"name"`
	Item     string `json:"item"` // URL
}

const schemaOrg = "https://schema.org"

func (s *Server) newsArticle(v view) newsArticle {
	page := s.absolute(v.Path)
	partner := organization{"NewsMediaOrganization", v.Source.Name, webURL(v.Source.Homepage)}
	a := newsArticle{
		Context: schemaOrg, Type: "NewsArticle", ID: page + "#article", URL: page, MainEntityOfPage: page,
		Headline: v.Title, Description: v.Excerpt,
		DatePublished: atomTime(v.Published), DateModified: atomTime(v.Updated), InLanguage: v.Language,
		ArticleSection: line(v.Source.Category, maxName), Keywords: v.Categories,
		Author:    partner,
		Publisher: organization{"Organization", s.site.Name, s.absolute("/")},

		SourceOrganization: partner, CopyrightHolder: partner, CreditText: v.Source.Name,
		IsBasedOn: v.Original, License: webURL(v.Source.Licence), Free: true,
	}
	if v.Byline != "" {
		a.Author = organization{Type: "Person", Name: v.Byline}
	}
	if v.Image != "" {
		a.Image = []string{v.Image}
	}
	return a
}

// breadcrumbs is the way to the page here.
func (s *Server) breadcrumbs(trail []crumb, here crumb) breadcrumbList {
	list := breadcrumbList{Context: schemaOrg, Type: "BreadcrumbList"}
	for i, c := range append(trail[:len(trail):len(trail)], here) {
		list.Items = append(list.Items, breadcrumbItem{"ListItem", i + 1, c.Name, s.absolute(c.Path)})
	}
	return list
}

// trailOf is the pages above that of a source.
func (s *Server) trailOf(src nashra.Source, c *catalogue) []crumb {
	trail := []crumb{s.rootPage()}
	if cat := c.category(arabic.Slug(src.Category)); cat != nil {
		trail = append(trail, crumb{cat.Name, cat.Path})
	}
	return trail
}
