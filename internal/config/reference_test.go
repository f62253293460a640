package config_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"nashra/internal/config"
)

var update = flag.Bool("update", false, "write docs/configuration.md anew")

func TestConfigurationReferenceIsCurrent(t *testing.T) {
	name := filepath.Join("..", "..", "docs", "configuration.md")
	want, err := config.Reference()
	if err != nil {
		t.Fatalf("%v; put that right and run\n\tgo test ./internal/config -run Configuration -update", err)
	}
	if *update {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(name); err != nil || string(got) != want {
		t.Errorf("docs/configuration.md is not what internal/config reads (%v); run\n\tgo test ./internal/config -run Configuration -update", err)
	}
}
