// Package scan takes inventory of events: which data points they hold, how often,
// and what they look like. It gets chunks of documents, has them inspected on
// every core and adds up what was found in a Snapshot.
//
// No raw value is in a Snapshot: paths are the engine's, with names that are
// identifiers or personal data folded to "*", values are shapes, event names are
// folded alike. It decides nothing and reads no files.
package scan

import (
	"sync"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/rules"
)

// ChunkSize is the size in bytes to which chunks are to be filled.
const ChunkSize = 1 << 20

// maxKeptBuffer is the capacity in bytes above which a chunk's buffer is let go.
const maxKeptBuffer = 4 * ChunkSize

// Options are what a Scanner needs; all are required.
type Options struct {
	Policy *rules.Policy  // its classes, overrides and classifiers; Limits.Paths bounds the data points
	Format *engine.Format // how events lie in a document
	Source int            // index into Policy.Sources; -1: each document's write key tells
	Jobs   int            // workers
}

// Chunk is a piece of an input: whole documents.
type Chunk struct {
	File int    // number of the input; orders inputs
	Name string // of the input, for messages
	Line int    // of the first document, from 1
	Data []byte
	Docs []Doc // nil: each line of Data is a document, blank ones aside
}

// Doc is a document in a chunk's Data that may span lines.
type Doc struct {
	Start, End int
	Line       int // where it begins, from 1
}

// Scanner distributes chunks to workers. Get chunks with Chunk, hand them over
// with Scan, end with Finish. Chunk, Scan and Unreadable may be called by several
// readers at once.
type Scanner struct {
	Options
	engine  *engine.Engine
	idle    chan *Chunk
	full    chan *Chunk
	done    sync.WaitGroup
	workers []*worker

	mu       sync.Mutex
	problems problems // of the readers
}

// New starts the workers.
func New(o Options) *Scanner {
	s := &Scanner{Options: o, engine: engine.New(o.Policy)}
	// One chunk for each worker, one that waits for it, and two for each of as many
	// readers: a reader fills one chunk with what is left of another.
	n := 4 * o.Jobs
	s.idle, s.full = make(chan *Chunk, n), make(chan *Chunk, n)
	for range n {
		s.idle <- &Chunk{}
	}
	for range o.Jobs {
		w := newWorker(s)
		s.workers = append(s.workers, w)
		s.done.Go(w.work)
	}
	return s
}

// Chunk returns an empty chunk whose Data has room for ChunkSize bytes. It waits
// while all are in use; at most Jobs readers may hold at most two each.
func (s *Scanner) Chunk() *Chunk {
	c := <-s.idle
	if c.Data == nil {
		c.Data = make([]byte, 0, ChunkSize)
	}
	return c
}

// Scan hands a chunk over; its caller must not touch it again.
func (s *Scanner) Scan(c *Chunk) { s.full <- c }

// recycle makes a chunk ready for the next reader.
func (s *Scanner) recycle(c *Chunk) {
	data := c.Data[:0]
	if cap(data) > maxKeptBuffer {
		data = nil
	}
	*c = Chunk{Data: data}
	s.idle <- c
}

// Unreadable notes what a reader could not read.
func (s *Scanner) Unreadable(p Problem) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.problems.add(p)
}

// Finish waits for the workers and returns what they found. Nothing may be handed
// over afterwards.
func (s *Scanner) Finish() *Snapshot {
	close(s.full)
	s.done.Wait()
	sum := s.workers[0]
	for _, w := range s.workers[1:] {
		sum.merge(w)
	}
	for _, p := range s.problems.first {
		sum.problems.add(p)
	}
	sum.problems.count += s.problems.count - len(s.problems.first)
	return sum.snapshot()
}
