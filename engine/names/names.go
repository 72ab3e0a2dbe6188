// Package names decides from the name of a field, and the names of the objects
// around it, which data type the field holds.
//
// It looks at names only, never at values. A result depends on nothing but the
// arguments, so callers cache it per path; Match may therefore take some
// microseconds and may allocate.
package names

import "github.com/eventveil/eventveil/engine/catalog"

// How says by which means a name was recognised.
type How uint8

// The ways a name can be recognised, from the surest to the least sure.
const (
	Unmatched How = iota
	Exact         // the name is a type's own name
	Synonym       // the name is one of a type's synonyms
	Fuzzy         // the name is a near miss of one
)

// Verdict is what a name says about its field.
type Verdict struct {
	Type catalog.ID // catalog.None when the name says nothing
	How  How
	// Reserved marks the protocol's own fields whose values must reach the
	// collector as they are (write keys, project tokens, message ids): no value
	// detector is to be run on what has the form of one either.
	Reserved bool
	// Thing says that the name is one of a thing, or of its identifier: order_id.
	Thing bool
}

// Entry adds a name for a type, as a policy's classifiers do.
type Entry struct {
	Key     string // as an operator writes it: "loyalty card"; compared after normalisation
	Type    catalog.ID
	Similar bool // also inside longer names, and with one slip of the keyboard
	Not     bool // the name does not mean the type, whatever the lexicon says
}
