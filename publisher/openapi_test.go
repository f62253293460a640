package publisher_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"nashra"
)

// apiDocument is the served document, and its schemas, which allow no key that
// they do not name.
type apiDocument struct {
	*testing.T
	doc      map[string]any
	compiler *jsonschema.Compiler
}

func newAPIDocument(t *testing.T, w *world) *apiDocument {
	t.Helper()
	a := &apiDocument{T: t, doc: w.desk("/api/v1/openapi.json").ok().object(), compiler: jsonschema.NewCompiler()}
	a.compiler.AssertFormat()
	closeObjects(a.at("components", "schemas"))
	if err := a.compiler.AddResource("openapi.json", a.doc); err != nil {
		t.Fatal(err)
	}
	return a
}

// closeObjects forbids, in a schema and those in it, what is not named.
func closeObjects(schema any) {
	switch v := schema.(type) {
	case map[string]any:
		if _, ok := v["properties"].(map[string]any); ok {
			v["additionalProperties"] = false
		}
		for _, inner := range v {
			closeObjects(inner)
		}
	case []any:
		for _, inner := range v {
			closeObjects(inner)
		}
	}
}

// at is what stands in the document under these keys; nil: nothing.
func (a *apiDocument) at(keys ...string) any {
	var v any = a.doc
	for _, key := range keys {
		o, _ := v.(map[string]any)
		v = o[key]
		if ref, ok := v.(map[string]any)["$ref"].(string); ok && strings.HasPrefix(ref, "#/components/responses/") {
			v = a.at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
		}
		if v == nil {
			return nil
		}
	}
	return v
}

// check holds an answer against what the document says of the operation.
func (a *apiDocument) check(method, path string, r response) {
	a.Helper()
	operation, _ := a.at("paths", path, strings.ToLower(method)).(map[string]any)
	if operation == nil {
		a.Errorf("%s %s is in no document", method, path)
		return
	}
	status := fmt.Sprint(r.status)
	responses := operation["responses"].(map[string]any)
	if responses[status] == nil {
		a.Errorf("%s %s: the status %s is not documented", method, path, status)
		return
	}
	if r.body == "" {
		return
	}
	kind := r.header.Get("Content-Type")
	media, _ := a.at("paths", path, strings.ToLower(method), "responses", status, "content").(map[string]any)[kind].(map[string]any)
	if media == nil {
		a.Errorf("%s %s: %s of the type %s is not documented", method, path, status, kind)
		return
	}
	ref, _ := media["schema"].(map[string]any)["$ref"].(string)
	if ref == "" {
		return // the document itself
	}
	schema, err := a.compiler.Compile("openapi.json" + ref)
	if err != nil {
		a.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(r.body))
	if err != nil {
		a.Fatalf("%s %s: %v", method, path, err)
	}
	if err := schema.Validate(value); err != nil {
		a.Errorf("%s %s, %s: %v\n%s", method, path, status, err, r.body)
	}
}

// routed are the operations of the API in the map of the site.
func routed(t *testing.T) map[string]bool {
	t.Helper()
	source, err := os.ReadFile("routes.go")
	if err != nil {
		t.Fatal(err)
	}
	routes := map[string]bool{}
	for _, m := range regexp.MustCompile(`\t(get|post)\("(/api/v1/[^"]+)"`).FindAllStringSubmatch(string(source), -1) {
		routes[m[1]+" "+m[2]] = true
	}
	return routes
}

