// Package deliver sends what waits in a queue to the queued destinations of a policy,
// at least once and, within a source, in order. A destination that is slow, away or
// wrong holds up nobody but itself: each has its own worker, window of messages in
// memory, connections and pace.
//
// What an answer means:
//
//	answer                          seen as   then
//	2xx                             ok        settled
//	429, 425, 503, no connection    busy      tried again until it expires
//	401, 402, 403, 407, TLS         locked    likewise: somebody will renew a credential
//	408, 502, 504, no answer        silent    tried again; after Retry.Attempts several
//	                                          events are sent in halves, and one alone is
//	                                          set aside as failing, if others were taken
//	                                          meanwhile
//	500 and other 5xx               faulty    tried again; after Retry.Attempts several
//	                                          events are sent in halves, and one alone is
//	                                          set aside as failing
//	404, 405, 410, 3xx              wrong     tried again; after Retry.Attempts set aside
//	                                          as rejected, all events at once: it is the
//	                                          address that is wrong, not an event
//	other 4xx, 501, 505, the rest   rejected  several events are sent in halves at once,
//	                                          one alone is set aside as rejected
//
// What comes of halves after Retry.Attempts is tried partAttempts times each. What is
// older than Backlog.Age is set aside as expired without being sent.
//
// The wait before another attempt doubles from Retry.Min to Retry.Max, less a random
// part. It holds up the source only. After tripAfter failed requests in a row, and when
// the destination asks to wait, nothing is sent to it until a wait is over, and then
// one request, whose answer decides.
//
// Answers are not trusted: of their headers Retry-After is read, of their bodies nothing.
package deliver
