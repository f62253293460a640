package publisher

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// manifest serves GET /site.webmanifest (W3C Web Application Manifest): how the
// site looks on a telephone's home screen.
func (s *Server) manifest(w http.ResponseWriter, r *http.Request) error {
	return s.serve(w, r, "/site.webmanifest", cacheForDay, func(context.Context, time.Time) (document, error) {
		type icon struct {
			Src   string `json:"src"`
			Sizes string `json:"sizes"`
			Type  string `json:"type"`
		}
		var icons []icon
		for _, i := range []icon{{"icon.svg", "any", "image/svg+xml"}, {"icon.png", "192x192", "image/png"}} {
			path, err := s.staticPath(i.Src)
			if err != nil {
				return document{}, err
			}
			i.Src = s.local(path)
			icons = append(icons, i)
		}
		body, err := json.Marshal(struct {
			Name       string `json:"name"`
			ShortName  string `json:"short_name"`
			Language   string `json:"lang"`
			Direction  string `json:"dir"`
			ID         string `json:"id"`
			Start      string `json:"start_url"`
			Scope      string `json:"scope"`
			Display    string `json:"display"`
			Background string `json:"background_color"`
			Theme      string `json:"theme_color"`
			Icons      []icon `json:"icons"`
		}{
			s.site.Name, s.site.Name, s.site.Language, direction(s.site.Language), s.local("/"), s.local("/"), s.local("/"),
			"minimal-ui", "#faf8f3", "#faf8f3", icons,
		})
		return document{body: body, contentType: "application/manifest+json"}, err
	})
}