func TestTheAPIIsAsItsDocumentSays(t *testing.T) {
	w := newWorld(t)
	troubles(w)
	w.now = w.now.Add(1e9)
	partial := hostile()
	partial.Direction, partial.Partial, partial.Suspect = "rtl", true, &nashra.Suspicion{Kind: nashra.SuspectShort, Reason: "short"}
	id := w.fetch("fikrafann", meeting(), partial)[1]
	w.fetched = func(_ context.Context, source string) (nashra.Fetch, error) {
		switch source {
		case "courier":
			return nashra.Fetch{}, context.DeadlineExceeded
		case "quiet":
			return nashra.Fetch{}, nashra.ErrNetwork
		}
		return nashra.Fetch{Source: source, Outcome: nashra.OutcomeOK, Status: 200, NextDue: w.now}, nil
	}
	a := newAPIDocument(t, w)

	const reason = `{"reason": "طلب الشريك"}`
	item := strings.NewReplacer("{id}", id)
	answered := map[string]bool{}
	for _, tt := range []struct {
		method, path, at, body string
		status                 int
	}{
		{"get", "/api/v1/openapi.json", "/api/v1/openapi.json", "", 200},
		{"get", "/api/v1/sources", "/api/v1/sources", "", 200},
		{"get", "/api/v1/sources", "/api/v1/sources?x=1", "", 400},
		{"get", "/api/v1/sources/{id}", "/api/v1/sources/quiet", "", 200},
		{"get", "/api/v1/sources/{id}", "/api/v1/sources/nobody", "", 404},
		{"get", "/api/v1/sources/{id}/fetches", "/api/v1/sources/fikrafann/fetches", "", 200},
		{"get", "/api/v1/sources/{id}/fetches", "/api/v1/sources/nile/fetches?limit=0", "", 400},
		{"post", "/api/v1/sources/{id}/fetch", "/api/v1/sources/nile/fetch", "", 200},
		{"post", "/api/v1/sources/{id}/fetch", "/api/v1/sources/courier/fetch", "", 202},
		{"post", "/api/v1/sources/{id}/fetch", "/api/v1/sources/gone/fetch", "", 409},
		{"post", "/api/v1/sources/{id}/fetch", "/api/v1/sources/quiet/fetch", "", 503},
		{"post", "/api/v1/sources/{id}/pause", "/api/v1/sources/nile/pause", reason, 200},
		{"post", "/api/v1/sources/{id}/resume", "/api/v1/sources/nile/resume", "", 200},
		{"get", "/api/v1/items", "/api/v1/items?limit=1", "", 200},
		{"get", "/api/v1/items", "/api/v1/items", "", 200},
		{"get", "/api/v1/items", "/api/v1/items?source=nobody", "", 404},
		{"get", "/api/v1/items/{id}", "/api/v1/items/{id}", "", 200},
		{"post", "/api/v1/items/{id}/hide", "/api/v1/items/{id}/hide", reason, 200},
		{"post", "/api/v1/items/{id}/hide", "/api/v1/items/{id}/hide", "", 400},
		{"get", "/api/v1/items/{id}", "/api/v1/items/{id}", "", 200},
		{"post", "/api/v1/items/{id}/restore", "/api/v1/items/{id}/restore", "", 200},
	} {
		path := tt.at
		if strings.HasPrefix(tt.path, "/api/v1/items/") {
			path = item.Replace(path)
		}
		r := httptest.NewRequest(strings.ToUpper(tt.method), path, strings.NewReader(tt.body))
		r.SetBasicAuth("admin", password)
		got := w.do(r)
		if got.status != tt.status {
			t.Errorf("%s %s answers %d, want %d: %s", tt.method, path, got.status, tt.status, got.body)
		}
		a.check(tt.method, tt.path, got)
		answered[tt.method+" "+tt.path] = true

		r = httptest.NewRequest(strings.ToUpper(tt.method), path, nil)
		refused := w.do(r)
		if refused.status != http.StatusUnauthorized {
			t.Errorf("%s %s answers nobody %d", tt.method, path, refused.status)
		}
		a.check(tt.method, tt.path, refused)
	}
	routes := routed(t)
	for path, operations := range a.at("paths").(map[string]any) {
		for method := range operations.(map[string]any) {
			if method == "parameters" {
				continue
			}
			if !routes[method+" "+path] || !answered[method+" "+path] {
				t.Errorf("%s %s is documented; routed: %t, asked for here: %t", method, path, routes[method+" "+path], answered[method+" "+path])
			}
		}
	}
	for route := range routes {
		if !answered[route] {
			t.Errorf("%s is a route and not documented", route)
		}
	}
}

func TestTheDocumentIsOpenAPI(t *testing.T) {
	w := newWorld(t)
	a := newAPIDocument(t, w)
	if a.doc["openapi"] != "3.1.0" {
		t.Errorf("openapi %v", a.doc["openapi"])
	}
	for name := range a.at("components", "schemas").(map[string]any) {
		if _, err := a.compiler.Compile("openapi.json#/components/schemas/" + name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	data, err := json.Marshal(a.doc)
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(`"operationId":"(\w+)"`).FindAllSubmatch(data, -1) {
		if ids[string(m[1])] {
			t.Errorf("two operations are called %s", m[1])
		}
		ids[string(m[1])] = true
	}
	for _, m := range regexp.MustCompile(`"\$ref":"#/([^"]+)"`).FindAllSubmatch(data, -1) {
		if a.at(strings.Split(string(m[1]), "/")...) == nil {
			t.Errorf("nothing is under %s", m[1])
		}
	}
}
