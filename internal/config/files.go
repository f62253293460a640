package config

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/crypto/bcrypt"

	"golang.org/x/net/http/httpguts"
	"nashra"
)

// maxNamed bounds a file that config.yaml names: a password, some headers, some
// certificates.
const maxNamed = 4 << 20

// maxFolder bounds the files of a folder that it names, together: they are kept
// in memory.
const maxFolder = 16 << 20

// readFile reads at most limit bytes of a file. A folder, a device or more
// bytes are an error.
func readFile(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("read %s: larger than %d bytes", path, limit)
	}
	return data, nil
}

// named remembers what a file held, for the digest.
func (l *loader) named(data []byte) {
	l.contents = append(l.contents, data)
}

func (l *loader) digest() string {
	h := sha256.New()
	for _, data := range l.contents {
		fmt.Fprintf(h, "%d:", len(data))
		h.Write(data)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// file reads the file that a key names; ok is false where the key is left out
// or, with a problem reported, the file cannot be read.
func (s *section) file(name string) (path string, data []byte, ok bool) {
	path = s.text(name, "")
	s.note(name, "path of a file", "")
	if path == "" {
		return "", nil, false
	}
	data, err := readFile(path, maxNamed)
	if err != nil {
		s.reportAt(name, "%v", err)
		return path, nil, false
	}
	s.named(data)
	return path, data, true
}

// folder reads the files of the folder that a key names, by their names; those
// whose names begin with a dot are left out. ok is false where the key is left
// out or, with a problem reported, the folder cannot be read.
func (s *section) folder(name string) (path string, files map[string][]byte, ok bool) {
	path = s.text(name, "")
	if path == "" {
		return "", nil, false
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		s.reportAt(name, "%v", err)
		return path, nil, false
	}
	files = map[string][]byte{}
	left := int64(maxFolder)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		data, err := readFile(filepath.Join(path, e.Name()), left)
		if err != nil {
			s.reportAt(name, "%v; want nothing but files in it, %d MiB together at most", err, maxFolder>>20)
			return path, nil, false
		}
		left -= int64(len(data))
		files[e.Name()] = data
		s.named([]byte(e.Name()))
		s.named(data)
	}
	return path, files, true
}

// password reads a file that holds a password.
func (s *section) password(name string) string { return s.secretFile(name, "the password") }

// secretFile reads a file that holds one line, which is what.
func (s *section) secretFile(name, what string) string {
	path, data, ok := s.file(name)
	if !ok {
		return ""
	}
	v := strings.TrimRight(string(data), "\r\n")
	switch {
	case strings.TrimSpace(v) == "":
		s.reportAt(name, "%s is empty; it must hold %s", path, what)
	case strings.ContainsAny(v, "\r\n"):
		s.reportAt(name, "%s has more than one line; it must hold %s alone", path, what)
	}
	return v
}

// maxCost bounds what one verification of a password may take, about a second.
const maxCost = 14

// users reads lines of "NAME:HASH", as nashra password and htpasswd -B print
// them; empty lines and those that begin with # are left out. No problem shows a
// hash.
func (s *section) users(name string) []User {
	path, data, ok := s.file(name)
	if !ok {
		return nil
	}
	var users []User
	for i, row := range strings.Split(string(data), "\n") {
		row = strings.TrimSpace(row)
		if row == "" || strings.HasPrefix(row, "#") {
			continue
		}
		user, hash, found := strings.Cut(row, ":")
		message := ""
		switch cost, err := bcrypt.Cost([]byte(hash)); {
		case !found || user == "":
			message = "want lines of the form NAME:HASH, as nashra password prints them"
		case nashra.NoPerson(user):
			message = fmt.Sprintf("%q is what the record of decisions calls nashra itself; choose another name", user)
		case err != nil:
			message = fmt.Sprintf("the password of %q is no bcrypt hash; nashra password makes one", user)
		case cost > maxCost:
			message = fmt.Sprintf("the hash of %q has the cost %d, and each verification would take too long; %d at most", user, cost, maxCost)
		case slices.ContainsFunc(users, func(u User) bool { return u.Name == user }):
			message = fmt.Sprintf("the user %q stands twice", user)
		default:
			users = append(users, User{user, []byte(hash)})
			continue
		}
		s.problems = append(s.problems, Problem{File: path, Line: i + 1, Key: s.key(name), Message: message})
	}
	if users == nil && len(s.problems) == 0 {
		s.reportAt(name, "%s names no user", path)
	}
	return users
}

// certificates reads a PEM file and adds it to the system's authorities.
func (s *section) certificates(name string) *x509.CertPool {
	path, data, ok := s.file(name)
	if !ok {
		return nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool() // a machine without any: those of the file alone
	}
	if !pool.AppendCertsFromPEM(data) {
		s.reportAt(name, "%s holds no certificate in PEM", path)
	}
	return pool
}

// ours are the headers that the fetcher sets or the connection needs.
var ours = []string{
	"Host", "Connection", "Content-Length", "Transfer-Encoding", "Te", "Trailer", "Upgrade",
	"Accept-Encoding", "If-None-Match", "If-Modified-Since", "Range",
}

// headers reads lines of "Name: value"; empty lines and those that begin with
// # are left out. No problem shows a value, which may be a secret.
func (s *section) headers(name string) http.Header {
	path, data, ok := s.file(name)
	if !ok {
		return nil
	}
	h := http.Header{}
	for i, row := range bytes.Split(data, []byte("\n")) {
		row := strings.TrimSpace(string(row))
		if row == "" || strings.HasPrefix(row, "#") {
			continue
		}
		field, value, found := strings.Cut(row, ":")
		value = strings.TrimSpace(value)
		message := ""
		switch canonical := http.CanonicalHeaderKey(field); {
		case !found || !httpguts.ValidHeaderFieldName(field):
			message = "want lines of the form Name: value"
		case !httpguts.ValidHeaderFieldValue(value):
			message = fmt.Sprintf("the value of %s holds characters that a header cannot carry", canonical)
		case slices.Contains(ours, canonical):
			message = fmt.Sprintf("%s is set by the program itself", canonical)
		default:
			h.Add(canonical, value)
			continue
		}
		s.problems = append(s.problems, Problem{File: path, Line: i + 1, Key: s.key(name), Message: message})
	}
	return h
}
