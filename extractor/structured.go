package extractor

import (
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
// one; a list of many articles is none.
func readStructured(scripts, titles []string) structured {
	var all []structured
	for _, script := range scripts {
		for _, v := range decodeJSON(script) {
			collectArticles(v, 0, &all)
		}
	}
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
	script = strings.TrimSpace(script)
	for _, wrap := range [][2]string{{"<!--", "-->"}, {"//<![CDATA[", "//]]>"}, {"<![CDATA[", "]]>"}} {
		if strings.HasPrefix(script, wrap[0]) {
			script = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(script, wrap[0]), wrap[1]))
		}
	}
	values, err := decodeAll(script)
	if err == nil {
		return values
	}
	if values, err = decodeAll(mendJSON(script)); err == nil {
		return values
	}
	salvaged := map[string]any{}
	for _, key := range []string{"headline", "articleBody", "datePublished", "dateModified", "inLanguage"} {
		if s := salvageString(script, key); s != "" {
			salvaged[key] = s
		}
	}
	if len(salvaged) > 0 {
		salvaged["@type"] = "NewsArticle"
		values = append(values, salvaged)
	}
	return values
}

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

// collectArticles walks a JSON-LD value: objects, arrays, @graph, and whatever
// an object holds.
func collectArticles(v any, depth int, all *[]structured) {
	if depth > maxNesting || len(*all) >= 50 {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			collectArticles(e, depth+1, all)
		}
	case map[string]any:
		if isArticle(v) {
			*all = append(*all, articleOf(v))
			return
		}
		for _, key := range []string{"@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item", "hasPart"} {
			if e, ok := v[key]; ok {
				collectArticles(e, depth+1, all)
			}
		}
	}
}

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

func articleOf(v map[string]any) structured {
	s := structured{
		headline:  firstString(v["headline"], v["name"]),
		body:      firstString(v["articleBody"]),
		language:  firstString(v["inLanguage"]),
		publisher: nameOf(v["publisher"]),
		published: firstString(v["datePublished"], v["dateCreated"]),
		modified:  firstString(v["dateModified"]),
		image:     addressOf(v["image"], 0),
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
		if name := nameOf(a); name != "" && len(s.authors) < 10 {
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
			if s := firstString(v["@value"], v["alternateName"], v["name"]); s != "" {
				return s
			}
		}
	}
	return ""
}

func nameOf(v any) string {
	switch v := v.(type) {
	case string:
		if strings.HasPrefix(v, "http://") || strings.HasPrefix(v, "https://") {
			return ""
		}
		return firstString(v)
	case []any:
		if len(v) > 0 {
			return nameOf(v[0])
		}
	case map[string]any:
		return firstString(v["name"])
	}
	return ""
}

func addressOf(v any, depth int) string {
	if depth > 3 {
		return ""
	}
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case []any:
		if len(v) > 0 {
			return addressOf(v[0], depth+1)
		}
	case map[string]any:
		if s := addressOf(v["url"], depth+1); s != "" {
			return s
		}
		return addressOf(v["contentUrl"], depth+1)
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
