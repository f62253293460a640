package extractor_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"nashra/extractor"
)

// story is a paragraph of n words.
func story(n int) string {
	words := make([]string, n)
	for i := range words {
		words[i] = fmt.Sprintf("كلمة%d", i*i%101)
	}
	return strings.Join(words, " ")
}

func TestSignatureIsOfTheWordsAlone(t *testing.T) {
	text := story(60)
	first, rest := text[:len("كلمة")], text[len("كلمة"):]
	half := len(story(30))
	want := extractor.Signature("<p>" + text + "</p>")
	if want == nil {
		t.Fatal("60 words have no signature")
	}
	for name, body := range map[string]string{
		"emphasis within a word":   "<p><b>" + first + "</b>" + rest + "</p>",
		"a link":                   `<p><a href="https://partner.example/" rel="noopener">` + text + `</a></p>`,
		"two paragraphs":           "<p>" + text[:half] + "</p><p>" + text[half:] + "</p>",
		"a break without a space":  "<p>" + text[:half] + "<br>" + text[half+1:] + "</p>",
		"a heading and a list":     "<h2>" + text[:half] + "</h2><ul><li>" + text[half:] + "</li></ul>",
		"a picture and a caption":  `<figure><img src="https://partner.example/a.jpg" alt="صورة"><figcaption>وصف <b>الصورة</b></figcaption></figure><p>` + text + "</p>",
		"marks, tashkeel, quotes":  "<p>«" + strings.Replace(text, "كلمة", "كَلِمَة", 1) + "»، &amp;!</p>",
		"other forms of a letter":  "<p>" + strings.ReplaceAll(text, "ة", "ه") + "</p>",
		"Arabic digits for others": "<p>" + strings.NewReplacer("0", "٠", "1", "١", "2", "٢").Replace(text) + "</p>",
	} {
		t.Run(name, func(t *testing.T) {
			if got := extractor.Signature(body); !bytes.Equal(got, want) {
				similarity, _ := got.Similarity(want)
				t.Errorf("the signature of %s is another (%.2f)", body, similarity)
			}
		})
	}
}

func TestSignatureKnowsWireCopyAgain(t *testing.T) {
	agency := "<p>" + story(400) + "</p>"
	for _, tt := range []struct {
		name, body string
		same       bool
	}{
		{"with a line of its own before it", "<p>القاهرة - خاص</p>" + agency, true},
		{"without its last paragraph", "<p>" + story(380) + "</p>", true},
		{"a fifth of it", "<p>" + strings.Join(strings.Fields(story(400))[:80], " ") + " " + strings.Repeat("نص آخر تماما ", 90) + "</p>", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			similarity, ok := extractor.Signature(agency).Similarity(extractor.Signature(tt.body))
			if !ok || (similarity >= 0.8) != tt.same {
				t.Errorf("it is %.2f alike (%v)", similarity, ok)
			}
		})
	}
	if _, ok := extractor.Signature(agency).Similarity(nil); ok {
		t.Error("a body without a signature can be compared")
	}
	other := extractor.Signature(agency)
	other[0]++
	if _, ok := extractor.Signature(agency).Similarity(other); ok {
		t.Error("signatures of two versions can be compared")
	}
	if got := extractor.Signature("<p>" + story(29) + "</p>"); got != nil {
		t.Errorf("29 words have a signature of %d bytes", len(got))
	}
}

func BenchmarkSignature(b *testing.B) {
	body := "<p>" + strings.ReplaceAll(story(400), "كلمة9", "كلمة</p><p>") + "</p>"
	for b.Loop() {
		extractor.Signature(body)
	}
}
