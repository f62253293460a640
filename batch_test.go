package nashra_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"nashra"
)

func TestBatchSurvivesItsEncoding(t *testing.T) {
	at := time.Date(2025, 5, 3, 11, 30, 0, 5, time.UTC)
	want := nashra.Batch{
		ID: "fikrafann/2/x/0", At: at, By: "cycle", Source: "fikrafann",
		Cycle: nashra.Cycle{Number: 2, Began: at}, Base: 1,
		Puts: []nashra.Put{{
			Identity:  nashra.Identity{Partner: "fikrafann", GUID: "7", Link: "https://partner.example/7"},
			EntryHash: nashra.HashOf("a"),
			Content:   &nashra.Content{Title: "عنوان", HTML: "<p>نص & رمز</p>", Published: at},
		}},
		Fetch:     &nashra.Fetch{Source: "fikrafann", At: at, Duration: time.Second, Outcome: nashra.OutcomeOK},
		State:     &nashra.State{Cycle: 2, Validators: nashra.Validators{ETag: `W/"x"`, BodyHash: nashra.HashOf("b")}},
		Furniture: []byte{1, 0, 255},
		Marks:     []nashra.Mark{{Kind: nashra.MarkHide, Article: "a", Reason: "طلب الشريك"}},
		Removes:   []nashra.Remove{{Article: "a", Reason: "r"}},
		Sources:   []nashra.Source{{ID: "fikrafann", Rights: nashra.Rights{Until: at}}},
	}
	data, err := nashra.EncodeBatch(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := nashra.DecodeBatch(data)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
}

func TestBatchIsBounded(t *testing.T) {
	_, err := nashra.EncodeBatch(nashra.Batch{By: strings.Repeat("x", nashra.MaxBatch)})
	if !errors.Is(err, nashra.ErrTooLarge) {
		t.Errorf("got %v, want ErrTooLarge", err)
	}
}

func TestDecodeBatchRefusesWhatItDoesNotUnderstand(t *testing.T) {
	for name, data := range map[string]string{
		"a newer version":  `{"v":2,"batch":{}}`,
		"no version":       `{"batch":{}}`,
		"an unknown field": `{"v":1,"batch":{"later":1}}`,
		"no JSON":          `نشرة`,
		"nothing":          ``,
	} {
		t.Run(name, func(t *testing.T) {
			if b, err := nashra.DecodeBatch([]byte(data)); err == nil {
				t.Errorf("DecodeBatch(%q) = %+v, want an error", data, b)
			}
		})
	}
}
