package extractor

import (
	"cmp"

	"nashra"
)

// Stands reports whether the body of was, an article as it is stored, may stand
// for its page as long as that is the same: it was made of the page and not of
// the feed, and in the way that sub asks for now.
func Stands(sub nashra.Subscription, was nashra.Content) bool {
	return was.HTML != "" && was.Method != "feed" && (was.Method == "select") == (sub.Select != "")
}

// renewed is the article of a page that is unchanged and was not read again:
// the body that was made of it, and around that what the entry says now. What
// the entry leaves out is as it was, since it may come from the page.
func (x *extraction) renewed() nashra.Content {
	was := x.Unchanged
	b := body{method: was.Method}
	b.HTML, b.Origin = was.HTML, was.Credit.Origin
	c := x.content(b)
	c.Title = cmp.Or(c.Title, was.Title)
	c.Byline = cmp.Or(c.Byline, was.Byline)
	c.Image = cmp.Or(c.Image, was.Image)
	if c.Published.IsZero() {
		c.Published = was.Published
	}
	if c.Updated.IsZero() {
		c.Updated = was.Updated
	}
	fieldsOf(x.Subscription, *was).override(&c)
	c.Partial, c.Suspect = was.Partial, was.Suspect
	c.Excerpt, c.Language, c.Direction = was.Excerpt, was.Language, was.Direction
	return c
}
