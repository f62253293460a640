package nashra_test

import (
	"fmt"
	"testing"

	"nashra"
)

func body(article, title, text string, letters int) nashra.Body {
	return nashra.Body{Article: nashra.HashOf(article), Title: nashra.HashOf(title), Text: nashra.HashOf(text), Letters: letters}
}

func TestHabitIsOfTheLastBodies(t *testing.T) {
	var h nashra.Habit
	for n := range 100 {
		if got := h.Letters(); n < 10 && got != 0 {
			t.Errorf("of %d bodies: %d letters; too few to speak of a habit", n, got)
		}
		h = h.After(body(fmt.Sprint(n), "", fmt.Sprint(n), 1000+n))
	}
	if len(h.Bodies) != 24 || h.Letters() != 1082 {
		t.Errorf("%d bodies, %d letters", len(h.Bodies), h.Letters())
	}
	for n := range 100 {
		h = h.After(body("one", "", fmt.Sprint("again ", n), 10))
	}
	if h.Letters() != 1082 {
		t.Errorf("one article that changes all the time is one example: %d letters", h.Letters())
	}
	for n := range 100 {
		h = h.After(body(fmt.Sprint("wrong ", n), "", "notice", 0))
	}
	if h.Letters() != 1082 || !h.Another(body("new", "title", "notice", 30)) {
		t.Errorf("a notice that all pages show is remembered once: %d letters", h.Letters())
	}
}

func TestSameTextUnderAnotherTitle(t *testing.T) {
	h := nashra.Habit{}.After(body("1", "a", "text", 100))
	for name, tt := range map[string]struct {
		body nashra.Body
		want bool
	}{
		"another item":     {body("2", "b", "text", 100), true},
		"the item itself":  {body("1", "b", "text", 100), false},
		"under a new guid": {body("2", "a", "text", 100), false},
		"another text":     {body("2", "b", "other", 100), false},
	} {
		if got := h.Another(tt.body); got != tt.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
}
