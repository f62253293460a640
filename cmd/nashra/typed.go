package main

import "context"

// typed waits for what read gets from a terminal, but not beyond the end of ctx,
// of which no such reading learns. What is typed after it is lost.
func typed[T any](ctx context.Context, read func() (T, error)) (T, error) {
	type answer struct {
		text T
		err  error
	}
	done := make(chan answer, 1)
	go func() {
		text, err := read()
		done <- answer{text, err}
	}()
	select {
	case a := <-done:
		return a.text, a.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}
