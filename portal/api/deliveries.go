package api

import (
	"net/http"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
)

// deliveries is how events get to destinations.
type deliveries struct {
	Items []delivery `json:"items" doc:"those in trouble or with dead letters first, then in the order of the configuration"`
}

// delivery is how they get to one, from all processes together.
type delivery struct {
	Destination  string       `json:"destination"`
	Delivery     string       `json:"delivery" enum:"inline,queued,none" doc:"none for one that is no longer in the configuration"`
	backlog                   // sums
	Troubled     int          `json:"troubled" doc:"queues that are in trouble"`
	DeadRequests int64        `json:"dead_requests" doc:"requests that it will not take"`
	DeadEvents   int64        `json:"dead_events"`
	Queues       []queueState `json:"queues"`
}

// backlog is what waits, and how delivery is doing.
type backlog struct {
	Requests  int64      `json:"requests" doc:"that wait"`
	Events    int64      `json:"events" doc:"that wait"`
	Bytes     int64      `json:"bytes" doc:"in the queue"`
	Oldest    *time.Time `json:"oldest" doc:"when the oldest was accepted; null when nothing waits"`
	Delivered int64      `json:"delivered" doc:"events since the start of the process"`
	Retries   int64      `json:"retries" doc:"requests that were tried again, likewise"`
	Lost      int64      `json:"lost" doc:"events that were dropped from a full queue, likewise"`
	Trouble   string     `json:"trouble" doc:"why nothing is delivered now, of whom it is so for longest; empty when there is none"`
	Since     *time.Time `json:"since" doc:"since when"`
	LastSeen  *time.Time `json:"last_seen" doc:"when this was told"`
}

// queueState is what is known of one queue.
type queueState struct {
	Process string `json:"process" doc:"the ID of the process that it belongs to; empty for one that all share"`
	Host    string `json:"host"`
	backlog
	Silent bool `json:"silent" doc:"its process has not been heard of for a while: the rest is as it was then"`
}

func backlogOf(b *inventory.Backlog) backlog {
	return backlog{b.Messages, b.Events, b.Bytes, stamp(b.Oldest), b.Delivered, b.Retries, b.Lost, b.Trouble, stamp(b.Since), stamp(b.LastSeen)}
}

func (a *api) deliveries(w http.ResponseWriter, r *http.Request) error {
	list, _, err := inventory.ReadDeliveries(r.Context(), a.Store, a.Policy(), time.Now())
	if err != nil {
		return err
	}
	out := deliveries{Items: []delivery{}}
	for i := range list {
		d := &list[i]
		v := delivery{Destination: d.Destination, Delivery: d.Way(), backlog: backlogOf(&d.Backlog), Troubled: d.Troubled,
			DeadRequests: d.Dead.Messages, DeadEvents: d.Dead.Events, Queues: []queueState{}}
		for j := range d.By {
			q := &d.By[j]
			v.Queues = append(v.Queues, queueState{q.Process, q.Host, backlogOf(&q.Backlog), q.Silent})
		}
		out.Items = append(out.Items, v)
	}
	return send(w, out)
}
