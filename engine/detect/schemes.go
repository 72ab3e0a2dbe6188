package detect

import (
	"bytes"
	"slices"
	"strings"

	"github.com/eventveil/eventveil/engine/catalog"
)

// Scheme is a kind of number that can be asked for by its name: a country's tax
// number, a coin's address. Several schemes may be of one data type.
type Scheme struct {
	Name   string     // lower case, stable: "ar_cuit"; a country's begin with its code
	Type   catalog.ID // what such a number is
	Source string     // who published the rule

	valid validator
}

// validator judges a trimmed value. locale is as given to Valid; most do not look at it.
type validator func(locale string, v []byte) bool

// maxValue is the length in bytes above which no value is valid; keys and tokens
// are the longest.
const maxValue = 8192

// Valid tells whether value is one of the scheme: by check digits, grammar, date and
// range. locale ("de", "de_DE", "en-GB") narrows schemes that every country writes
// differently; "" accepts any country's form. White space around the value is ignored.
func (s *Scheme) Valid(locale string, value []byte) bool {
	value = readable(value)
	return len(value) > 0 && s.valid(locale, value)
}

// readable trims a value and folds its look-alikes; nil when it is too long. Only
// values with look-alikes are copied.
func readable(value []byte) []byte {
	value = bytes.TrimSpace(value)
	if len(value) > maxValue {
		return nil
	}
	if Classify(value)&HasHigh != 0 && foldable(value) {
		return fold(make([]byte, 0, len(value)), value)
	}
	return value
}

// Valid tells whether value is one of any scheme of a type: of the schemes of the
// locale's country where the type has such, else of all. known is false for types
// without schemes, free text among them; then valid says nothing.
func Valid(typ catalog.ID, locale string, value []byte) (valid, known bool) {
	of := SchemesOf(typ)
	if len(of) == 0 {
		return false, false
	}
	if value = readable(value); len(value) == 0 {
		return false, true
	}
	c, narrow := country(locale)
	if narrow {
		narrow = slices.ContainsFunc(of, func(s *Scheme) bool { return s.in(c) })
	}
	for _, s := range of {
		if (!narrow || s.in(c)) && s.valid(locale, value) {
			return true, true
		}
	}
	return false, true
}

// in tells whether a scheme is a country's.
func (s *Scheme) in(code [2]byte) bool {
	if len(s.Name) < 4 || s.Name[2] != '_' {
		return false
	}
	c, ok := country(s.Name[:2])
	return ok && c == code
}

// LookupScheme returns the scheme of a name.
func LookupScheme(name string) (*Scheme, bool) {
	i, ok := slices.BinarySearchFunc(schemes, name, func(s Scheme, name string) int { return strings.Compare(s.Name, name) })
	if !ok {
		return nil, false
	}
	return &schemes[i], true
}

// SchemesOf lists the schemes of a type, by name.
func SchemesOf(typ catalog.ID) []*Scheme {
	if int(typ) >= len(schemesOf) {
		return nil
	}
	return schemesOf[typ]
}

// SchemeNames lists the names of all schemes, sorted.
func SchemeNames() []string {
	names := make([]string, len(schemes))
	for i := range schemes {
		names[i] = schemes[i].Name
	}
	return names
}

// schemesOf has the schemes of each type at its ID.
var schemesOf = func() (t [][]*Scheme) {
	for i := range schemes {
		s := &schemes[i]
		for int(s.Type) >= len(t) {
			t = append(t, nil)
		}
		t[s.Type] = append(t[s.Type], s)
	}
	return t
}()

// everywhere makes a validator of one that does not ask where.
func everywhere(f func([]byte) bool) validator {
	return func(_ string, v []byte) bool { return f(v) }
}

// found makes a validator of Find: one span of a type covers the value.
func found(typ catalog.ID) validator {
	return everywhere(func(v []byte) bool {
		var room [4]Span
		spans := Find(room[:0], v, Classify(v))
		return len(spans) == 1 && spans[0].Type == typ && spans[0].Start == 0 && spans[0].End == len(v)
	})
}

// shaped makes a validator of a type's shape.
func shaped(typ catalog.ID) validator { return everywhere(shapes[typ].valid) }
