package deliver

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"

	"github.com/valyala/fasthttp"

	"github.com/eventveil/eventveil/proxy/queue"
	"github.com/eventveil/eventveil/rules"
)

// BenchmarkDeliver measures events of 1 KB on their way from a queue in memory to a
// server on this machine.
func BenchmarkDeliver(b *testing.B) {
	f := func(name string, format rules.Format, per int) {
		b.Run(name, func(b *testing.B) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				b.Fatal(err)
			}
			server := &fasthttp.Server{Handler: func(*fasthttp.RequestCtx) {}}
			go server.Serve(l)
			defer server.Shutdown()
			rig := prepare(b, Options{Queue: openQueue(b, ":memory:"), Policy: policy(to("d", "http://"+l.Addr().String(), func(d *rules.Destination) {
				d.Format, d.Concurrency = format, 8
			}))})
			event := `{"event":"Order","userId":"u1","context":{"a":{"b":[1,2,3]}},"properties":{"text":"` + strings.Repeat("x", 900) + `","n":%d}}`
			var messages []queue.Message
			for i := 0; i < b.N; i += per {
				var events []string
				for k := range per {
					events = append(events, fmt.Sprintf(event, i+k))
				}
				messages = append(messages, message("d", strconv.Itoa(i/per%16), events...))
				if len(messages) == 64 {
					rig.put(messages...)
					messages = messages[:0]
				}
			}
			if len(messages) > 0 {
				rig.put(messages...)
			}
			b.ReportAllocs()
			b.ResetTimer()
			rig.run()
			rig.settled("d")
			b.StopTimer()
			b.ReportMetric(float64(rig.States()["d"].Delivered)/b.Elapsed().Seconds(), "events/s")
		})
	}
	f("received singles", rules.AsReceived, 1)
	f("received batches of 20", rules.AsReceived, 20)
	f("joined json", rules.PlainJSON, 1)
	f("split json", rules.PlainJSON, 20)
}
