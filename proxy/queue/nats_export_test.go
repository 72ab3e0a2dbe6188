package queue

import "time"

// OpenCluster opens a cluster without a queue before it. What a silent process has taken
// is given to others after a while.
func OpenCluster(o NATSOptions, wait time.Duration) (Queue, error) {
	o.wait = wait
	c, err := openNATS(o)
	if err != nil {
		return nil, err
	}
	return c, nil
}

// OpenFleet is Open, for a cluster that gives what a silent process has taken to others
// after a while.
func OpenFleet(o Options, wait time.Duration) (Queue, error) {
	o.NATS.wait = wait
	return Open(o)
}
