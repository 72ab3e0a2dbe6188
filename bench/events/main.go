// Command events prints the request bodies of the hop's benchmark: a Segment event
// or, for more than one, a batch.
package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: events N")
		os.Exit(2)
	}
	n, err := strconv.Atoi(os.Args[1])
	if err != nil || n < 1 {
		fmt.Fprintln(os.Stderr, "events: N must be a number of at least 1")
		os.Exit(2)
	}
	fmt.Print(events(n))
}

// events is a body of n track events of different users, each with an e-mail address
// and an IP address; every tenth holds a card number.
func events(n int) string {
	var b strings.Builder
	if n > 1 {
		b.WriteString(`{"batch":[`)
	}
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		card := ""
		if i%10 == 9 {
			card = `,"note":"paid by 4111 1111 1111 1111"`
		}
		fmt.Fprintf(&b, `{"anonymousId":"78c53c15-32a1-4b65-adac-%012d","context":{"ip":"203.0.113.%d","campaign":{"name":"spring sale","source":"google","medium":"cpc"},`+
			`"library":{"name":"analytics.js","version":"4.1.2"},"locale":"en-US","page":{"path":"/best-seller/%d","referrer":"https://www.example.com/search","search":"",`+
			`"title":"The best sellers offered by EStore","url":"https://shop.example.com/best-seller/%d"},"userAgent":"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) `+
			`AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36"},"event":"Product Viewed","integrations":{"All":true},"messageId":"ajs-next-1578564113557-af%06d",`+
			`"properties":{"product_id":"%d","sku":"F%d","category":"Games","name":"Game","brand":"Gamepro","variant":"111","price":%d.49,"quantity":%d,`+
			`"contact":"user%d@example.com","coupon":"DISC21","currency":"USD","position":%d%s},"originalTimestamp":"2026-01-09T10:01:53.%03dZ","type":"track",`+
			`"userId":"u-%d","sentAt":"2026-01-09T10:02:03.257Z"}`, i, i%250, i%40, i%40, i, 100+i, i%30, i%90, i%9, i, i, card, i%1000, i)
	}
	if n > 1 {
		b.WriteString(`],"sentAt":"2026-01-09T10:02:03.257Z"}`)
	}
	return b.String()
}
