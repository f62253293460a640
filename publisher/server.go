package publisher

import (
	"net/http"
	"time"
)

// Limits against slow and greedy clients (contract, "Slow clients").
const (
	headerTimeout   = 10 * time.Second // for all headers of a request
	idleTimeout     = 2 * time.Minute  // of a connection between two requests
	responseTimeout = 2 * time.Minute  // for a response, and
	bytesPerSecond  = 10 << 10         // a second more for each of these
	maxHeaderBytes  = 64 << 10
	maxRequestBody  = 64 << 10 // but for what a hub delivers
)

// NewHTTPServer puts h behind the time limits of the contract. The caller sets
// the address and an ErrorLog where it wants them.
func NewHTTPServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       responseTimeout,
		WriteTimeout:      responseTimeout, // lengthened for each response by its size, see extendDeadline
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
	}
}

// extendDeadline gives a response of n bytes its time; a short one has it since
// its request was read. The deadline is of the connection, so it is real time
// and not the Now of a Config.
func extendDeadline(w http.ResponseWriter, n int) {
	if n < bytesPerSecond {
		return
	}
	limit := responseTimeout + time.Duration(n/bytesPerSecond)*time.Second
	// A writer that knows no deadlines is a test's recorder.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(limit))
}
