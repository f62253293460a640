package extractor

import (
	"math"
	"slices"
	"strings"

	"nashra/internal/arabic"
)

// findTitle looks for the run that shows one of the titles: in a heading, or
// anywhere where it is the same text.
func (f *finder) findTitle() {
	var wanted [][]string
	seen := map[string]bool{}
	for _, title := range f.titles {
		if key := arabic.Key(title); key != "" && !seen[key] {
			seen[key] = true
			wanted = append(wanted, keyWords(key))
		}
	}
	f.titleAmong(wanted, true)
	if f.title >= 0 && f.runs[f.title].heading > 1 {
		f.titleAbove(wanted)
	}
	if f.title < 0 {
		f.titleAmong(wanted, false)
	}
	if f.title >= 0 {
		return
	}
	// A page of one h1 that is not in a link calls it its title.
	for i := range f.runs {
		if r := &f.runs[i]; r.heading == 1 && r.linked*2 < r.letters && r.words >= 3 {
			if f.title >= 0 {
				f.title = -1
				return
			}
			f.title = int32(i)
		}
	}
}

// leastLike is how like a title the page's h1 must be to outrank a subheading
// that is more like it.
const leastLike = 0.25

// titleAbove takes the page's one h1 for the title where the heading that was
// found stands below it and is not the wanted title word for word: pages name
// themselves after the question that one of their subheadings asks.
func (f *finder) titleAbove(wanted [][]string) {
	found := f.tokens(&f.runs[f.title])
	if slices.ContainsFunc(wanted, func(want []string) bool { return slices.Equal(want, found) }) {
		return
	}
	h1 := int32(-1)
	for i := range f.runs {
		if f.runs[i].heading == 1 && f.runs[i].linked == 0 {
			if h1 >= 0 {
				return
			}
			h1 = int32(i)
		}
	}
	if h1 < 0 || h1 > f.title {
		return
	}
	have := f.tokens(&f.runs[h1])
	if len(have) >= 3 && slices.ContainsFunc(wanted, func(want []string) bool { return likeness(want, have) >= leastLike }) {
		f.title = h1
	}
}

// titleAmong looks for a wanted title in the page's headings or outside of
// them.
func (f *finder) titleAmong(wanted [][]string, headings bool) {
	least, most := math.MaxInt, 0
	for _, want := range wanted {
		least, most = min(least, len(want)/3), max(most, 2*len(want)+4)
	}
	best := 0.0
	for i := range f.runs {
		r := &f.runs[i]
		if (r.heading > 0) != headings || int(r.words) < least || int(r.words) > most || r.words == 0 {
			continue
		}
		have := f.tokens(r)
		for rank, want := range wanted {
			same := likeness(want, have)
			if same < 0.7 {
				continue
			}
			switch {
			case r.heading == 1:
				same += 0.3
			case r.linked*2 > r.letters:
				same -= 0.6
			}
			if same -= 0.01 * float64(rank); same > best+0.001 {
				best, f.title = same, int32(i)
			}
		}
		if best >= 1.3 { // nothing is more like it
			return
		}
	}
}

func tokens(s string) []string { return keyWords(arabic.Key(s)) }

// keyWords are the words of a folding key, which single spaces part.
func keyWords(key string) []string {
	if key == "" {
		return nil
	}
	return strings.Split(key, " ")
}

// likeness is the share of common words in the shorter and longer of both,
// 0 to 1, where one that begins or ends the other counts nearly whole: titles
// are often given with the site's name.
func likeness(a, b []string) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	count := make(map[string]int, len(a))
	for _, w := range a {
		count[w]++
	}
	common := 0
	for _, w := range b {
		if count[w] > 0 {
			count[w]--
			common++
		}
	}
	short, long := min(len(a), len(b)), max(len(a), len(b))
	jaccard := float64(common) / float64(long)
	if common == short && short >= 3 {
		jaccard = max(jaccard, 0.9)
	}
	return jaccard
}
