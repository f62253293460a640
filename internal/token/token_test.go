package token_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"nashra/internal/token"
)

var now = time.Date(2026, 11, 23, 8, 0, 0, 5, time.UTC)

func find(t *testing.T, f *token.File, secret string) (token.Token, bool) {
	t.Helper()
	got, ok, err := f.Find(secret)
	if err != nil {
		t.Fatal(err)
	}
	return got, ok
}

func TestATokenIsGoodUntilItIsRevoked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "nashra.db.tokens")
	serving, command := token.Open(path), token.Open(path)
	if _, ok := find(t, serving, ""); ok {
		t.Error("without a file there is a token")
	}
	secret, err := command.Create("cron", token.Read, now)
	if err != nil {
		t.Fatal(err)
	}
	other, err := command.Create("desk", token.Write, now)
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := find(t, serving, secret); !ok || got.Name != "cron" || got.Scope != token.Read || !got.Created.Equal(now.Truncate(time.Second)) {
		t.Errorf("got %+v, %t", got, ok)
	}
	for _, wrong := range []string{"", secret + "x", secret[:len(secret)-1], strings.TrimPrefix(secret, "nashra_")} {
		if _, ok := find(t, serving, wrong); ok {
			t.Errorf("%q is taken for a token", wrong)
		}
	}
	if err := command.Revoke("cron"); err != nil {
		t.Fatal(err)
	}
	if _, ok := find(t, serving, secret); ok {
		t.Error("it is good after it was revoked")
	}
	if _, ok := find(t, serving, other); !ok {
		t.Error("another one went with it")
	}
}

func TestTheFileHoldsNoSecretAndIsForItsOwnerAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tokens")
	secret, err := token.Open(path).Create("cron", token.Read, now)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), strings.TrimPrefix(secret, "nashra_")) || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v:\n%s", info.Mode(), data)
	}
}

func TestWhatCannotBeMade(t *testing.T) {
	f := token.Open(filepath.Join(t.TempDir(), "tokens"))
	if _, err := f.Create("cron", token.Read, now); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Create("cron", token.Write, now); !errors.Is(err, token.ErrTaken) {
		t.Errorf("a second one of a name: %v", err)
	}
	if err := f.Revoke("nobody"); !errors.Is(err, token.ErrUnknown) {
		t.Errorf("revoking what there is not: %v", err)
	}
	for _, name := range []string{"", "a b", "a\nb", "Ä", "-x", strings.Repeat("a", 65)} {
		if _, err := f.Create(name, token.Read, now); err == nil {
			t.Errorf("the name %q is taken", name)
		}
	}
	if _, err := f.Create("x", "admin", now); err == nil {
		t.Error("an unknown scope is taken")
	}
}

func TestTokensMadeAtTheSameTimeAreAllKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tokens")
	var group sync.WaitGroup
	for n := range 10 {
		group.Go(func() {
			if _, err := token.Open(path).Create(fmt.Sprint("t", n), token.Read, now); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if list, err := token.Open(path).List(); err != nil || len(list) != 10 {
		t.Errorf("%d tokens, %v", len(list), err)
	}
}

func TestABrokenFileLetsNobodyIn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tokens")
	f := token.Open(path)
	secret, err := f.Create("cron", token.Read, now)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"x", "a read 2026-11-23T08:00:00Z 00", "a all 2026-11-23T08:00:00Z " + strings.Repeat("0", 64)} {
		if err := os.WriteFile(path, []byte(string(data)+line+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, ok, err := f.Find(secret); ok || err == nil || !strings.Contains(err.Error(), ":3 ") {
			t.Errorf("%q: %t, %v; want an error with its line", line, ok, err)
		}
	}
}
