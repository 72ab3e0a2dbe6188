// Package rules turns a YAML configuration into an immutable Policy.
//
// Load reads and checks a whole file, reports every mistake at once, each with
// file, line, column, what was expected and the nearest known name, and
// compiles what the data plane needs. It gives a Policy only when there is no
// mistake. The package opens no socket and no listener; the only files it reads
// are the configuration and the secrets that it names. It decides what is done
// about a data point, never what a data point is.
//
// A file is read in two steps: a config holds what was written, each value checked by
// itself; link looks up the names that one part uses of another and fills the Policy.
package rules
