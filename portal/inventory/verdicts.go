package inventory

import (
	"slices"

	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/rules"
)

// Verdicts are decisions as a policy understands them. What is said of a type that the
// configuration no longer has cannot be found, and what is said of a source that it no
// longer has cannot be sent: both are left out. A data point that is said to be of a
// type that is gone keeps the class that was given to it.
func Verdicts(p *rules.Policy, decisions []Decision) []rules.Verdict {
	var out []rules.Verdict
	for _, d := range decisions {
		v := rules.Verdict{Path: d.Path, Source: rules.AnySource, Ignored: d.Status == Ignored, Approved: d.Status == Approved}
		if d.Found != "" {
			var ok bool
			if v.Found, ok = p.Type(d.Found); !ok {
				continue
			}
		}
		if d.Source != "" {
			if v.Source = p.Source(d.Source); v.Source < 0 {
				continue
			}
		}
		var ok bool
		if v.Type, ok = p.Type(d.Type); !ok {
			v.Type = v.Found
		}
		// Classes begins with the most restricted, catalog with green.
		v.Class = catalog.Red - catalog.Class(max(0, slices.Index(Classes, d.Class)))
		if v.Type == catalog.None && v.Class != catalog.Green {
			continue // what it was said to be is gone, and nothing was found
		}
		out = append(out, v)
	}
	return out
}
