package publisher_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"nashra"
)

// A rule of the JSON schema of IPTC ninjs 2.1.1 for one value.
type rule func(t *testing.T, path string, v any)

func is[T any](t *testing.T, path string, v any) (value T) {
	t.Helper()
	value, ok := v.(T)
	if !ok {
		t.Errorf("%s is %T, want %T", path, v, value)
	}
	return value
}

func aString(t *testing.T, path string, v any) { is[string](t, path, v) }
func aNumber(t *testing.T, path string, v any) { is[float64](t, path, v) }

func aDate(t *testing.T, path string, v any) {
	if _, err := time.Parse(time.RFC3339, is[string](t, path, v)); err != nil {
		t.Errorf("%s: %v", path, err)
	}
}

func aURI(t *testing.T, path string, v any) {
	if uri := is[string](t, path, v); !strings.HasPrefix(uri, "urn:nashra:") {
		webAddress(t, path, uri)
	}
}

func oneOf(values ...string) rule {
	return func(t *testing.T, path string, v any) {
		if !slices.Contains(values, is[string](t, path, v)) {
			t.Errorf("%s is %q, want one of %q", path, v, values)
		}
	}
}

// object checks properties, of which no others are allowed.
func object(required []string, rules map[string]rule) rule {
	return func(t *testing.T, path string, v any) {
		o := is[map[string]any](t, path, v)
		for _, name := range required {
			if _, ok := o[name]; !ok {
				t.Errorf("%s has no %s", path, name)
			}
		}
		for name, value := range o {
			if check := rules[name]; check != nil {
				check(t, path+"."+name, value)
			} else {
				t.Errorf("%s.%s is unknown", path, name)
			}
		}
	}
}

func list(of rule) rule {
	return func(t *testing.T, path string, v any) {
		for i, value := range is[[]any](t, path, v) {
			of(t, fmt.Sprintf("%s[%d]", path, i), value)
		}
	}
}

// ninjsRules are those of the properties that we use; of the others none may
// stand in what we write.
func ninjsRules() map[string]rule {
	words := list(object([]string{"value"}, map[string]rule{"role": aString, "contenttype": aString, "charcount": aNumber, "wordcount": aNumber, "value": aString}))
	party := list(object(nil, map[string]rule{"name": aString, "rel": aString, "role": aString, "uri": aURI, "literal": aString}))
	rules := map[string]rule{
		"uri": aURI, "type": oneOf("text", "audio", "video", "picture", "graphic", "composite", "component"),
		"representationtype": oneOf("full", "partial"), "version": aString,
		"firstcreated": aDate, "versioncreated": aDate, "contentcreated": aDate,
		"pubstatus": oneOf("usable", "withheld", "canceled"), "copyrightholder": aString, "usageterms": aString,
		"language": aString, "title": aString, "by": aString, "ednote": aString,
		"headlines": words, "descriptions": words, "bodies": words, "subjects": party, "infosources": party,
		"renditions": list(object([]string{"name"}, map[string]rule{"name": aString, "href": aURI, "contenttype": aString, "sizeinbytes": aNumber})),
		"altids":     list(object(nil, map[string]rule{"role": aString, "value": aString})),
		"standard":   object(nil, map[string]rule{"name": aString, "version": aString, "schema": aURI}),
	}
	rules["associations"] = func(t *testing.T, path string, v any) {
		within := ninjsRules()
		within["name"] = aString
		list(object([]string{"name", "uri"}, within))(t, path, v)
	}
	return rules
}

// ninjsObject is what tests look at in a news object.
type ninjsObject struct {
	URI, PubStatus, CopyrightHolder, UsageTerms, Type, EdNote string
	Bodies                                                    []struct{ Value string }
	Associations                                              []ninjsObject
}

func checkNinjs(t *testing.T, data, self string) []ninjsObject {
	t.Helper()
	var any any
	if err := json.Unmarshal([]byte(data), &any); err != nil {
		t.Fatal(err)
	}
	object([]string{"uri"}, ninjsRules())(t, "ninjs", any)
	var doc ninjsObject
	if err := json.Unmarshal([]byte(data), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.URI != self || doc.Type != "composite" {
		t.Errorf("the document is %q, a %s", doc.URI, doc.Type)
	}
	for _, a := range doc.Associations {
		if a.PubStatus == "usable" {
			if a.CopyrightHolder == "" || a.UsageTerms == "" {
				t.Errorf("%s: holder %q, terms %q", a.URI, a.CopyrightHolder, a.UsageTerms)
			}
			noteLastAndOnce(t, a.Bodies[0].Value)
		}
	}
	return doc.Associations
}

func TestNinjsFollowsItsSchema(t *testing.T) {
	w := newWorld(t)
	newsroom(w)
	ids := w.fetch("nile", hostile(), content("يُسحب", "https://nile.example/gone", began))
	w.mark(nashra.Mark{Kind: nashra.MarkHide, Article: ids[1]})
	for path, want := range map[string]int{"/ninjs.json": 13, "/source/fikrafann/ninjs.json": 1, "/category/%D8%B3%D9%8A%D8%A7%D8%B3%D9%87/ninjs.json": 1} {
		objects := checkNinjs(t, w.get(path).ok().body, siteURL+path)
		if len(objects) != want {
			t.Errorf("%s has %d objects, want %d", path, len(objects), want)
		}
	}
	objects := checkNinjs(t, w.get("/ninjs.json").ok().body, siteURL+"/ninjs.json")
	if last := objects[len(objects)-1]; last.URI != nashra.URN(ids[1]) || last.PubStatus != "canceled" || last.Bodies != nil {
		t.Errorf("what was taken back is told as %+v", last)
	}
	terms := checkNinjs(t, w.get("/source/fikrafann/ninjs.json").ok().body, siteURL+"/source/fikrafann/ninjs.json")[0]
	if terms.CopyrightHolder != fikra.Name || terms.UsageTerms != fikra.Licence {
		t.Errorf("holder %q, terms %q", terms.CopyrightHolder, terms.UsageTerms)
	}
}
