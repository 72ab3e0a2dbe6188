package wire

import "github.com/eventveil/eventveil/engine"

// Plain JSON, for any collector that takes it.
var (
	// JSON takes an object as an event and an array as events.
	JSON = &Dialect{
		Name:    "json",
		Events:  &engine.Format{RootArray: true, EventName: plainNames, WriteKey: "writeKey"},
		Success: segmentSuccess,
		Refusal: segmentRefusal,
	}
	// Lines takes an event a line (NDJSON, JSON Lines).
	Lines = &Dialect{
		Name:    "ndjson",
		Events:  &engine.Format{Lines: true, EventName: plainNames, WriteKey: "writeKey"},
		Success: segmentSuccess,
		Refusal: segmentRefusal,
	}

	plainNames = []string{"event", "name"}
)
