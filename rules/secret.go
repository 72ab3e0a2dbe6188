package rules

// Secret holds bytes that must never be shown. Every way of formatting it
// prints "<secret>".
type Secret []byte

const hidden = "<secret>"

// String hides the bytes.
func (Secret) String() string { return hidden }

// GoString hides the bytes from %#v.
func (Secret) GoString() string { return hidden }

// MarshalText hides the bytes from JSON, YAML and other encoders.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
