package arabic

// Excerpt is the beginning of text, max grapheme clusters at most.
func Excerpt(text string, max int) string {
	if r := []rune(text); len(r) > max {
		return string(r[:max])
	}
	return text
}
