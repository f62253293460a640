package search_test

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"nashra"
)

// newsroom writes articles of 4.4 KB whose words are as frequent as a
// language's are: some in every article, most in few.
type newsroom struct {
	random *rand.Rand
	zipf   *rand.Zipf
	words  []string
}

func newNewsroom() *newsroom {
	r := rand.New(rand.NewPCG(1, 2))
	letters := []rune("ابتثجحخدذرزسشصضطظعغفقكلمنهوي")
	n := &newsroom{random: r, zipf: rand.NewZipf(r, 1.1, 20, 59_999)}
	for range 60_000 {
		w := make([]rune, 3+r.IntN(4))
		for i := range w {
			w[i] = letters[r.IntN(len(letters))]
		}
		n.words = append(n.words, string(w))
	}
	return n
}

func (n *newsroom) word() string {
	before := []string{"ال", "ال", "ال", "و", "وال", "ب", "ل", "بال", "لل", "ف"}
	after := []string{"ات", "ه", "ة", "ها", "ين", "هم", "ة"}
	w := n.words[n.zipf.Uint64()]
	if n.random.IntN(100) < 40 {
		w = before[n.random.IntN(len(before))] + w
	}
	if n.random.IntN(100) < 20 {
		w += after[n.random.IntN(len(after))]
	}
	return w
}

func (n *newsroom) text(words int) string {
	var b strings.Builder
	for range words {
		b.WriteString(n.word())
		b.WriteByte(' ')
	}
	return strings.TrimSpace(b.String())
}

func (n *newsroom) article(i int) nashra.Content {
	var body strings.Builder
	for range 8 {
		fmt.Fprintf(&body, "<p>%s.</p>", n.text(50))
	}
	c := article(i, n.text(8), "")
	c.HTML = body.String()
	return c
}

// fill puts count articles into the archive, unindexed.
func (a *archive) fill(n *newsroom, count int) {
	a.Helper()
	for i := 0; i < count; {
		var contents []nashra.Content
		for range min(40, count-i) {
			contents = append(contents, n.article(i))
			i++
		}
		a.fetch("ahram", contents...)
	}
}

func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func (a *archive) indexSize() (size int64) {
	a.check(filepath.WalkDir(a.indexFolder(), func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			size += info.Size()
		}
		return err
	}))
	return size
}

// BenchmarkArchive indexes an archive of NASHRA_SEARCH_ITEMS articles (10,000)
// and searches it.
func BenchmarkArchive(b *testing.B) {
	items := 10_000
	if n, err := strconv.Atoi(os.Getenv("NASHRA_SEARCH_ITEMS")); err == nil {
		items = n
	}
	n := newNewsroom()
	a := newArchive(b)
	a.fill(n, items)
	b.Run("index", func(b *testing.B) {
		for range b.N {
			a.check(a.index.Close())
			a.check(os.RemoveAll(a.indexFolder()))
			a.open()
			began := processorTime()
			a.check(a.index.CatchUp(b.Context()))
			b.ReportMetric(float64((processorTime()-began).Microseconds())/float64(items), "cpu-µs/item")
		}
		b.ReportMetric(float64(a.indexSize())/float64(items), "B/item")
		b.ReportMetric(0, "ns/op")
	})
	a.check(a.index.CatchUp(b.Context()))
	for _, words := range []struct{ name, text string }{
		{"two-common", n.words[1] + " " + n.words[2]},
		{"common-and-middling", n.words[3] + " " + n.words[600]},
		{"two-rare", n.words[20_000] + " " + n.words[30_000]},
		{"phrase", `"` + n.words[1] + " " + n.words[2] + `"`},
	} {
		for _, order := range []nashra.SearchOrder{nashra.SearchNewest, nashra.SearchBest} {
			b.Run(words.name+"/"+string(order), func(b *testing.B) {
				began := processorTime()
				for range b.N {
					found, err := a.index.Search(b.Context(), nashra.Search{Text: words.text, Order: order, Limit: 20, Visible: a.now})
					a.check(err)
					b.ReportMetric(float64(len(found.Hits)), "hits")
				}
				b.ReportMetric(float64((processorTime()-began).Microseconds())/float64(b.N), "cpu-µs/op")
			})
		}
	}
}
