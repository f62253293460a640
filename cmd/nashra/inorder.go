package main

import "context"

// inOrder maps what next gives, workers at a time, and hands the results to
// emit in the order they came in. At most twice that many are held.
//
// When emit fails or ctx ends it waits for nothing: next may be reading from a
// terminal that gives no more, and the command is over.
func inOrder[T, R any](ctx context.Context, workers int, next func() (T, bool), work func(T) R, emit func(R) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	pending := make(chan chan R, workers)
	slots := make(chan struct{}, workers)
	go func() {
		defer close(pending)
		for ctx.Err() == nil {
			in, ok := next()
			if !ok {
				return
			}
			result := make(chan R, 1)
			select {
			case pending <- result:
			case <-ctx.Done():
				return
			}
			slots <- struct{}{}
			go func() {
				result <- work(in)
				<-slots
			}()
		}
	}()
	for result := range pending {
		select {
		case r := <-result:
			if err := emit(r); err != nil {
				return err
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return context.Cause(ctx)
}
