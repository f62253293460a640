package store_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"nashra"
	"nashra/store"
)

// fullVariable makes it one that does so until there is no more room.
const fullVariable = "NASHRA_TEST_FULL_STORE"

// compactVariable has the process of crashVariable compact the store all the
// while.
const compactVariable = "NASHRA_TEST_CRASH_COMPACT"

// crashVariable makes the test binary a process that applies batches to the
// store at its value until it is killed.
const crashVariable = "NASHRA_TEST_CRASH_STORE"

func TestMain(m *testing.M) {
	if path := os.Getenv(crashVariable); path != "" {
		if err := applyForEver(path, os.Getenv(compactVariable) != "", os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	if path := os.Getenv(fullVariable); path != "" {
		if err := applyUntilFull(path, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// Each cycle of the crash test is two batches of this many articles, and every
// article is of one text, so that half of anything shows.
const crashArticles = 6

// applyForEver goes on where the store is, and writes the number of each batch
// that is applied: twice the cycle, one more for the closing one.
func applyForEver(path string, compact bool, acknowledge io.Writer) error {
	s, err := store.Open(path, store.Options{})
	if err != nil {
		return err
	}
	ctx := context.Background()
	if compact {
		go compactForEver(ctx, s)
	}
	config := configBatch()
	for i := range crashBeside {
		config.Sources = append(config.Sources, nashra.Source{ID: besideSource(i), Partner: "beside"})
	}
	if _, err := s.Apply(ctx, config); err != nil {
		return err
	}
	for i := range crashBeside {
		go func() {
			if err := applyBeside(ctx, s, besideSource(i), acknowledge); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
		}()
	}
	for {
		source, err := s.Source(ctx, "s")
		if err != nil {
			return err
		}
		first, closing := crashBatches(source.State)
		for i, b := range []nashra.Batch{first, closing} {
			if _, err := s.Apply(ctx, b); err != nil {
				return err
			}
			fmt.Fprintln(acknowledge, 2*b.Cycle.Number+uint64(i))
		}
	}
}

func compactForEver(ctx context.Context, s *store.Store) {
	for {
		if _, err := s.Compact(ctx); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// crashBeside is how many other sources are written at the same time, so that
// batches share their commits.
const crashBeside = 3

func besideSource(i int) string { return "beside" + strconv.Itoa(i) }

// applyBeside goes on with one more source, and writes its name and the number
// of each cycle that is applied.
func applyBeside(ctx context.Context, s *store.Store, id string, acknowledge io.Writer) error {
	for {
		source, err := s.Source(ctx, id)
		if err != nil {
			return err
		}
		b := closing(id, source.State.Cycle, 0)
		if _, err := s.Apply(ctx, b); err != nil {
			return err
		}
		fmt.Fprintln(acknowledge, id, b.Cycle.Number)
	}
}

// crashBatches makes the next cycle. A run after a broken one begins later.
func crashBatches(state nashra.State) (first, closing nashra.Batch) {
	base := state.Cycle
	first = cycleBatch(2*base, crashArticles, strings.Repeat(fmt.Sprint(" دورة ", base), 200))
	closing = cycleBatch(2*base+1, crashArticles, strings.Repeat(fmt.Sprint(" دورة ", base), 200))
	began := state.Run.Add(time.Second)
	if state.Run.IsZero() {
		began = at
	}
	for i, b := range []*nashra.Batch{&first, &closing} {
		b.ID = fmt.Sprintf("s/%d/%d/%d", base+1, began.UnixNano(), i)
		b.Base, b.Cycle = base, nashra.Cycle{Number: base + 1, Began: began}
	}
	first.Fetch, first.State = nil, nil
	return first, closing
}

// TestKilledAtAnyMoment kills the process that writes, again and again, and
// looks at what it leaves: every batch that was acknowledged, and of the one
// under way all or nothing.
func TestKilledAtAnyMoment(t *testing.T) {
	for name, env := range map[string]string{"writing": "", "writing and compacting": compactVariable + "=1"} {
		t.Run(name, func(t *testing.T) { killAtAnyMoment(t, env) })
	}
}

func killAtAnyMoment(t *testing.T, env string) {
	random := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	path := filepath.Join(t.TempDir(), "nashra.db")
	var kept int // rounds that were killed in the middle of work
	for round := range 36 {
		if round%6 == 0 { // now and then from the very beginning: also the making is broken off
			path = filepath.Join(t.TempDir(), fmt.Sprint(round), "nashra.db")
		}
		acknowledged, beside := killAfter(t, path, env, round%2 == 1, random)
		if acknowledged > 0 {
			kept++
		}
		checkSurvivor(t, path, acknowledged, beside)
		if t.Failed() {
			t.Fatalf("after round %d", round)
		}
	}
	t.Logf("killed in the middle of work %d times of 36", kept)
	if kept == 0 {
		t.Error("no process was killed in the middle of work: the test tests nothing")
	}
}

// killAfter runs the writing process for a random while, from its start or, with
// atWork, from its first acknowledgement, and returns the last
// batch that it acknowledged, 0 for none, and the last cycles of the sources
// beside.
func killAfter(t *testing.T, path, env string, atWork bool, random *rand.Rand) (last uint64, beside map[string]uint64) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), crashVariable+"="+path, env)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill := func() {
		timer := time.AfterFunc(time.Duration(random.IntN(80))*time.Millisecond, func() { _ = cmd.Process.Kill() }) // it may have failed, see below
		t.Cleanup(func() { timer.Stop() })
	}
	if !atWork {
		kill()
	}
	beside = make(map[string]uint64)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if atWork {
			kill()
			atWork = false
		}
		id, number, isBeside := strings.Cut(lines.Text(), " ")
		if !isBeside {
			number = id
		}
		n, err := strconv.ParseUint(number, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		if isBeside {
			beside[id] = n
		} else {
			last = n
		}
	}
	if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the writer was not killed but ended: %v", err)
	}
	return last, beside
}

// checkSurvivor opens the store and compares it with what was acknowledged.
func checkSurvivor(t *testing.T, path string, acknowledged uint64, beside map[string]uint64) {
	t.Helper()
	s := open(t, path)
	defer s.Close()
	if r := check(t, s); len(r.Problems) > 0 {
		t.Errorf("the check says %v", r.Problems)
	}
	for id, cycle := range beside {
		if source, err := s.Source(t.Context(), id); err != nil || source.State.Cycle < cycle {
			t.Errorf("cycle %d of %s was acknowledged, the store is at %d, %v", cycle, id, source.State.Cycle, err)
		}
	}
	var cycle uint64
	if source, err := s.Source(t.Context(), "s"); err == nil {
		cycle = source.State.Cycle
	} else if acknowledged > 0 {
		t.Fatal(err)
	}
	if closed := acknowledged / 2; acknowledged%2 == 1 && cycle < closed {
		t.Errorf("cycle %d was acknowledged, the store is at cycle %d", closed, cycle)
	}
	if cycle == 0 && acknowledged == 0 {
		return // nothing was promised, perhaps not even the source
	}
	present := make(map[uint64]int) // articles by batch
	q := nashra.Query{Limit: 1000, Source: "s", Bodies: true}
	for {
		page, err := s.Articles(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Records {
			n, err := strconv.ParseUint(r.Article.GUID, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			batch := n / crashArticles
			present[batch]++
			want := "<p>" + r.Article.GUID + strings.Repeat(fmt.Sprint(" دورة ", batch/2), 200) + "</p>"
			if r.Article.HTML != want {
				t.Errorf("article %s has %d bytes of body, want %d", r.Article.GUID, len(r.Article.HTML), len(want))
			}
		}
		if page.Next == "" {
			break
		}
		q.After = page.Next
	}
	for batch, n := range present {
		if n != crashArticles {
			t.Errorf("batch %d left %d of its %d articles", batch, n, crashArticles)
		}
	}
	for batch := range 2 * cycle {
		if present[batch] == 0 {
			t.Errorf("cycle %d is whole, and its batch %d is missing", cycle, batch)
		}
	}
	if acknowledged > 0 && acknowledged%2 == 0 {
		if first := acknowledged - 2; present[first] == 0 {
			t.Errorf("batch %d, the first of cycle %d, was acknowledged and is missing", first, acknowledged/2)
		}
	}
}
