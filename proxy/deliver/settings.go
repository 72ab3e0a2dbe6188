package deliver

import (
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"time"

	"golang.org/x/time/rate"

	"github.com/eventveil/eventveil/proxy/upstream"
	"github.com/eventveil/eventveil/rules"
)

// settings are what a policy says of one queued destination. They are immutable but for
// the limiter, which is safe for concurrent use.
type settings struct {
	rules.Destination
	client  *upstream.Client
	limiter *rate.Limiter // nil for no limit
	plain   []byte        // path of requests in a plain format
	query   []byte        // likewise
	drain   time.Duration // how long requests under way may take when it stops
	via     string
}

// Plan is a policy made ready to deliver by; see Prepare.
type Plan struct {
	order []string // names, as in the policy
	by    map[string]*settings
}

// Prepare makes a policy ready without changing anything. Its errors name destinations.
func (d *Deliverer) Prepare(p *rules.Policy) (*Plan, error) {
	d.mu.Lock()
	last := d.plan
	d.mu.Unlock()
	next := &Plan{by: map[string]*settings{}}
	for i := range p.Destinations {
		if !p.Destinations[i].Queued {
			continue
		}
		s, err := d.prepare(&p.Destinations[i], p, last)
		if err != nil {
			return nil, fmt.Errorf("cannot deliver to destination %s: %w", p.Destinations[i].Name, err)
		}
		next.order = append(next.order, s.Name)
		next.by[s.Name] = s
	}
	return next, nil
}

func (d *Deliverer) prepare(of *rules.Destination, p *rules.Policy, last *Plan) (*settings, error) {
	s := &settings{Destination: *of, drain: p.Timeouts.Drain, via: d.via}
	s.Concurrency = max(s.Concurrency, 1)
	s.Retry.Attempts = max(s.Retry.Attempts, 1)
	to := upstream.Of(of, p)
	s.Timeout = to.Timeout
	to.Conns = s.Concurrency + 1 // one may be closing
	old := last.of(s.Name)
	if old != nil && old.client.Target == to {
		s.client = old.client
	} else {
		var err error
		if s.client, err = upstream.New(to); err != nil {
			return nil, err
		}
	}
	u, err := url.Parse(s.URL)
	if err != nil {
		return nil, errors.New("its url is not one") // the error would quote it
	}
	s.plain, s.query = []byte(u.EscapedPath()), []byte(u.RawQuery)
	if len(s.plain) == 0 {
		s.plain = []byte("/")
	}
	if s.Rate > 0 {
		s.Batch.Events = min(s.Batch.Events, s.Rate)
	}
	switch {
	case s.Rate <= 0:
	case old != nil && old.Rate == s.Rate:
		s.limiter = old.limiter // what it has spent stays spent
	default:
		s.limiter = rate.NewLimiter(rate.Limit(s.Rate), max(1, s.Rate/10))
	}
	return s, nil
}

func (n *Plan) of(name string) *settings {
	if n == nil {
		return nil
	}
	return n.by[name]
}

// same tells whether the destination is as it was: then what it refused it would refuse
// again.
func (s *settings) same(as *settings) bool {
	return s.client == as.client && reflect.DeepEqual(s.Destination, as.Destination)
}

// pace tells how long to wait until the rate lets another request go.
func (s *settings) pace(now time.Time) time.Duration {
	if s.limiter == nil {
		return 0
	}
	return time.Duration(max(0, 1-s.limiter.TokensAt(now)) / float64(s.limiter.Limit()) * float64(time.Second))
}

// spend takes n events off the rate. More than it has go, and what follows waits longer.
func (s *settings) spend(n int, now time.Time) {
	for s.limiter != nil && n > 0 {
		k := min(n, s.limiter.Burst())
		s.limiter.ReserveN(now, k)
		n -= k
	}
}
