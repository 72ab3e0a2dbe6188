package main

import (
	"math"
	"slices"

	"github.com/eventveil/eventveil/engine"
	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/rules"
)

// scorer asks the engine with the built-in policy.
type scorer struct {
	policy *rules.Policy
	engine *engine.Engine
}

func newScorer() (*scorer, error) {
	p, err := rules.Default("http://127.0.0.1:9000")
	if err != nil {
		return nil, err
	}
	return &scorer{p, engine.New(p)}, nil
}

// personal tells whether a type is personal by default; "-" is none.
func personal(typ string) bool { return class(typ) != catalog.Green }

func class(typ string) catalog.Class {
	id, ok := catalog.Lookup(typ)
	if !ok {
		return catalog.Green
	}
	return catalog.All()[id].Class
}

func share(part, of int) float64 {
	if of == 0 {
		return math.NaN()
	}
	return float64(part) / float64(of)
}

// scoreOwn scores the sets of this folder.
func scoreOwn() ([]measure, error) {
	s, err := newScorer()
	if err != nil {
		return nil, err
	}
	var list []measure
	for _, score := range []func() ([]measure, error){s.names, s.values, s.texts, s.places} {
		more, err := score()
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
	}
	return list, nil
}

// tally counts a yes-or-no question.
type tally struct{ truePos, falsePos, falseNeg, trueNeg int }

func (t *tally) add(want, have bool) {
	switch {
	case want && have:
		t.truePos++
	case want:
		t.falseNeg++
	case have:
		t.falsePos++
	default:
		t.trueNeg++
	}
}

func (t *tally) recall() float64 { return share(t.truePos, t.truePos+t.falseNeg) }
func (t *tally) f1() float64     { return share(2*t.truePos, 2*t.truePos+t.falsePos+t.falseNeg) }

// names scores names without values: personal or not, red ones, the exact type.
func (s *scorer) names() ([]measure, error) {
	none := math.NaN()
	var list []measure
	for _, set := range []struct{ part, file string }{{"names, English", "names.en.tsv"}, {"names, other languages", "names.other.tsv"}} {
		rows, err := readNames(set.file)
		if err != nil {
			return nil, err
		}
		var t, red tally
		exact, wanted := 0, 0
		for _, r := range rows {
			got := s.engine.Classify(r.name, nil)
			want := personal(r.typ)
			t.add(want, got.Class != catalog.Green)
			if want {
				wanted++
				if s.policy.Types[got.Type].Name == r.typ {
					exact++
				}
			}
			if class(r.typ) == catalog.Red {
				red.add(true, got.Class != catalog.Green)
			}
		}
		greens := t.falsePos + t.trueNeg
		list = append(list,
			measure{set.part, "F1 (personal)", t.f1(), .95, false, len(rows)},
			measure{set.part, "recall", t.recall(), none, false, wanted},
			measure{set.part, "false positives among names that are not personal", share(t.falsePos, greens), .015, true, greens},
			measure{set.part, "restricted names found", red.recall(), .99, false, red.truePos + red.falseNeg},
			measure{set.part, "exact type", share(exact, wanted), .85, false, wanted})
	}
	return list, nil
}

// values scores whole values without a name.
func (s *scorer) values() ([]measure, error) {
	rows, err := readNames("values.tsv")
	if err != nil {
		return nil, err
	}
	var t tally
	exact := 0
	for _, r := range rows {
		got := s.engine.Classify("", []byte(r.name))
		t.add(personal(r.typ), got.Class != catalog.Green)
		if personal(r.typ) && s.policy.Types[got.Type].Name == r.typ {
			exact++
		}
	}
	wanted, greens := t.truePos+t.falseNeg, t.falsePos+t.trueNeg
	return []measure{
		{"values", "recall", t.recall(), .99, false, wanted},
		{"values", "exact type", share(exact, wanted), .95, false, wanted},
		{"values", "false positives among look-alikes", share(t.falsePos, greens), .003, true, greens},
	}, nil
}

// texts scores the spans in sentences.
func (s *scorer) texts() ([]measure, error) {
	rows, err := readTexts("texts.txt")
	if err != nil {
		return nil, err
	}
	hit, wanted, right, found := 0, 0, 0, 0
	for _, r := range rows {
		spans := s.engine.Classify("", []byte(r.text)).Spans
		overlaps := func(a, b span) bool { return a.start < b.end && b.start < a.end }
		var have []span
		for _, x := range spans {
			if s.policy.Types[x.Type].Class != catalog.Green {
				have = append(have, span{x.Start, x.End})
			}
		}
		for _, w := range r.spans {
			wanted++
			if slices.ContainsFunc(have, func(h span) bool { return overlaps(w, h) }) {
				hit++
			}
		}
		for _, h := range have {
			found++
			if slices.ContainsFunc(r.spans, func(w span) bool { return overlaps(w, h) }) {
				right++
			}
		}
	}
	return []measure{
		{"texts", "recall", share(hit, wanted), .99, false, wanted},
		{"texts", "precision", share(right, found), .97, false, found},
	}, nil
}

// places scores values in surprising places of events, and look-alikes beside them.
func (s *scorer) places() ([]measure, error) {
	rows, err := readPlaces("places.jsonl")
	if err != nil {
		return nil, err
	}
	in := s.engine.Get()
	defer s.engine.Put(in)
	hit, wanted, left, clean := 0, 0, 0, 0
	for _, r := range rows {
		if err := in.Inspect(r.event, eventFormat); err != nil {
			return nil, err
		}
		in.Decide(0)
		found := map[string]bool{}
		for i, f := range in.Findings() {
			if f.Class != catalog.Green {
				found[in.Pointer(i)] = true
			}
		}
		for _, p := range r.personal {
			wanted++
			if found[p] {
				hit++
			}
		}
		for _, p := range r.clean {
			clean++
			if !found[p] {
				left++
			}
		}
	}
	return []measure{
		{"hidden values", "found", share(hit, wanted), .97, false, wanted},
		{"hidden values", "look-alikes left alone", share(left, clean), .97, false, clean},
	}, nil
}

var eventFormat = &engine.Format{EventName: []string{"event", "name"}, WriteKey: "writeKey"}
