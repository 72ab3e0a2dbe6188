package detect

import (
	"bytes"
	"fmt"
	"testing"
)

// ordinary are the strings that events are full of; none holds anything.
var ordinary = [...]string{
	"123e4567-e89b-42d3-a456-426614174000",
	"2026-11-23T10:11:12.123Z",
	"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36",
	"https://shop.example.com/products/blue-shirt-12345?utm_source=news",
	"Blue shirt | Example Shop",
	"Product Viewed",
}

func BenchmarkOrdinary(b *testing.B) {
	var room [8]Span
	for _, s := range ordinary {
		text, classes := []byte(s), Classify([]byte(s))
		b.Run(s[:8], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Find(room[:0], text, classes)
			}
		})
	}
}

func BenchmarkFound(b *testing.B) {
	var room [8]Span
	for _, s := range []string{"jane.doe@example.com", "192.0.2.17", "4111 1111 1111 1111", "+1 202-555-0143", "call me at jane@example.com or 202-555-0143"} {
		text, classes := []byte(s), Classify([]byte(s))
		b.Run(s[:8], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Find(room[:0], text, classes)
			}
		})
	}
}

func BenchmarkFindNumber(b *testing.B) {
	for _, s := range []string{"1732357872123", "19.99", "4111111111111111"} {
		num := []byte(s)
		b.Run(s, func(b *testing.B) {
			for b.Loop() {
				FindNumber(num)
			}
		})
	}
}

// BenchmarkHostile shows that the cost of a byte of hostile text does not grow with the text.
func BenchmarkHostile(b *testing.B) {
	dst := make([]Span, 0, 1<<20)
	for _, unit := range []string{"@", "a@", "1", "1.", "1 ", "+1", ":", "://", "\\\"", "\"@", "eyJ1.", "a1", "1234567 ", "a [at] b [dot] ", "é@"} {
		for _, size := range []int{1 << 10, 1 << 15, 1 << 20} {
			text := bytes.Repeat([]byte(unit), size/len(unit))
			classes := Classify(text)
			b.Run(fmt.Sprintf("%q/%d", unit, size), func(b *testing.B) {
				for b.Loop() {
					Find(dst, text, classes)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(size), "ns/B")
			})
		}
	}
}
