package settings

import (
	"strings"

	"github.com/tidwall/gjson"
)

// rudder is a document of RudderStack's while it is changed.
type rudder struct {
	Ask
	edits
	removed int
}

// Rudder changes the answer to GET /sourceConfig/. Its SDKs have nothing that takes a
// member from one destination's events in the browser, so a destination that is allowed
// only without some is removed as well.
func Rudder(body []byte, a Ask) (Answer, error) {
	root, err := read(body)
	if err != nil {
		return Answer{}, err
	}
	s, found := rudder{Ask: a}, false
	for _, m := range members(root) {
		switch m.key.Str {
		case "source":
			if !s.source(m) {
				return Answer{}, ErrShape
			}
			found = true
		case "dataPlaneUrl":
			s.url(m)
		}
	}
	if !found {
		return Answer{}, ErrShape
	}
	return Answer{s.apply(body), s.removed}, nil
}

func (s *rudder) source(in member) (ok bool) {
	for _, m := range members(in.Result) {
		switch m.key.Str {
		case "destinations":
			if !m.IsArray() {
				return false
			}
			ok = true
			s.destinations(m)
		case "dataplanes":
			s.dataPlanes(m)
		case "dataPlaneUrl":
			s.url(m)
		}
	}
	return ok && in.IsObject()
}

// destinations takes out what is not allowed. What a destination is its definition
// says; its own name is a label that whoever administers RudderStack gives it.
func (s *rudder) destinations(in member) {
	list := members(in.Result)
	gone := make([]bool, len(list))
	for i, m := range list {
		if gone[i] = !s.allows(m); gone[i] {
			s.removed++
		}
	}
	s.change(in.Result, list, gone)
}

// allows asks for the name by which the SDKs choose the code to load: the older ones by
// "name", the newer ones by "displayName".
func (s *rudder) allows(destination member) bool {
	allowed := s.Mode.Any
	for _, m := range members(destination.Result) {
		if m.key.Str != "destinationDefinition" {
			continue
		}
		fields := members(m.Result)
		drop, one := s.named(fields, "name")
		more, other := s.named(fields, "displayName")
		if !one && !other || len(drop)+len(more) > 0 {
			return false
		}
		allowed = true
	}
	return allowed
}

// dataPlanes points every region's servers at us: {"US":[{"url":"…","default":true}]}.
func (s *rudder) dataPlanes(in member) {
	for _, m := range members(in.Result) {
		switch {
		case m.Type == gjson.JSON:
			s.dataPlanes(m)
		case m.key.Str == "url":
			s.url(m)
		}
	}
}

// url points one server at us. The SDKs add "/v1/…" themselves.
func (s *rudder) url(m member) {
	if host := s.apiHost(); host != "" && m.Type == gjson.String {
		s.replace(m, quote(s.protocol()+"://"+strings.TrimSuffix(strings.TrimSuffix(host, "/"), "/v1")))
	}
}
