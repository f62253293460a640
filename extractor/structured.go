package extractor

import (
	"cmp"
	"encoding/json"
	"html"
	"strings"
)

// structured is what a page's JSON-LD says of its article (schema.org Article
// and its kinds). Strings are as they came, entities apart.
type structured struct {
	headline, body, language, publisher, image string
	authors                                    []string
	captions                                   []string // of its pictures
	published, modified                        string

	gated      bool   // it is not accessible for free
	gatedParts string // CSS of what is not; "": not said
}

// maxNesting bounds how deep JSON-LD is followed.
const maxNesting = 12

// readStructured reads the JSON-LD scripts of a page. Of several articles the
// one whose headline is most like one of the titles is taken, else the only
// one; a list of many articles is none. What no article says of dates and
// picture, the page may say of itself.
func readStructured(scripts, titles []string) structured {
	var r ldReader
	for _, script := range scripts {
		r.values = append(r.values, decodeJSON(script)...)
	}
	for _, v := range r.values {
		r.collect(v, 0)
	}
	s := choose(r.articles, titles)
	s.published, s.modified, s.image = cmp.Or(s.published, r.page.published), cmp.Or(s.modified, r.page.modified), cmp.Or(s.image, r.page.image)
	return s
}

func choose(all []structured, titles []string) structured {
	switch len(all) {
	case 0:
		return structured{}
	case 1:
		return all[0]
	}
	best, like := -1, 0.5
	for _, title := range titles {
		want := tokens(title)
		for i := range all {
			if l := likeness(want, tokens(all[i].headline)); l > like {
				best, like = i, l
			}
		}
		if best >= 0 {
			return all[best]
		}
	}
	withBody := -1
	for i := range all {
		if all[i].body != "" {
			if withBody >= 0 {
				return structured{}
			}
			withBody = i
		}
	}
	if withBody >= 0 {
		return all[withBody]
	}
	return structured{}
}

// decodeJSON reads the values of a script, however many follow each other. A
// script that is broken is read after common faults are mended, and one that
// is broken still, by the strings of the keys that matter.
func decodeJSON(script string) []any {
	values, err := decodeAll(script)
	if err == nil {
		return values
	}
	// Comments and CDATA marks stand around it.
	from, to := strings.IndexAny(script, "{["), strings.LastIndexAny(script, "}]")
	if !strings.Contains(script, `"`) {
		script = html.UnescapeString(script)
		from, to = strings.IndexAny(script, "{["), strings.LastIndexAny(script, "}]")
	}
	inner := script
	if from >= 0 && from < to {
		inner = script[from : to+1]
	}
	if values, err = decodeAll(mendJSON(inner)); err == nil {
		return values
	}
	salvaged := map[string]any{}
	for _, key := range []string{"headline", "articleBody", "datePublished", "dateModified", "inLanguage"} {
		if s := salvageString(script, key); s != "" {
			salvaged[key] = s
		}
	}
	for key, inner := range map[string]string{"author": "name", "image": "url"} {
		if _, rest, ok := strings.Cut(script, `"`+key+`"`); ok {
			if s := cmp.Or(salvageString(rest[:min(len(rest), maxSalvaged)], inner), salvageString(script, key)); s != "" {
				salvaged[key] = s
			}
		}
	}
	if len(salvaged) > 0 {
		salvaged["@type"] = "NewsArticle"
		values = append(values, salvaged)
	}
	return values
}

// maxSalvaged is how far behind a key, in bytes, its object's own name stands in
// broken JSON.
const maxSalvaged = 300

func decodeAll(s string) ([]any, error) {
	var values []any
	dec := json.NewDecoder(strings.NewReader(s))
	for dec.More() {
		var v any
		if err := dec.Decode(&v); err != nil {
			return values, err
		}
		values = append(values, v)
	}
	return values, nil
}

