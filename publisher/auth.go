package publisher

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
)

// authenticated lets only the admin user pass (HTTP Basic, RFC 7617). Both
// parts are always compared, as hashes, so that the time taken tells neither
// which part was wrong nor how long the right one is.
func (s *Server) authenticated(next handler) handler {
	wantUser, wantPassword := sha256.Sum256([]byte(s.admin.User)), sha256.Sum256([]byte(s.admin.Password))
	return func(w http.ResponseWriter, r *http.Request) error {
		user, password, _ := r.BasicAuth()
		gotUser, gotPassword := sha256.Sum256([]byte(user)), sha256.Sum256([]byte(password))
		same := subtle.ConstantTimeCompare(gotUser[:], wantUser[:]) & subtle.ConstantTimeCompare(gotPassword[:], wantPassword[:])
		if same != 1 {
			w.Header().Set("WWW-Authenticate", `Basic realm="nashra", charset="UTF-8"`)
			return errUnauthorized
		}
		return next(w, r.WithContext(context.WithValue(r.Context(), actorKey{}, user)))
	}
}

// sameOrigin refuses what a page of another site has a browser send: the browser
// adds the name and the password by itself. Programs are not concerned.
func sameOrigin(next handler) handler {
	guard := http.NewCrossOriginProtection()
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := guard.Check(r); err != nil {
			return &refusal{errForbidden, "a page of another site sent this"}
		}
		return next(w, r)
	}
}

type actorKey struct{}

// actor is who asks, as the record of the desk's decisions names them.
func actor(r *http.Request) string {
	name, _ := r.Context().Value(actorKey{}).(string)
	return name
}
