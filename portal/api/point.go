package api

import (
	"strconv"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
)

// point is a data point as lists have it.
type point struct {
	ID           inventory.ID `json:"id" doc:"20 hexadecimal digits, of path and found type"`
	Path         string       `json:"path" doc:"normalised: [] for array indexes, * for names that are identifiers or personal"`
	Type         string       `json:"type" doc:"what it is, as people say, else as found; empty for a field in which nothing personal was found"`
	Class        string       `json:"class" enum:"red,yellow,green" doc:"likewise"`
	Recommended  string       `json:"recommended" enum:"red,yellow,green" doc:"the class of what was found"`
	Status       string       `json:"status" enum:"new,approved,ignored"`
	Sources      []string     `json:"sources" doc:"where it was met"`
	Destinations []string     `json:"destinations" doc:"where events with it went to, whatever was done to it"`
	FirstSeen    time.Time    `json:"first_seen"`
	LastSeen     time.Time    `json:"last_seen"`
	Count        int64        `json:"count" doc:"findings; 0 for a field in which nothing personal was found"`
	Found        found        `json:"found"`
	Shape        string       `json:"shape" doc:"of one value: letters as a and A, digits as 9; empty when none was drawn"`
	Drift        string       `json:"drift" doc:"what the path was known for when this was found first; empty when it was not known"`
	Note         string       `json:"note"`
	Owner        string       `json:"owner"`
	Version      int64        `json:"version" doc:"grows with every decision; the ETag"`
	DecidedBy    string       `json:"decided_by"`
	DecidedAt    *time.Time   `json:"decided_at"`
	Override     *place       `json:"override" doc:"where the configuration says what the path holds, whatever is decided here"`
}

// found is what detection says.
type found struct {
	Type       string  `json:"type"`
	Class      string  `json:"class" enum:"red,yellow,green"`
	Matched    string  `json:"matched" enum:"key,value,both," doc:"what gave it away; empty when a rule selects the path"`
	How        string  `json:"how" enum:"exact,synonym,fuzzy,pattern,validated,"`
	Confidence float64 `json:"confidence" doc:"0 to 1: of such findings, so many are what they are said to be"`
}

// place is a line of the configuration.
type place struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

// pointDetail is a data point with all that is known.
type pointDetail struct {
	point
	PerSource []sourceVerdict `json:"per_source" doc:"verdicts for single sources"`
	Sightings []sighting      `json:"sightings" doc:"where it was met (no destination) and what was done for each destination; the most frequent first, at most 1000"`
	Effects   []effect        `json:"effects" doc:"what is done now for each destination, and by which rule"`
}

type sourceVerdict struct {
	Source string `json:"source"`
	Status string `json:"status" enum:"new,approved,ignored"`
	Type   string `json:"type"`
	Class  string `json:"class" enum:"red,yellow,green"`
}

type sighting struct {
	Source      string    `json:"source"`
	Event       string    `json:"event" doc:"name of the event; empty for one without a name"`
	Destination string    `json:"destination"`
	Action      string    `json:"action"`
	Rule        string    `json:"rule" doc:"empty for the destination's default, and for what is kept back whatever the rules say"`
	FirstSeen   time.Time `json:"first_seen"`
	LastSeen    time.Time `json:"last_seen"`
	Count       int64     `json:"count"`
}

func (s *state) point(p *inventory.DataPoint) point {
	v := point{
		ID: p.ID, Path: p.Path, Type: p.Type, Class: p.Class, Recommended: p.Found.Class, Status: string(p.Status),
		Sources: some(p.Sources), Destinations: some(p.Destinations),
		FirstSeen: p.FirstSeen.UTC(), LastSeen: p.LastSeen.UTC(), Count: p.Count,
		Found: found{p.Found.Type, p.Found.Class, p.Found.Matched, p.Found.How, float64(p.Found.Confidence) / 100},
		Shape: p.Shape, Drift: p.Drift, Note: p.Note, Owner: p.Owner,
		Version: p.Version, DecidedBy: p.DecidedBy, DecidedAt: stamp(p.DecidedAt),
	}
	if line, ok := s.OverrideLine(p.Path); ok {
		v.Override = &place{s.File, line}
	}
	return v
}

func (s *state) detail(p *inventory.DataPoint, seen []inventory.Seen) *pointDetail {
	d := &pointDetail{point: s.point(p), PerSource: []sourceVerdict{}, Sightings: []sighting{}, Effects: s.effects(p, seen)}
	for _, v := range p.PerSource {
		d.PerSource = append(d.PerSource, sourceVerdict{v.Source, string(v.Status), v.Type, v.Class})
	}
	for _, x := range seen {
		d.Sightings = append(d.Sightings, sighting{x.Source, x.Event, x.Destination, x.Action, x.Rule, x.FirstSeen.UTC(), x.LastSeen.UTC(), x.Count})
	}
	return d
}

// etag is the ETag of a version of a data point.
func etag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }
