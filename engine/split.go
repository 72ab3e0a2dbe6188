package engine

// Span is a part of a body: body[Start:End].
type Span struct{ Start, End int }

// Split appends where the events of a valid body lie, in their order: for what Render
// made of a body as for the body that Inspect read. White space around an event is not
// part of it.
func Split(dst []Span, body []byte, f *Format) []Span {
	for i := skipSpace(body, 0); i < len(body); i = skipSpace(body, i) {
		dst, i = splitDocument(dst, body, i, f)
	}
	return dst
}

// splitDocument appends the events of the document at i and returns where it ends.
func splitDocument(dst []Span, body []byte, i int, f *Format) ([]Span, int) {
	switch opens := body[i]; {
	case opens == '[' && f.RootArray:
		return splitArray(dst, body, i)
	case opens == '{' && f.Batch != "":
		batch := false
		m := enter(body, i)
		for m.next() {
			if body[m.start] == '[' && m.is(f.Batch) {
				batch = true
				dst, m.end = splitArray(dst, body, m.start)
			}
		}
		end := m.start + 1
		if !batch && !f.Lines {
			dst = append(dst, Span{i, end})
		}
		return dst, end
	}
	end := skipValue(body, i)
	if f.Batch == "" && !f.RootArray || body[i] != '[' && !f.Lines {
		dst = append(dst, Span{i, end})
	}
	return dst, end
}

// splitArray appends the elements of the array at i and returns where it ends.
func splitArray(dst []Span, body []byte, i int) ([]Span, int) {
	m := enter(body, i)
	for m.next() {
		dst = append(dst, Span{m.start, m.stop()})
	}
	return dst, m.start + 1
}
