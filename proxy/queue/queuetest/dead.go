package queuetest

import (
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eventveil/eventveil/proxy/queue"
)

var then = time.Unix(1700000000, 0)

// letters are dead letters of three kinds, the oldest first.
func letters() []queue.Dead {
	letter := func(destination, source, reason string, status, i int) queue.Dead {
		return queue.Dead{Message: numbered(destination, source, i, i+1)[0], Reason: reason, Status: status, At: then.Add(time.Duration(i) * time.Second)}
	}
	return []queue.Dead{
		letter("crm", "web", queue.Rejected, 400, 0),
		letter("crm", "web", queue.Rejected, 400, 1),
		letter("ads", "web", queue.Expired, 0, 2),
		letter("crm", "app", queue.Failing, 503, 3),
		letter("crm", "web", queue.Rejected, 400, 4),
	}
}

// list are dead letters as Letters visits them.
func (x *bench) list(s queue.Selection, limit int) []queue.Dead {
	x.Helper()
	var got []queue.Dead
	x.must(x.Letters(x.Context(), s, limit, func(d queue.Dead) { got = append(got, d) }))
	return got
}

func (x *bench) groups() []queue.Group {
	x.Helper()
	groups, err := x.Groups(x.Context())
	x.must(err)
	sort.Slice(groups, func(i, j int) bool {
		return fmt.Sprint(groups[i].Destination, groups[i].Source) < fmt.Sprint(groups[j].Destination, groups[j].Source)
	})
	return groups
}

func dead(x *bench) {
	equal(x, len(x.groups()), 0)
	all := letters()
	all[0].Body, all[0].Events = []byte(strings.Repeat("large ", 2<<20/6)), 500
	x.must(x.Bury(all[:2]))
	x.must(x.Bury(all[2:]))
	x.must(x.Bury(nil))
	got := x.groups()
	for i, bytes := range []int64{4, 4, 2 << 20} {
		if got[i].Bytes < bytes {
			x.Errorf("%d bytes in group %d", got[i].Bytes, i)
		}
		got[i].Bytes = 0
	}
	equal(x, got, []queue.Group{
		{Destination: "ads", Source: "web", Reason: queue.Expired, Messages: 1, Events: 1, First: all[2].At, Last: all[2].At},
		{Destination: "crm", Source: "app", Reason: queue.Failing, Status: 503, Messages: 1, Events: 1, First: all[3].At, Last: all[3].At},
		{Destination: "crm", Source: "web", Reason: queue.Rejected, Status: 400, Messages: 3, Events: 502, First: all[0].At, Last: all[4].At},
	})
	equal(x, x.list(queue.Selection{}, 10), all)
	equal(x, x.list(queue.Selection{}, 2), all[:2])
	equal(x, len(x.list(queue.Selection{}, 0)), 0)
	equal(x, x.list(queue.Selection{Destination: "ads"}, 10), all[2:3])
	equal(x, x.list(queue.Selection{Destination: "crm", Source: "app"}, 10), all[3:4])
	equal(x, x.list(queue.Selection{Reason: queue.Rejected, Before: then.Add(time.Second)}, 10), all[:2])
	equal(x, len(x.list(queue.Selection{Destination: "crm", Reason: queue.Expired}, 10)), 0)
	equal(x, x.waits("crm"), 0)
	x.none("crm")
}

// replay checks that what is chosen, and that alone, waits again.
func replay(x *bench) {
	all := letters()
	x.must(x.Bury(all))
	x.put(text("crm", "web", "before"))
	began := time.Now().Add(-time.Second)
	n, err := x.Replay(x.Context(), queue.Selection{Destination: "crm", Source: "web", Before: then.Add(3 * time.Second)})
	x.must(err)
	equal(x, n, 2)
	items := x.take("crm", 3)
	equal(x, bodies(items), []string{"before", "web 0", "web 1"})
	for _, item := range items[1:] {
		if item.Accepted.Before(began) {
			x.Errorf("accepted %v", item.Accepted)
		}
		item.Accepted = then
	}
	equal(x, items[2].Message, all[1].Message)
	equal(x, x.list(queue.Selection{}, 10), all[2:])
	x.must(x.Ack(items...))

	n, err = x.Replay(x.Context(), queue.Selection{})
	x.must(err)
	equal(x, n, 3)
	equal(x, bodies(x.take("ads", 1)), []string{"web 2"})
	equal(x, bodies(x.take("crm", 2)), []string{"app 3", "web 4"})
	equal(x, len(x.groups()), 0)
	n, err = x.Replay(x.Context(), queue.Selection{})
	x.must(err)
	equal(x, n, 0)

	// Many, none lost and none twice.
	var many []queue.Dead
	for _, m := range numbered("many", "web", 0, 1000) {
		many = append(many, queue.Dead{Message: m, Reason: queue.Failing, At: then})
	}
	x.must(x.Bury(many))
	n, err = x.Replay(x.Context(), queue.Selection{Destination: "many"})
	x.must(err)
	equal(x, n, 1000)
	equal(x, bodies(x.take("many", 1000)), textOf(numbered("many", "web", 0, 1000)))
	x.none("many")
}

func purge(x *bench) {
	all := letters()
	x.must(x.Bury(all))
	remove := func(s queue.Selection, want int64, left ...queue.Dead) {
		x.Helper()
		n, err := x.Purge(x.Context(), s)
		x.must(err)
		equal(x, n, want)
		if diff := cmp.Diff(left, x.list(queue.Selection{}, 10)); diff != "" {
			x.Errorf("left after purge (-want +got)\n%s", diff)
		}
	}
	remove(queue.Selection{Source: "nobody"}, 0, all...)
	remove(queue.Selection{Before: then.Add(-time.Second)}, 0, all...)
	remove(queue.Selection{Reason: queue.Failing}, 1, all[0], all[1], all[2], all[4])
	remove(queue.Selection{Destination: "crm", Before: then}, 1, all[1], all[2], all[4])
	remove(queue.Selection{}, 3)
	x.none("crm")
}

// reopenDead checks that what was buried or replayed is, after the queue was closed.
func reopenDead(x *bench) {
	all := letters()
	x.must(x.Bury(all))
	n, err := x.Replay(x.Context(), queue.Selection{Destination: "ads"})
	x.must(err)
	equal(x, n, 1)
	x.reopen(nil)
	equal(x, x.list(queue.Selection{}, 10), append(all[:2:2], all[3:]...))
	equal(x, bodies(x.take("ads", 1)), []string{"web 2"})
	equal(x, x.groups()[1].Messages, 3)
}
