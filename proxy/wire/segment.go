package wire

import "github.com/eventveil/eventveil/engine"

// Segment's HTTP tracking API, which RudderStack speaks on the same paths. An
// accepted event is answered with exactly 200: the Python SDK sends a batch
// again for any other 2xx.
var (
	// Segment takes one event a request.
	Segment = &Dialect{
		Name:    "segment",
		Events:  &engine.Format{EventName: segmentNames, WriteKey: "writeKey"},
		Success: segmentSuccess,
		Refusal: segmentRefusal,
	}
	// SegmentBatch takes many; a body without "batch" is one event.
	SegmentBatch = &Dialect{
		Name:    "segment",
		Events:  &engine.Format{Batch: "batch", EventName: segmentNames, WriteKey: "writeKey"},
		Success: segmentSuccess,
		Refusal: segmentRefusal,
	}

	segmentNames   = []string{"event", "name"}
	segmentSuccess = []byte(`{"success":true}`)
)

func segmentRefusal(dst []byte, code, message string) []byte {
	dst = append(dst, `{"success":false,"message":"`...)
	dst = append(dst, message...)
	dst = append(dst, `","code":"`...)
	dst = append(dst, code...)
	return append(dst, `"}`...)
}