// mendJSON repairs what content systems break: line breaks and tabs inside
// strings, backslashes that escape nothing, commas before a closing bracket,
// a semicolon at the end.
func mendJSON(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	inString := false
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case inString && c == '\\' && i+1 < len(s):
			i++
			if strings.IndexByte(`"\/bfnrtu`, s[i]) >= 0 {
				b.WriteByte('\\')
			}
			if s[i] >= 0x20 {
				b.WriteByte(s[i])
			}
		case inString && c == '\n':
			b.WriteString(`\n`)
		case inString && c < 0x20:
			b.WriteByte(' ')
		case c == '"':
			inString = !inString
			b.WriteByte(c)
		case !inString && c == ';':
		case !inString && c == ',':
			j := i + 1
			for j < len(s) && (s[j] == ' ' || s[j] == '\n' || s[j] == '\r' || s[j] == '\t') {
				j++
			}
			if j < len(s) && (s[j] == '}' || s[j] == ']') {
				continue
			}
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// salvageString is the string that follows "key": in broken JSON.
func salvageString(s, key string) string {
	_, rest, ok := strings.Cut(s, `"`+key+`"`)
	if !ok {
		return ""
	}
	rest, ok = strings.CutPrefix(strings.TrimSpace(rest), ":")
	if !ok {
		return ""
	}
	rest = strings.TrimSpace(rest)
	if !strings.HasPrefix(rest, `"`) {
		return ""
	}
	for i := 1; i < len(rest); i++ {
		switch rest[i] {
		case '\\':
			i++
		case '"':
			var out string
			if json.Unmarshal([]byte(mendJSON(rest[:i+1])), &out) != nil {
				return ""
			}
			return out
		}
	}
	return ""
}

// ldReader reads a page's JSON-LD, whose objects may refer to each other.
type ldReader struct {
	values   []any
	articles []structured
	page     structured                // what the page says of itself
	nodes    map[string]map[string]any // result of node: the objects that have an @id; nil: nobody asked
}

// collect walks a JSON-LD value: objects, arrays, @graph, and whatever an object
// holds.
func (r *ldReader) collect(v any, depth int) {
	if depth > maxNesting || len(r.articles) >= 50 {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			r.collect(e, depth+1)
		}
	case map[string]any:
		if isArticle(v) {
			r.articles = append(r.articles, r.articleOf(v))
			return
		}
		if p := &r.page; p.published == "" && isPage(v) {
			p.published, p.modified = firstString(v["datePublished"], v["dateCreated"]), firstString(v["dateModified"])
			p.image = cmp.Or(r.addressOf(v["primaryImageOfPage"], 0), firstString(v["thumbnailUrl"]))
		}
		for _, key := range []string{"@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item", "hasPart"} {
			if e, ok := v[key]; ok {
				r.collect(e, depth+1)
			}
		}
	}
}

// isPage reports what the page says of itself.
func isPage(v map[string]any) bool {
	for _, t := range stringsOf(v["@type"]) {
		if t = t[strings.LastIndexAny(t, "/:#")+1:]; t == "WebPage" || t == "ItemPage" || t == "MedicalWebPage" {
			return true
		}
	}
	return false
}

// node is v or, where that is only a reference, the object that it means.
func (r *ldReader) node(v map[string]any) map[string]any {
	id, ok := v["@id"].(string)
	if !ok || v["name"] != nil || v["url"] != nil {
		return v
	}
	if r.nodes == nil {
		r.nodes = map[string]map[string]any{}
		for _, v := range r.values {
			r.index(v, 0)
		}
	}
	if n, ok := r.nodes[id]; ok {
		return n
	}
	return v
}

func (r *ldReader) index(v any, depth int) {
	if depth > maxNesting || len(r.nodes) > maxNodes {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			r.index(e, depth+1)
		}
	case map[string]any:
		if id, ok := v["@id"].(string); ok && len(v) > 2 {
			r.nodes[id] = v
		}
		for _, e := range v {
			r.index(e, depth+1)
		}
	}
}

// maxNodes bounds the objects of a page that others refer to.
const maxNodes = 1000

func isArticle(v map[string]any) bool {
	if s, ok := v["articleBody"].(string); ok && s != "" {
		return true
	}
	for _, t := range stringsOf(v["@type"]) {
		t = t[strings.LastIndexAny(t, "/:#")+1:]
		switch {
		case strings.HasSuffix(t, "Article"), strings.HasSuffix(t, "BlogPosting"), strings.HasSuffix(t, "Report"),
			t == "LiveBlogPosting", t == "CreativeWork" && v["headline"] != nil:
			return true
		}
	}
	return false
}

