package arabic_test

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"nashra/internal/arabic"
)

// prose is n words of a vocabulary in which few repeat.
func prose(random *rand.Rand, n int) []string {
	words := make([]string, n)
	for i := range words {
		words[i] = fmt.Sprintf("كلمه%d", random.IntN(5000))
	}
	return words
}

// shared is the Jaccard similarity of the 4-word shingles of two texts.
func shared(a, b []string) float64 {
	shingles := func(words []string) map[string]bool {
		out := map[string]bool{}
		for i := range len(words) - 3 {
			out[strings.Join(words[i:i+4], " ")] = true
		}
		return out
	}
	x, y, both := shingles(a), shingles(b), 0
	for s := range x {
		if y[s] {
			both++
		}
	}
	return float64(both) / float64(len(x)+len(y)-both)
}

func estimate(t *testing.T, a, b []string) float64 {
	t.Helper()
	x, okX := arabic.MinHash(strings.Join(a, " "))
	y, okY := arabic.MinHash(strings.Join(b, " "))
	if !okX || !okY {
		t.Fatal("a text is said to be too short")
	}
	same := 0
	for i := range x {
		if x[i] == y[i] {
			same++
		}
	}
	return float64(same) / float64(len(x))
}

func TestMinHashEstimatesWhatTextsShare(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var off, square float64
	const tries = 300
	for range tries {
		text := prose(random, 60+random.IntN(400))
		changed := append([]string(nil), text...)
		for range random.IntN(len(text) / 6) { // single words are edited
			changed[random.IntN(len(changed))] = "تغيير"
		}
		changed = append(changed, prose(random, random.IntN(60))...) // and something is added
		d := estimate(t, text, changed) - shared(text, changed)
		off += d
		square += d * d
	}
	// The standard error of one estimate is 0.044 at most, 1/√(4·128).
	if mean := off / tries; math.Abs(mean) > 0.01 {
		t.Errorf("estimates are off by %.4f in the mean", mean)
	}
	if deviation := math.Sqrt(square / tries); deviation > 0.05 {
		t.Errorf("estimates deviate by %.4f", deviation)
	}
}

func TestMinHashTellsTheSameAndTheOtherApart(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	text := prose(random, 300)
	if got := estimate(t, text, text); got != 1 {
		t.Errorf("a text is %.2f like itself", got)
	}
	if got := estimate(t, text, prose(random, 300)); got > 0.02 {
		t.Errorf("two texts of other words are %.2f alike", got)
	}
	turned := append(append([]string(nil), text[150:]...), text[:150]...)
	if got := estimate(t, text, turned); got < 0.9 {
		t.Errorf("the halves of a text in the other order are %.2f like it", got)
	}
}

func TestMinHashLeavesShortTextsOut(t *testing.T) {
	words := prose(rand.New(rand.NewPCG(5, 6)), 30)
	if _, ok := arabic.MinHash(strings.Join(words, " ")); !ok {
		t.Error("30 words are too few")
	}
	for _, text := range []string{"", " ", strings.Join(words[:29], " "), strings.Join(words[:29], "  ")} {
		if _, ok := arabic.MinHash(text); ok {
			t.Errorf("%q is long enough", text)
		}
	}
}

// TestMinHashOfAVersionStays: the numbers lie in archives, so another result is
// another MinHashVersion.
func TestMinHashOfAVersionStays(t *testing.T) {
	text := strings.Repeat("اعلنت الحكومه في بيان رسمي عن خطه جديده لدعم الصحافه ", 3) + "abc 123 中文"
	numbers, ok := arabic.MinHash(arabic.Key(text))
	h := fnv.New64a()
	fmt.Fprint(h, arabic.MinHashVersion, numbers, ok)
	if got, want := h.Sum64(), uint64(0xb2be42f4be087fb1); got != want {
		t.Errorf("the numbers have the sum %#x, not %#x", got, want)
	}
}

func BenchmarkMinHash(b *testing.B) {
	key := strings.Join(prose(rand.New(rand.NewPCG(7, 8)), 400), " ")
	for b.Loop() {
		arabic.MinHash(key)
	}
}
