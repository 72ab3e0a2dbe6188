package engine

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/eventveil/eventveil/engine/catalog"
)

// maxNameShown is the length in runes to which an event's name is cut when it is shown.
const maxNameShown = 60

// EventName is the name of an event of the body as it came; nil for one without a name.
func (in *Inspector) EventName(event int) []byte { return in.events[event].name }

// ShowName is an event's name as it may be shown: "*" when there is personal data in
// it, each word with four digits or more "*" as well, cut when it is long.
func (e *Engine) ShowName(name []byte) string {
	if found := e.Classify("", name); found.Type != catalog.None && found.Class != catalog.Green || len(found.Spans) > 0 {
		return "*"
	}
	if len(name) > 8*maxNameShown {
		name = name[:8*maxNameShown]
	}
	var out strings.Builder
	word, digits := 0, 0 // where the current word begins, and its digits
	text := []rune(strings.ToValidUTF8(string(name), "\ufffd"))
	flush := func(end int) {
		if digits >= 4 {
			out.WriteByte('*')
		} else {
			out.WriteString(string(text[word:end]))
		}
	}
	for i, r := range text {
		switch {
		case unicode.IsLetter(r):
		case unicode.IsNumber(r):
			digits++
		default:
			flush(i)
			if unicode.IsPrint(r) {
				out.WriteRune(r)
			}
			word, digits = i+1, 0
		}
	}
	flush(len(text))
	shown := out.String()
	if utf8.RuneCountInString(shown) > maxNameShown {
		shown = string([]rune(shown)[:maxNameShown-1]) + "…"
	}
	return shown
}
