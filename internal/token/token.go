// Package token keeps the tokens with which programs use the API.
//
// A script should not hold the password of a person. It gets a token of its
// own, which may read or also write and can be taken back alone. A token is 256
// random bits, so what is kept of it is a plain SHA-256: nobody guesses it, and
// who reads the file cannot use it.
//
// The tokens are lines of a file beside the store and not in the store: a
// backup holds none, and no restore brings one back that was revoked. A [File]
// sees a change at once, whoever made it. The package decides nothing about
// HTTP.
package token

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Scope is what a token lets its holder do.
type Scope string

const (
	Read  Scope = "read"
	Write Scope = "write" // and read
)

// Token is what is kept of a token.
type Token struct {
	Name    string
	Scope   Scope
	Created time.Time // UTC, whole seconds

	hash [sha256.Size]byte // of the secret
}

// Errors of Create and Revoke.
var (
	ErrTaken   = errors.New("there is a token of that name; revoke it first")
	ErrUnknown = errors.New("no token of that name")
)

const (
	prefix    = "nashra_" // by which scanners for secrets can know one
	secretLen = 32        // random bytes
	maxFile   = 1 << 20
)

var namePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,63}$`)

// File is a file of tokens, which need not be there. It may be used from
// several goroutines and processes.
type File struct {
	path string

	mu   sync.Mutex
	seen os.FileInfo // of the file that list was read from; nil: there was none
	list []Token
}

// Open gives the tokens in the file at path. It reads nothing yet.
func Open(path string) *File { return &File{path: path} }

// List returns the tokens in the order in which they were made.
func (f *File) List() ([]Token, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	info, err := os.Stat(f.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.seen, f.list = nil, nil
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read tokens: %w", err)
	case f.seen != nil && os.SameFile(info, f.seen) && info.ModTime().Equal(f.seen.ModTime()) && info.Size() == f.seen.Size():
		return f.list, nil
	}
	list, err := read(f.path)
	if err != nil {
		return nil, err
	}
	f.seen, f.list = info, list
	return list, nil
}

// Find returns the token that secret is. An error is the file's.
func (f *File) Find(secret string) (t Token, ok bool, err error) {
	list, err := f.List()
	if err != nil {
		return Token{}, false, err
	}
	// The hashes are of random secrets: how long a comparison takes tells
	// nothing that helps to find one.
	hash := sha256.Sum256([]byte(secret))
	for _, t := range list {
		if t.hash == hash {
			return t, true, nil
		}
	}
	return Token{}, false, nil
}

// Create makes a token and returns its secret, which is nowhere else. Its error
// wraps ErrTaken where the name is.
func (f *File) Create(name string, scope Scope, now time.Time) (secret string, err error) {
	if !namePattern.MatchString(name) {
		return "", fmt.Errorf("%q is no name of a token; want a to z, 0 to 9, - and _, 64 at most, beginning with a letter or digit", name)
	}
	if scope != Read && scope != Write {
		return "", fmt.Errorf("the scope %q is neither %s nor %s", scope, Read, Write)
	}
	random := make([]byte, secretLen)
	_, _ = rand.Read(random) // it never fails
	secret = prefix + base64.RawURLEncoding.EncodeToString(random)
	t := Token{Name: name, Scope: scope, Created: now.UTC().Truncate(time.Second), hash: sha256.Sum256([]byte(secret))}
	err = f.change(func(list []Token) ([]Token, error) {
		if slices.ContainsFunc(list, func(t Token) bool { return t.Name == name }) {
			return nil, fmt.Errorf("token %q: %w", name, ErrTaken)
		}
		return append(list, t), nil
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// Revoke ends a token, at once. Its error wraps ErrUnknown where there is none
// of that name.
func (f *File) Revoke(name string) error {
	return f.change(func(list []Token) ([]Token, error) {
		left := slices.DeleteFunc(slices.Clone(list), func(t Token) bool { return t.Name == name })
		if len(left) == len(list) {
			return nil, fmt.Errorf("token %q: %w", name, ErrUnknown)
		}
		return left, nil
	})
}

// change writes the file anew, whole or not at all, and nobody else meanwhile.
func (f *File) change(edit func([]Token) ([]Token, error)) error {
	if err := os.MkdirAll(filepath.Dir(f.path), 0o700); err != nil {
		return fmt.Errorf("write tokens: %w", err)
	}
	// The lock has a file of its own, because the other one is replaced.
	lock, err := os.OpenFile(f.path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("write tokens: %w", err)
	}
	defer lock.Close() // which gives the lock back
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return fmt.Errorf("write tokens: lock %s: %w", lock.Name(), err)
	}
	list, err := f.List()
	if err != nil {
		return err
	}
	if list, err = edit(list); err != nil {
		return err
	}
	return f.replace(list)
}

func (f *File) replace(list []Token) error {
	var b bytes.Buffer
	fmt.Fprintln(&b, "# Tokens of the API: name, scope, when it was made, SHA-256 of its secret.")
	for _, t := range list {
		fmt.Fprintf(&b, "%s %s %s %x\n", t.Name, t.Scope, t.Created.Format(time.RFC3339), t.hash)
	}
	next, err := os.CreateTemp(filepath.Dir(f.path), filepath.Base(f.path)+".*") // mode 0600
	if err != nil {
		return fmt.Errorf("write tokens: %w", err)
	}
	defer os.Remove(next.Name()) // of no effect once it has its name
	_, err = next.Write(b.Bytes())
	if err = errors.Join(err, next.Sync(), next.Close()); err != nil {
		return fmt.Errorf("write tokens: %w", err)
	}
	if err := os.Rename(next.Name(), f.path); err != nil {
		return fmt.Errorf("write tokens: %w", err)
	}
	// So that what was revoked stays so after a power cut.
	folder, err := os.Open(filepath.Dir(f.path))
	if err != nil {
		return fmt.Errorf("write tokens: %w", err)
	}
	if err := errors.Join(folder.Sync(), folder.Close()); err != nil {
		return fmt.Errorf("write tokens: %w", err)
	}
	return nil
}

// read reads a file of tokens: lines of four words; empty ones and those that
// begin with # are left out.
func read(path string) ([]Token, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read tokens: %w", err)
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("read tokens: %s is larger than %d bytes", path, maxFile)
	}
	var list []Token
	lines := bufio.NewScanner(bytes.NewReader(data))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		t, ok := parse(line)
		if !ok {
			return nil, fmt.Errorf("read tokens: %s:%d is no token; take the line out", path, n)
		}
		list = append(list, t)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read tokens: %s: %w", path, err)
	}
	return list, nil
}

func parse(line string) (Token, bool) {
	words := strings.Fields(line)
	if len(words) != 4 || !namePattern.MatchString(words[0]) {
		return Token{}, false
	}
	t := Token{Name: words[0], Scope: Scope(words[1])}
	var err error
	if t.Created, err = time.Parse(time.RFC3339, words[2]); err != nil || t.Scope != Read && t.Scope != Write {
		return Token{}, false
	}
	hash, err := hex.DecodeString(words[3])
	if err != nil || len(hash) != len(t.hash) {
		return Token{}, false
	}
	copy(t.hash[:], hash)
	return t, true
}
