package nashra

// Setting is what is in force for a source under one key of config.yaml, and
// where it comes from.
type Setting struct {
	Key   string // as it stands in the source's block
	Value string // as config.yaml would have it; secrets are left out
	From  string // full name of the key that says so, such as fetch.every; "": the default
	Line  int    // on which it stands in config.yaml; 0: none
}
