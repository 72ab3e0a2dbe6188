package proxy

import (
	"fmt"
	"log/slog"
	"path"
	"runtime"
	"strings"
	"sync/atomic"
	"time"
)

// faults tells the operator where the program is wrong and what its queue says, each at
// most once a second. What a panic says may quote an event, so only its type, its place
// and words of the Go runtime are told.
type faults struct {
	log    *slog.Logger
	last   atomic.Int64 // Unix seconds
	queued atomic.Int64 // likewise, of the queue's
}

// queue tells of an error of the queue's, which quotes no event.
func (f *faults) queue(err error) {
	now := time.Now().Unix()
	if f.log == nil || f.queued.Swap(now) == now {
		return
	}
	f.log.Error("cannot put events into the queue; SDKs are asked to send them again", "error", err)
}

// report must be called from the deferred function that recovered.
func (f *faults) report(fault any) {
	now := time.Now().Unix()
	if f.log == nil || f.last.Swap(now) == now {
		return
	}
	words := ""
	if r, ok := fault.(runtime.Error); ok {
		words = r.Error()
	}
	f.log.Error("BUG: a request met a fault of the program; nothing of it was forwarded", "type", fmt.Sprintf("%T", fault), "words", words, "at", trace())
}

// trace lists the places that led to a panic, innermost first.
func trace() string {
	var pcs [32]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(4, pcs[:])])
	var at []string
	for {
		f, more := frames.Next()
		if !strings.HasPrefix(f.Function, "runtime.") {
			at = append(at, fmt.Sprintf("%s %s:%d", path.Base(f.Function), path.Base(f.File), f.Line))
		}
		if !more || len(at) == 12 {
			return strings.Join(at, ", ")
		}
	}
}
