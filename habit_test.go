package nashra_test

import (
	"encoding/json"
	"fmt"
	"reflect"
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

func TestHabitIsReadAsItWasWritten(t *testing.T) {
	h := nashra.Habit{}.After(body("1", "a", "text", 100)).After(body("2", "b", "notice", 0)).After(body("3", "c", "long", 1<<20))
	data, err := json.Marshal(struct {
		Habit nashra.Habit `json:"habit,omitzero"`
		None  nashra.Habit `json:"none,omitzero"`
	}{Habit: h, None: nashra.Habit{Bodies: []nashra.Body{}}})
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]nashra.Habit
	if err := json.Unmarshal(data, &got); err != nil || !reflect.DeepEqual(got, map[string]nashra.Habit{"habit": h}) {
		t.Errorf("%s is read as %+v, %v", data, got, err)
	}
}

func TestHabitOfEarlierProgramsIsRead(t *testing.T) {
	const was = `{"bodies":[{"article":"0b2dc0316f4b225f281ec989b92e8a16","title":"f3c1f65c9aee28b78bd0d1d912c112d3","text":"","letters":7}]}`
	var got nashra.Habit
	if err := json.Unmarshal([]byte(was), &got); err != nil || len(got.Bodies) != 1 {
		t.Fatalf("got %+v, %v", got, err)
	}
	if b := got.Bodies[0]; b.Article.String() != "0b2dc0316f4b225f281ec989b92e8a16" || b.Title.String() != "f3c1f65c9aee28b78bd0d1d912c112d3" || !b.Text.IsZero() || b.Letters != 7 {
		t.Errorf("got %+v", b)
	}
}

func TestHabitCutShortIsAnError(t *testing.T) {
	whole, err := json.Marshal(nashra.Habit{}.After(body("1", "a", "text", 100)))
	if err != nil {
		t.Fatal(err)
	}
	var packed []byte
	if err := json.Unmarshal(whole, &packed); err != nil {
		t.Fatal(err)
	}
	for n := 1; n < len(packed); n++ {
		data, err := json.Marshal(packed[:n])
		if err != nil {
			t.Fatal(err)
		}
		if err := new(nashra.Habit).UnmarshalJSON(data); err == nil {
			t.Errorf("%d of %d bytes are read without an error", n, len(packed))
		}
	}
}
