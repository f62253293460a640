package main

import (
	"encoding/json"
	"runtime/debug"
	"slices"
	"strings"
)

// component is one of a CycloneDX list of components.
type component struct {
	Type       string     `json:"type"`
	Ref        string     `json:"bom-ref"`
	Name       string     `json:"name"`
	Version    string     `json:"version"`
	PURL       string     `json:"purl"`
	Properties []property `json:"properties,omitempty"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// dependency says what a component is made of.
type dependency struct {
	Ref       string   `json:"ref"`
	DependsOn []string `json:"dependsOn"`
}

// sbom is what a program is made of (CycloneDX 1.6, JSON), by what the linker
// wrote into it: the modules with the checksums of go.sum, and the standard
// library. It has neither a serial number nor a time, so that the same program
// has the same list.
func sbom(version string, info *debug.BuildInfo) ([]byte, error) {
	main := component{Type: "application", Ref: purl(info.Main.Path, version), Name: info.Main.Path, Version: version, PURL: purl(info.Main.Path, version)}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			main.Properties = []property{{"vcs.revision", s.Value}}
		}
	}
	list := []component{library("std", strings.TrimPrefix(info.GoVersion, "go"), "")}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		list = append(list, library(m.Path, m.Version, m.Sum))
	}
	slices.SortFunc(list, func(a, b component) int { return strings.Compare(a.Ref, b.Ref) })
	depends := dependency{Ref: main.Ref}
	for _, c := range list {
		depends.DependsOn = append(depends.DependsOn, c.Ref)
	}
	data, err := json.MarshalIndent(map[string]any{
		"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
		"metadata":   map[string]any{"component": main},
		"components": list, "dependencies": []dependency{depends},
	}, "", "  ")
	return append(data, '\n'), err
}

func library(path, version, sum string) component {
	c := component{Type: "library", Ref: purl(path, version), Name: path, Version: version, PURL: purl(path, version)}
	if sum != "" {
		c.Properties = []property{{"go.sum", sum}}
	}
	return c
}

// purl names a Go module (package-url, type golang).
func purl(path, version string) string {
	return "pkg:golang/" + path + "@" + strings.ReplaceAll(version, "+", "%2B")
}
