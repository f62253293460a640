package arabic

import "strings"

// Clean mends the text of one paragraph by the rules T.
func Clean(s string) string { return strings.Join(strings.Fields(s), " ") }

// Verbatim mends the characters of a text whose spaces and marks have a
// meaning of their own, as in pre and code.
func Verbatim(s string) string { return s }