func (r *ldReader) articleOf(v map[string]any) structured {
	s := structured{
		headline:  firstString(v["headline"], v["name"]),
		body:      firstString(v["articleBody"]),
		language:  firstString(v["inLanguage"]),
		publisher: r.nameOf(v["publisher"]),
		published: firstString(v["datePublished"], v["dateCreated"]),
		modified:  firstString(v["dateModified"]),
		image:     cmp.Or(r.addressOf(v["image"], 0), firstString(v["thumbnailUrl"])),
	}
	images, ok := v["image"].([]any)
	if !ok {
		images = []any{v["image"]}
	}
	for _, e := range images {
		if image, ok := e.(map[string]any); ok && len(s.captions) < 20 {
			if caption := firstString(image["caption"], image["description"]); caption != "" {
				s.captions = append(s.captions, caption)
			}
		}
	}
	s.gated = isFalse(v["isAccessibleForFree"])
	parts, ok := v["hasPart"].([]any)
	if !ok {
		parts = []any{v["hasPart"]}
	}
	for _, e := range parts {
		if part, ok := e.(map[string]any); ok && isFalse(part["isAccessibleForFree"]) {
			s.gated, s.gatedParts = true, firstString(part["cssSelector"])
			break
		}
	}
	authors := v["author"]
	if authors == nil {
		authors = v["creator"]
	}
	list, ok := authors.([]any)
	if !ok {
		list = []any{authors}
	}
	for _, a := range list {
		if name := r.nameOf(a); name != "" && len(s.authors) < 10 {
			s.authors = append(s.authors, name)
		}
	}
	return s
}

// isFalse reports a false, which many sites write as a string.
func isFalse(v any) bool {
	switch v := v.(type) {
	case bool:
		return !v
	case string:
		return strings.EqualFold(v[strings.LastIndexByte(v, '/')+1:], "false")
	}
	return false
}

func stringsOf(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, e := range v {
			if s, ok := e.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

// firstString is the first of the values that is text, with its entities read.
func firstString(values ...any) string {
	for _, v := range values {
		switch v := v.(type) {
		case string:
			if s := strings.TrimSpace(html.UnescapeString(v)); s != "" {
				return s
			}
		case []any:
			if list := stringsOf(v); len(list) > 0 {
				return strings.TrimSpace(html.UnescapeString(strings.Join(list, "\n")))
			}
		case map[string]any: // {"@value": …} and language objects
			if s := firstString(v["@value"], v["alternateName"], v["name"], v["rendered"]); s != "" {
				return s
			}
		}
	}
	return ""
}

func (r *ldReader) nameOf(v any) string {
	switch v := v.(type) {
	case string:
		if strings.HasPrefix(v, "http://") || strings.HasPrefix(v, "https://") {
			return ""
		}
		return firstString(v)
	case []any:
		if len(v) > 0 {
			return r.nameOf(v[0])
		}
	case map[string]any:
		return firstString(r.node(v)["name"])
	}
	return ""
}

func (r *ldReader) addressOf(v any, depth int) string {
	if depth > 3 {
		return ""
	}
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case []any:
		if len(v) > 0 {
			return r.addressOf(v[0], depth+1)
		}
	case map[string]any:
		v = r.node(v)
		if s := r.addressOf(v["url"], depth+1); s != "" {
			return s
		}
		return r.addressOf(v["contentUrl"], depth+1)
	}
	return ""
}

// shingleSet is the set of a text's four-word sequences, as hashes.
type shingleSet map[uint64]struct{}

const shingleWords = 4

func shinglesOf(words []string) shingleSet {
	set := make(shingleSet, len(words))
	eachShingle(words, func(h uint64) { set[h] = struct{}{} })
	return set
}

func eachShingle(words []string, visit func(uint64)) {
	for i := 0; i+shingleWords <= len(words); i++ {
		h := uint64(14695981039346656037)
		for _, w := range words[i : i+shingleWords] {
			for j := 0; j < len(w); j++ {
				h = (h ^ uint64(w[j])) * 1099511628211
			}
			h = (h ^ ' ') * 1099511628211
		}
		visit(h)
	}
}

// share is the part of words' sequences that set holds, 0 to 1; 0 for fewer
// words than a sequence has.
func (set shingleSet) share(words []string) float64 {
	in, all := 0, 0
	eachShingle(words, func(h uint64) {
		all++
		if _, ok := set[h]; ok {
			in++
		}
	})
	if all == 0 {
		return 0
	}
	return float64(in) / float64(all)
}
