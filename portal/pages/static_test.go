package pages

import (
	"fmt"
	"math"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func TestAssets(t *testing.T) {
	f := newFixture(t)
	scripts := 0
	for name, a := range assets {
		plain := f.get("/static/" + name)
		if plain.Status != http.StatusOK || plain.Header.Get("Cache-Control") != "no-cache" || plain.Header.Get("ETag") == "" || plain.Header.Get("Content-Type") == "" {
			t.Errorf("%s: %d, %v", name, plain.Status, plain.Header)
		}
		if got := f.get(assetURL(name)).Header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
			t.Errorf("%s with its hash: %q", name, got)
		}
		if strings.HasSuffix(name, ".js") {
			scripts += len(a.data)
		}
	}
	if n := len(assets["style.css"].data); n > 20<<10 {
		t.Errorf("the style sheet has %d bytes", n)
	}
	if scripts > 6<<10 {
		t.Errorf("the scripts have %d bytes", scripts)
	}
}

// TestContrast: every text of the style sheet can be read, in light and in dark.
func TestContrast(t *testing.T) {
	css := string(assets["style.css"].data)
	light, dark, _ := strings.Cut(css, "@media (prefers-color-scheme: dark)")
	dark, _, _ = strings.Cut(dark, "*, ::before")
	variable := regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{3}|[0-9a-f]{6});`)
	for name, text := range map[string]string{"light": light, "dark": dark} {
		colour := map[string]float64{}
		for _, m := range variable.FindAllStringSubmatch(text, -1) {
			colour[m[1]] = luminance(t, m[2])
		}
		pairs := [][2]string{{"on-accent", "accent"}, {"red-ink", "red-bg"}, {"yellow-ink", "yellow-bg"}, {"green-ink", "green-bg"},
			{"red-ink", "card"}, {"yellow-ink", "card"}, {"green-ink", "card"}}
		for _, ink := range []string{"ink", "soft", "accent"} {
			for _, behind := range []string{"bg", "card", "tint", "bar", "whole"} {
				pairs = append(pairs, [2]string{ink, behind})
			}
		}
		for _, p := range pairs {
			a, known := colour[p[0]]
			b, both := colour[p[1]]
			if !known || !both {
				t.Errorf("%s: there is no colour %s or %s", name, p[0], p[1])
			} else if c := (max(a, b) + 0.05) / (min(a, b) + 0.05); c < 4.5 {
				t.Errorf("%s: %s on %s has a contrast of %.2f", name, p[0], p[1], c)
			}
		}
		for _, class := range layers { // what is no text needs less
			if a, b := colour[class], colour["card"]; (max(a, b)+0.05)/(min(a, b)+0.05) < 2.2 {
				t.Errorf("%s: the mark of %s cannot be seen", name, class)
			}
		}
	}
}

// luminance is that of WCAG 2, of a colour in hexadecimal.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	if len(hex) == 3 {
		hex = fmt.Sprintf("%c%[1]c%c%[2]c%c%[3]c", hex[0], hex[1], hex[2])
	}
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	part := func(shift int) float64 {
		c := float64(n>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*part(16) + 0.7152*part(8) + 0.0722*part(0)
}
