// Package rules turns a YAML configuration into an immutable Policy.
//
// Load reads and checks a whole file and reports every mistake at once, each
// with file, line, column, what was expected and the nearest known name;
// Compile builds what the data plane needs. The package opens no socket and no
// listener; the only files it reads are the configuration and the secrets that
// it names. It decides what is done about a data point, never what a data point is.
package rules
