package nashra

// Reread is what came of asking a partner for one stored article again.
type Reread struct {
	Changed bool   // there is another revision of it now
	Status  int    // of the answer over HTTP that stood in the way; 0: something else did, or nothing
	Error   string // why the article stays as it was; "": nothing stood in the way
}
