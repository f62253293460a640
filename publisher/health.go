package publisher

import "net/http"

// healthz serves GET /healthz: the process answers. It asks nothing of the
// store, because a restart would not mend what is wrong there.
func (s *Server) healthz(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	s.send(w, r, http.StatusOK, "text/plain; charset=utf-8", []byte("ok\n"))
	return nil
}
