// Package catalog is the list of personal-data types that Eventveil knows: an
// identifier, a default risk class, a sentence of description, the regions a
// type belongs to and the names that fields holding it go by.
//
// It is data and lookups, a leaf that imports nothing of Eventveil. How names
// are compared is package names' business, how values are recognised package
// detect's, and what is done about a find is package rules'.
package catalog

// ID names a data type. 0 is "no type". Built-in types have small, dense IDs
// that are stable only within one build; persist the name, never the ID.
// A policy appends its own classifiers' types after the built-in ones.
type ID uint16

// None is the ID of "not a known data type".
const None ID = 0

// Class is the risk of a data type.
type Class uint8

// The classes, in rising order of harm.
const (
	Green  Class = iota // not personal by itself
	Yellow              // personal
	Red                 // restricted: identity numbers, credentials, health, precise location
)

var classNames = [...]string{"green", "yellow", "red"}

// String returns "green", "yellow" or "red".
func (c Class) String() string { return classNames[c] }

// ParseClass is the inverse of String; ok is false for any other word.
func ParseClass(s string) (c Class, ok bool) {
	for i, n := range classNames {
		if n == s {
			return Class(i), true
		}
	}
	return Green, false
}

// Type describes one data type.
type Type struct {
	ID          ID
	Name        string   // lower case, stable: "email", "us_ssn"
	Class       Class    // default class; a policy may change it
	Description string   // one sentence without the final stop
	Regions     []string // ISO 3166 alpha-2 codes; empty means everywhere
	Synonyms    []string // field names in snake_case, any of the catalogue's languages
}
