package main_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// onDisk runs a shell script in which data is a disk of its own, of size as
// mount(8) has it. $N is nashra, and "step NAME COMMAND…" runs a command and
// notes what it printed and its status.
func (d *desk) onDisk(t *testing.T, size, script string) map[string]result {
	t.Helper()
	const prelude = `
step() {
	name=$1; shift
	status=0; "$@" >"$name.out" 2>"$name.err" || status=$?
	echo $status >"$name.status"
}
wait_for() { until grep -q "$1" "$2" 2>/dev/null; do sleep 0.05; done; }
mkdir -p data
mount -t tmpfs -o size=`
	cmd := exec.CommandContext(t.Context(), "sh", "-ec", prelude+size+" none data\ntouch mounted\n"+script)
	cmd.Dir = d.folder
	cmd.Env = append(append(os.Environ(), "GORACE=atexit_sleep_ms=0", "N="+binary), d.env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}}
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	if _, statErr := os.Stat(filepath.Join(d.folder, "mounted")); statErr != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("no disk can be mounted here: %v\n%s", err, &out)
		}
		t.Skipf("no disk can be mounted here: %v", err)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	steps := make(map[string]result)
	for _, name := range beside(t, d.folder, "*.status") {
		name = strings.TrimSuffix(name, ".status")
		r := result{stdout: d.read(t, name+".out"), stderr: d.read(t, name+".err")}
		if s := strings.TrimSpace(d.read(t, name+".status")); s != "0" {
			r.status = 1
			if s != "1" {
				t.Errorf("%s ended with status %s", name, s)
			}
		}
		steps[name] = r
	}
	return steps
}

func beside(t *testing.T, folder, pattern string) (names []string) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(folder, pattern))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range paths {
		names = append(names, filepath.Base(p))
	}
	return names
}

// unpackable is a paragraph that stays as long as it is when it is packed.
func unpackable(seed int) string {
	var b strings.Builder
	for n := uint64(seed) + 1; b.Len() < 100<<10; n = n*6364136223846793005 + 1442695040888963407 {
		b.WriteString(strconv.FormatUint(n, 36) + " ")
	}
	return b.String()
}

// aSentence matches one line that says what to do.
var aSentence = regexp.MustCompile(`^nashra: [^\n]*(room|writable)[^\n]*\n$`)

func TestAFullDiskIsASentenceAndLosesNothing(t *testing.T) {
	large := articles("delta")
	for i := range large {
		large[i].paragraphs = append(large[i].paragraphs, unpackable(i))
	}
	first, second := newPartner(t, "rss", articles("fikra")...), newPartner(t, "rss", large...)
	d := newDesk(t, "  - {id: first, name: الأول, feed: "+first.URL+"/feed}\n  - {id: second, name: الثاني, feed: "+second.URL+"/feed}\n")
	steps := d.onDisk(t, "4m", `
$N fetch first
$N backup copy.db
$N dump >before
$N serve --no-schedule 2>serve.log &
serving=$!
wait_for serving serve.log
dd if=/dev/zero of=data/filler bs=1k 2>/dev/null || true
step fetch $N fetch second
step compact $N compact
step backup $N backup data/copy.db
step items $N items
step check $N check
$N dump >full
kill -TERM $serving
wait $serving || true
step restore $N restore copy.db
$N dump >after
cmp before full
cmp before after
ls data >left
rm data/filler
step fetched $N fetch second
step sound $N check
`)
	for _, name := range []string{"fetch", "compact", "backup", "restore"} {
		if r := steps[name]; r.status != 1 || r.stdout != "" || !aSentence.MatchString(r.stderr) {
			t.Errorf("%s on a full disk: %+v", name, r)
		}
	}
	for _, name := range []string{"items", "check", "fetched", "sound"} {
		if r := steps[name]; r.status != 0 {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if left := d.read(t, "left"); left != "filler\nnashra.db\nnashra.db.lock\nnashra.db.search\n" {
		t.Errorf("left on the full disk:\n%s", left)
	}
}

func TestAReadOnlyDiskIsASentence(t *testing.T) {
	p := newPartner(t, "rss", articles("fikra")...)
	d := newDesk(t, "  - {id: fikrafann, name: جريدة فكرة فن, feed: "+p.URL+"/feed}\n")
	steps := d.onDisk(t, "4m", `
$N fetch
$N backup copy.db
$N dump >before
mount -o remount,ro data
step fetch $N fetch --all
step serve $N serve
step items $N items
step check $N check
step restore $N restore copy.db
mount -o remount,rw data
$N dump >after
cmp before after
`)
	for name, r := range steps {
		if r.status != 1 || r.stdout != "" || !aSentence.MatchString(r.stderr) {
			t.Errorf("%s on a read-only disk: %+v", name, r)
		}
	}
	if len(steps) != 5 {
		t.Errorf("%d steps", len(steps))
	}
}
