//go:build race

package main_test

// raceDetector is whether these tests run under it, which needs a C compiler:
// the program is then built with it as well.
const raceDetector = true
