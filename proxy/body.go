package proxy

import (
	"bytes"
	"errors"
	"io"
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
func (q *request) decode(body, coding []byte, limits *rules.Limits) (text []byte, plain bool, r *refusal) {
	switch {
	case len(coding) == 0 || bytes.EqualFold(coding, []byte("identity")):
		switch {
		case bytes.HasPrefix(body, gzipMagic):
			return q.inflate(body, &gzips, limits)
		case bytes.HasPrefix(body, zstdMagic):
			return q.inflate(body, &zstds, limits)
		}
		return body, true, nil
	case bytes.EqualFold(coding, []byte("gzip")), bytes.EqualFold(coding, []byte("x-gzip")):
		return q.inflate(body, &gzips, limits)
	case bytes.EqualFold(coding, []byte("deflate")):
		if len(body) > 1 && body[0]&0x0f == 8 && (uint(body[0])<<8|uint(body[1]))%31 == 0 {
			return q.inflate(body, &zlibs, limits)
		}
		return q.inflate(body, &flates, limits)
	case bytes.EqualFold(coding, []byte("br")):
		return q.inflate(body, &brotlis, limits)
	case bytes.EqualFold(coding, []byte("zstd")):
		return q.inflate(body, &zstds, limits)
	}
	return nil, false, refuseUnknown
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

func (q *request) inflate(body []byte, d *decompressor, limits *rules.Limits) ([]byte, bool, *refusal) {
	q.source.Reset(body)
	r, ok := d.pool.Get().(io.Reader)
	var err error
	if ok {
		err = d.next(r, &q.source)
	} else {
		r, err = d.open(&q.source)
	}
	if err != nil {
		return nil, false, refuseCoding
	}
	limit := min(limits.Inflated, ratioFree+maxRatio*int64(len(body)))
	q.inflated.Reset()
	n, err := q.inflated.ReadFrom(io.LimitReader(r, limit+1))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, false, refuseCoding
	}
	if n > limit {
		return nil, false, refuseBomb
	}
	if q.source.Len() > 0 {
		return nil, false, refuseCoding // bytes behind the end of the stream
	}
	d.pool.Put(r)
	return q.inflated.Bytes(), false, nil
}
