package publisher

import (
	_ "embed"
	"net/http"
)

//go:embed openapi.json
var openAPI []byte

// apiDocument serves GET /api/v1/openapi.json: the API as OpenAPI 3.1 tells of
// one.
func (s *Server) apiDocument(w http.ResponseWriter, r *http.Request) error {
	return s.serveOnce(w, r, document{body: openAPI, contentType: jsonType}, cacheNever)
}
