package publisher

// ThemeTexts are the texts that a theme may replace, for the test of their
// documentation: name and ours.
func ThemeTexts() (pairs [][2]string) {
	w := arabicWords
	_ = w.each(func(key, text string) (string, error) { // it returns what the function does: nil
		pairs = append(pairs, [2]string{key, text})
		return text, nil
	})
	return pairs
}
