// Package detect recognises personal data by its value: in a whole string, in
// free text, in a JSON number.
//
// It is a pure function of its input. It does not allocate (see Find for
// the one exception), runs in time linear in the input, uses no regular expressions,
// and reports spans as byte offsets. Names of fields are package names' business;
// decoding JSON, URLs and base64 is the engine's.
package detect

import "github.com/eventveil/eventveil/engine/catalog"

// Bytes is a set of byte classes: which kinds of bytes a text holds. The engine
// collects it while it scans a string for its end, so that most texts are
// dismissed here without being looked at again.
type Bytes uint32

// The byte classes.
const (
	HasDigit   Bytes = 1 << iota // 0-9
	HasLetter                    // A-Z a-z
	HasAt                        // @
	HasDot                       // .
	HasColon                     // :
	HasDash                      // -
	HasPlus                      // +
	HasSlash                     // /
	HasPercent                   // %
	HasEquals                    // =
	HasSpace                     // space
	HasBrace                     // { or [
	HasUnder                     // _
	HasOther                     // any other byte in 0x20..0x7e
	HasHigh                      // >= 0x80: not ASCII
	HasControl                   // < 0x20 or 0x7f (only in decoded text)
)

// Span is one find: text[Start:End] is personal data of type Type.
type Span struct {
	Start, End int
	Type       catalog.ID
	Proof      Proof
}

// Proof is what confirmed a find, from the least to the most.
type Proof uint8

// The proofs.
const (
	Shape   Proof = iota // it looks like one
	Context              // words beside it say that it is one
	Check                // check digits or an exact grammar do
)

// ClassOf maps every byte to its class.
var ClassOf = func() (t [256]Bytes) {
	for c := range t {
		switch b := byte(c); {
		case b >= '0' && b <= '9':
			t[c] = HasDigit
		case b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z':
			t[c] = HasLetter
		case b < 0x20 || b == 0x7f:
			t[c] = HasControl
		case b >= 0x80:
			t[c] = HasHigh
		default:
			t[c] = HasOther
		}
	}
	for b, cl := range map[byte]Bytes{'@': HasAt, '.': HasDot, ':': HasColon, '-': HasDash, '+': HasPlus, '/': HasSlash,
		'%': HasPercent, '=': HasEquals, ' ': HasSpace, '{': HasBrace, '[': HasBrace, '_': HasUnder} {
		t[b] = cl
	}
	return t
}()

// Classify returns the byte classes of text.
func Classify(text []byte) (b Bytes) {
	for _, c := range text {
		b |= ClassOf[c]
	}
	return b
}
