// Package repo holds tests of the repository itself: which package may import
// which, that every package says what it promises, that files stay small and
// carry nothing of the machine they were written on, and that the documents'
// examples are true. It has no code of its own.
package repo
