package settings

import (
	"github.com/tidwall/gjson"
)

// own is the integration that sends events to the collector: it always stays.
const own = "Segment.io"

// segment is a document of Segment's while it is changed.
type segment struct {
	Ask
	edits
	removed int
	rules   routingRules
}

// Segment changes the answer to GET /v1/projects/<write key>/settings.
func Segment(body []byte, a Ask) (Answer, error) {
	root, err := read(body)
	if err != nil {
		return Answer{}, err
	}
	s, list, found := segment{Ask: a}, members(root), false
	for _, m := range list {
		switch m.key.Str {
		case "integrations":
			if !m.IsObject() {
				return Answer{}, ErrShape
			}
			found = true
			s.integrations(m)
		case "remotePlugins":
			if !m.IsArray() && m.Type != gjson.Null {
				return Answer{}, ErrShape
			}
			s.plugins(m)
		}
	}
	if !found {
		return Answer{}, ErrShape
	}
	add := append(s.metrics(list), s.middleware(list)...)
	s.change(root, list, nil, add...)
	return Answer{s.apply(body), s.removed}, nil
}

// integrations takes out what is not allowed and points the SDK's own at us.
func (s *segment) integrations(in member) {
	list := members(in.Result)
	gone, found := make([]bool, len(list)), false
	for i, m := range list {
		if m.key.Str == own {
			found = true
			s.own(m)
			continue
		}
		drop, allowed := s.find(m.key.Str)
		if gone[i] = !allowed; gone[i] {
			s.removed++
			continue
		}
		s.rules.add(m.key.Raw, drop)
	}
	var add []string
	if host := s.apiHost(); !found && host != "" {
		add = []string{quote(own) + ":{" + s.address(host) + "}"}
	}
	s.change(in.Result, list, gone, add...)
}

// own sets where the SDK sends events.
func (s *segment) own(m member) {
	host := s.apiHost()
	switch {
	case host == "":
	case !m.IsObject():
		s.replace(m, "{"+s.address(host)+"}")
	default:
		list := members(m.Result)
		add := append(s.set(list, "apiHost", quote(host)), s.set(list, "protocol", quote(s.protocol()))...)
		s.change(m.Result, list, nil, add...)
	}
}

func (s *segment) address(host string) string {
	return `"apiHost":` + quote(host) + `,"protocol":` + quote(s.protocol())
}

// plugins takes out destinations whose code is loaded from a URL. One goes by the name
// of its kind and by that of its integration; either may be allowed.
func (s *segment) plugins(in member) {
	list := members(in.Result)
	gone := make([]bool, len(list))
	for i, m := range list {
		fields := members(m.Result)
		drop, allowed := s.named(fields, "creationName")
		more, also := s.named(fields, "name")
		drop = append(drop, more...)
		if gone[i] = !allowed && !also || !s.route(fields, drop); gone[i] {
			s.removed++
		}
	}
	s.change(in.Result, list, gone)
}

// route makes the browser drop members of events on their way to a plugin. ok is false
// when it could not be told which: routing rules go by its creation name.
func (s *segment) route(plugin []member, drop []string) (ok bool) {
	if len(drop) == 0 {
		return true
	}
	for _, m := range plugin {
		if m.key.Str == "creationName" {
			if m.Type != gjson.String {
				return false
			}
			s.rules.add(m.Raw, drop)
			ok = true
		}
	}
	return ok
}

// metrics sends what the SDK tells of itself, which otherwise goes to Segment, our way.
func (s *segment) metrics(root []member) (add []string) {
	host := s.apiHost()
	if host == "" {
		return nil
	}
	found := false
	for _, m := range root {
		if m.key.Str != "metrics" {
			continue
		}
		found = true
		if !m.IsObject() {
			s.replace(m, `{"host":`+quote(host)+`}`)
			continue
		}
		list := members(m.Result)
		s.change(m.Result, list, nil, s.set(list, "host", quote(host))...)
	}
	if found {
		return nil
	}
	return []string{`"metrics":{"host":` + quote(host) + `}`}
}

// middleware puts our routing rules in front of those that are there: none of them has
// copied a member before it is dropped.
func (s *segment) middleware(root []member) (add []string) {
	text := s.rules.text()
	if text == "" {
		return nil
	}
	found := false
	for _, m := range root {
		if m.key.Str != "middlewareSettings" {
			continue
		}
		found = true
		if !m.IsObject() {
			s.replace(m, `{"routingRules":[`+text+`]}`)
			continue
		}
		list, inside := members(m.Result), false
		for _, r := range list {
			if r.key.Str != "routingRules" {
				continue
			}
			inside = true
			if !r.IsArray() {
				s.replace(r, "["+text+"]")
				continue
			}
			s.change(r.Result, members(r.Result), nil, text)
		}
		if !inside {
			s.change(m.Result, list, nil, `"routingRules":[`+text+`]`)
		}
	}
	if found {
		return nil
	}
	return []string{`"middlewareSettings":{"routingRules":[` + text + `]}`}
}
