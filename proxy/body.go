package proxy

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"

	"github.com/eventveil/eventveil/rules"
)

// maxRatio is how many bytes one compressed byte may become, beyond the first
// ratioFree bytes. DEFLATE cannot exceed 1032; JSON of real events stays below 40.
const (
	maxRatio  = 200
	ratioFree = 1 << 20
)

var (
	gzipMagic = []byte{0x1f, 0x8b}
	zstdMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}
)

// decode returns the body as the SDK meant it: decompressed by the header's coding,
// or by its first bytes when there is no header. plain says that nothing had to be
// done. The result lives in q or is body itself.
func (s *Server) decode(q *request, body []byte, limits *rules.Limits) (text []byte, plain bool, r *refusal) {
	var d *decompressor
	switch coding := q.coding; {
	case len(coding) == 0 || bytes.EqualFold(coding, []byte("identity")):
		switch {
		case bytes.HasPrefix(body, gzipMagic):
			d = &gzips
		case bytes.HasPrefix(body, zstdMagic):
			d = &zstds
		default:
			return body, true, nil
		}
	case bytes.EqualFold(coding, []byte("gzip")), bytes.EqualFold(coding, []byte("x-gzip")):
		d = &gzips
	case bytes.EqualFold(coding, []byte("deflate")):
		d = &flates // as some SDKs understand it
		if len(body) > 1 && body[0]&0x0f == 8 && (uint(body[0])<<8|uint(body[1]))%31 == 0 {
			d = &zlibs // as the standard has it
		}
	case bytes.EqualFold(coding, []byte("br")):
		d = &brotlis
	case bytes.EqualFold(coding, []byte("zstd")):
		d = &zstds
	default:
		return nil, false, refuseUnknown
	}
	text, r = s.inflate(q, body, d, limits)
	return text, false, r
}

// decompressor reads one coding; its readers are kept for the next body.
type decompressor struct {
	pool sync.Pool
	open func(src *bytes.Reader) (io.Reader, error)
	next func(r io.Reader, src *bytes.Reader) error
}

var (
	gzips = decompressor{
		open: func(src *bytes.Reader) (io.Reader, error) { return gzip.NewReader(src) },
		next: func(r io.Reader, src *bytes.Reader) error { return r.(*gzip.Reader).Reset(src) },
	}
	zlibs = decompressor{
		open: func(src *bytes.Reader) (io.Reader, error) { return zlib.NewReader(src) },
		next: func(r io.Reader, src *bytes.Reader) error { return r.(zlib.Resetter).Reset(src, nil) },
	}
	flates = decompressor{
		open: func(src *bytes.Reader) (io.Reader, error) { return flate.NewReader(src), nil },
		next: func(r io.Reader, src *bytes.Reader) error { return r.(flate.Resetter).Reset(src, nil) },
	}
	brotlis = decompressor{
		open: func(src *bytes.Reader) (io.Reader, error) { return brotli.NewReader(src), nil },
		next: func(r io.Reader, src *bytes.Reader) error { return r.(*brotli.Reader).Reset(src) },
	}
	zstds = decompressor{
		open: func(src *bytes.Reader) (io.Reader, error) {
			return zstd.NewReader(src, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(8<<20))
		},
		next: func(r io.Reader, src *bytes.Reader) error { return r.(*zstd.Decoder).Reset(src) },
	}
)

func (s *Server) inflate(q *request, body []byte, d *decompressor, limits *rules.Limits) ([]byte, *refusal) {
	q.source.Reset(body)
	r, ok := d.pool.Get().(io.Reader)
	var err error
	if ok {
		err = d.next(r, &q.source)
	} else {
		r, err = d.open(&q.source)
	}
	if err != nil {
		return nil, refuseCoding
	}
	refused := s.readAll(q, r, min(limits.Inflated, ratioFree+maxRatio*int64(len(body))), limits.InFlight)
	switch {
	case refused != nil:
		return nil, refused
	case q.source.Len() > 0:
		return nil, refuseCoding // bytes behind the end of the stream
	}
	d.pool.Put(r)
	return q.inflated, nil
}

// readAll reads a decompressed body into q.inflated. What a body becomes counts
// towards the bytes in flight like what came: else a few small bodies could fill the memory.
func (s *Server) readAll(q *request, r io.Reader, limit, budget int64) *refusal {
	b := q.inflated[:0]
	defer func() { q.inflated = b }()
	for idle := 0; idle < 100; idle++ {
		b = slices.Grow(b, 4096)
		n, err := r.Read(b[len(b):min(int64(cap(b)), limit+1)])
		b = b[:len(b)+n]
		switch {
		case int64(len(b)) > limit:
			return refuseBomb
		case !s.hold(q, n, budget):
			return refuseOverload
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return refuseCoding
		}
		if n > 0 {
			idle = 0
		}
	}
	return refuseCoding // a reader that makes no progress
}
