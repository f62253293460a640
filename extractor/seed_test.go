package extractor_test

import (
	"os"
	"strings"
	"testing"

	"nashra/extractor"
)

// The seed is what such a system really published, with its faults: headings
// that are bare lines, no space after commas, the note of another republisher.
func TestSeedArticle(t *testing.T) {
	seed, err := os.ReadFile("testdata/seed.txt")
	if err != nil {
		t.Fatal(err)
	}
	got := fromFeed(t, string(seed))
	if want := "جريده فكره فن"; got.Credit.Origin != want {
		t.Errorf("origin: got %q, want %q", got.Credit.Origin, want)
	}
	if n := strings.Count(got.HTML, "<h2>"); n != 3 {
		t.Errorf("got %d headings, want 3: %s", n, got.HTML)
	}
	if n := strings.Count(got.HTML, "<p>"); n != 5 {
		t.Errorf("got %d paragraphs, want 5: %s", n, got.HTML)
	}
	text := extractor.Text(got.HTML)
	for _, gone := range []string{"ملحوظة", "الليبي،يأتي"} {
		if strings.Contains(text, gone) {
			t.Errorf("%q is still in %s", gone, text)
		}
	}
	// Faults of the writer are the writer's.
	if !strings.Contains(text, "إضافًة إلى ذلك") {
		t.Errorf("spelling was edited: %s", text)
	}
	if got.Direction != "rtl" {
		t.Errorf("direction: got %q", got.Direction)
	}
}
