// Command release builds what is shipped: a static program for each system,
// the checksums of all of them, and a list of what they are made of (an SBOM in
// CycloneDX). The same commit and the same Go give the same bytes, wherever it is
// built: paths are trimmed, and no clock and no host name goes in.
//
//	go run ./internal/release FOLDER
package main

import (
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
)

// target is a system that is built for.
type target struct{ os, arch string }

var targets = []target{{"linux", "amd64"}, {"linux", "arm64"}, {"darwin", "amd64"}, {"darwin", "arm64"}}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], "./cmd/nashra", targets)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// run releases the program of package program for targets into the folder that
// args name.
func run(ctx context.Context, args []string, program string, targets []target) error {
	if len(args) != 1 {
		return errors.New("want the folder to write to")
	}
	folder, err := filepath.Abs(args[0])
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	version, err := describe(ctx)
	if err != nil {
		return err
	}
	var names []string
	for _, t := range targets {
		name := fmt.Sprintf("nashra-%s-%s-%s", version, t.os, t.arch)
		if err := build(ctx, filepath.Join(folder, name), program, version, t); err != nil {
			return fmt.Errorf("build for %s/%s: %w", t.os, t.arch, err)
		}
		names = append(names, name)
	}
	info, err := buildinfo.ReadFile(filepath.Join(folder, names[0]))
	if err != nil {
		return err
	}
	list, err := sbom(version, info)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("nashra-%s.cdx.json", version)
	if err := os.WriteFile(filepath.Join(folder, name), list, 0o644); err != nil {
		return err
	}
	return writeSums(folder, append(names, name))
}

// describe is the version: the tag of this commit, or of one before it with the
// distance and the commit.
func describe(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "git", "describe", "--tags", "--always", "--dirty").Output()
	if err != nil {
		return "", fmt.Errorf("git describe: %w", err)
	}
	return strings.TrimPrefix(strings.TrimSpace(string(out)), "v"), nil
}

func build(ctx context.Context, name, program, version string, t target) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=true",
		"-ldflags=-s -w -buildid= -X main.release="+version, "-o", name, program)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+t.os, "GOARCH="+t.arch, "GOAMD64=v1", "GOARM64=v8.0", "GOFLAGS=-mod=readonly", "GOWORK=off")
	cmd.Stderr = os.Stderr
	return cmd.Run()
}

// writeSums writes SHA256SUMS, which sha256sum -c reads.
func writeSums(folder string, names []string) error {
	var sums strings.Builder
	for _, name := range names {
		sum, err := sumOf(filepath.Join(folder, name))
		if err != nil {
			return err
		}
		fmt.Fprintf(&sums, "%s  %s\n", sum, name)
	}
	return os.WriteFile(filepath.Join(folder, "SHA256SUMS"), []byte(sums.String()), 0o644)
}

func sumOf(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
