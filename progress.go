package nashra

// Stage is how far a cycle of one source has come.
type Stage string

const (
	StageIdle     Stage = "idle"     // there is no cycle
	StageWaiting  Stage = "waiting"  // another cycle of the source is in flight, and goes first
	StageAsked    Stage = "asked"    // the partner's site is asked for the feed
	StageAnswered Stage = "answered" // the answer is there
	StagePages    Stage = "pages"    // pages of entries are being loaded
	StageApplied  Stage = "applied"  // articles are in the store
)

// Progress is a step that a cycle of one source has taken.
type Progress struct {
	Stage   Stage
	Outcome Outcome // of StageAnswered, with
	Status  int     // of the answer over HTTP, 0 where there was none,
	Trouble Trouble // that kept us from the feed where Status does not tell, and
	Entries int     // that the feed holds
	Done    int     // of StagePages: that were asked for, whatever came of it,
	Of      int     // of so many
	Applied Applied // of StageApplied: what the cycle came to so far
}
