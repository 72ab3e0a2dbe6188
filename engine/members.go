package engine

import "bytes"

// members goes over the members of an object, or the elements of an array, of a valid
// document. What is skipped is read once; a value that the caller has read itself is
// not, when the caller says where it ends.
type members struct {
	text    []byte
	object  bool
	key     []byte // the member's name as it stands, without quotes; nil for an element
	escaped bool   // there are escapes in it
	member  int    // where the member begins: at its name, or at the element
	start   int    // where its value begins
	end     int    // behind the value; 0 as long as nobody asked, see stop
	last    int    // behind the value before it, behind the bracket when there is none
}

// enter begins at the object or array that text[i] opens.
func enter(text []byte, i int) members {
	return members{text: text, object: text[i] == '{', last: i + 1}
}

// stop is where the current value ends.
func (m *members) stop() int {
	if m.end == 0 {
		m.end = skipValue(m.text, m.start)
	}
	return m.end
}

// next goes to the next member. When there is none, last is behind the last value and
// start at the bracket that closes.
func (m *members) next() bool {
	b := m.text
	if m.start > 0 {
		m.last = m.stop()
	}
	i := skipSpace(b, m.last)
	if b[i] == ',' {
		i = skipSpace(b, i+1)
	}
	m.member, m.start, m.end, m.key = i, i, 0, nil
	if b[i] == '}' || b[i] == ']' {
		m.end = i // so that it may be asked again
		return false
	}
	if m.object {
		m.escaped = false
		stop := i + 1
		for ; b[stop] != '"'; stop++ {
			if b[stop] == '\\' {
				m.escaped = true
				stop++
			}
		}
		m.key = b[i+1 : stop]
		m.start = skipSpace(b, skipSpace(b, stop+1)+1)
	}
	return true
}

// is tells whether the member has a name, however that is spelled.
func (m *members) is(name string) bool {
	if !m.escaped {
		return string(m.key) == name
	}
	var room [64]byte
	return string(m.name(room[:0])) == name
}

// name is the member's name, decoded; appended to room when it has escapes.
func (m *members) name(room []byte) []byte {
	if !m.escaped {
		return m.key
	}
	return unescapeJSON(room, m.key)
}

// stringAt is the decoded content of the string at b[start], appended to room when it
// has escapes; ok is false for what is no string.
func stringAt(room, b []byte, start int) (text []byte, ok bool) {
	if b[start] != '"' {
		return nil, false
	}
	raw := b[start+1 : skipString(b, start+1)-1]
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw, true
	}
	return unescapeJSON(room, raw), true
}

// skipValue returns the offset after the value at i of a valid document.
func skipValue(b []byte, i int) int {
	switch b[i] {
	case '"':
		return skipString(b, i+1)
	case '{', '[':
	default:
		for i < len(b) && b[i] != ',' && b[i] != '}' && b[i] != ']' && !isSpace(b[i]) {
			i++
		}
		return i
	}
	for depth := 0; ; i++ {
		switch b[i] {
		case '"':
			i = skipString(b, i+1) - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
}

// skipString returns the offset behind the closing quote of a valid string whose
// opening quote is in front of i.
func skipString(b []byte, i int) int {
	for {
		i += bytes.IndexByte(b[i:], '"') + 1
		escaped := false
		for j := i - 2; b[j] == '\\'; j-- {
			escaped = !escaped
		}
		if !escaped {
			return i
		}
	}
}
