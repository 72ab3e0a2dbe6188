package api

import (
	"net/http"

	"github.com/eventveil/eventveil/portal/inventory"
	"github.com/eventveil/eventveil/rules"
)

// route is an operation: how it is asked for, by whom, and what it answers. The
// OpenAPI document is made from these.
type route struct {
	method, path string
	role         rules.Role // the least that may ask
	does         string     // one line
	more         string     // what else is to be known; may be ""
	query        []param
	takes        any    // zero value of the body; nil for none, or for events
	gives        any    // zero value of the answer; nil when media is not JSON
	media        string // of the answer when it is not application/json
	status       int    // of a good answer; 0 for 200
	tagged       bool   // has an ETag, and heeds If-Match
	fails        []int  // with which statuses, beside those that every operation may have
	serve        func(*api, http.ResponseWriter, *http.Request) error
}

// param is a parameter of the query.
type param struct {
	name, does string
	words      []string // what it may be; nil for any text
	number     bool
	truth      bool
	many       bool // repeated, or with commas
}

// routes are all of them, in the order of the document.
var routes = []route{
	{method: "GET", path: "/inbox", role: rules.Viewer, serve: (*api).inbox, gives: list{}, query: paged, fails: []int{400},
		does: "Data points that nobody has decided on",
		more: "Unless the parameters say otherwise: those with status new whose class is not green."},
	{method: "GET", path: "/inventory", role: rules.Viewer, serve: (*api).inventory, gives: list{}, query: paged, fails: []int{400},
		does: "Data points that somebody has decided on",
		more: "Unless the parameters say otherwise: those with status approved or ignored."},
	{method: "GET", path: "/datapoints", role: rules.Viewer, serve: (*api).datapoints, gives: list{}, query: paged, fails: []int{400},
		does: "All data points", more: "Fields in which nothing personal was found are among them."},
	{method: "GET", path: "/datapoints/{id}", role: rules.Viewer, serve: (*api).datapoint, gives: pointDetail{}, tagged: true, fails: []int{404},
		does: "A data point, where it was met, and what is done with it now"},
	{method: "PATCH", path: "/datapoints/{id}", role: rules.Editor, serve: (*api).patch, takes: change{}, gives: pointDetail{}, tagged: true, fails: []int{400, 404, 409, 412},
		does: "Decide on a data point",
		more: "What is left out stays as it is. class or type without status approves; type without class gives the class of the type. When this answers 200, the decision is in force in the process that answers. With If-Match, somebody else's decision meanwhile makes it 412, with the data point as it is now and what was decided."},
	{method: "POST", path: "/datapoints:decide", role: rules.Editor, serve: (*api).decideMany, takes: decider{}, gives: decided{}, fails: []int{400},
		does: "Make one decision on many data points",
		more: "On those of ids, or on all that match filter, at most 1000. Each is answered by itself: those that cannot be changed do not keep the others from it. What a filter selects and somebody else decides on meanwhile is left as it is."},
	{method: "GET", path: "/inventory.csv", role: rules.Viewer, serve: (*api).inventoryCSV, media: "text/csv", query: filtered, fails: []int{400},
		does: "The inventory as a table",
		more: "Unless the parameters say otherwise: all personal data points, whatever their status. UTF-8 with a byte order mark; cells that a spreadsheet would take for a formula begin with an apostrophe."},
	{method: "GET", path: "/inventory.json", role: rules.Viewer, serve: (*api).inventoryJSON, gives: inventoryFile{}, query: filtered, fails: []int{400},
		does: "The inventory as one object", more: "Of the same data points as inventory.csv."},
	{method: "GET", path: "/processing-record", role: rules.Viewer, serve: (*api).record, gives: record{}, fails: []int{400},
		query: []param{{name: "format", does: "json, or csv for a table with a row for each category of each destination", words: []string{"json", "csv"}}},
		does:  "Record of processing activities (GDPR, article 30)",
		more:  `What traffic and configuration tell: recipients, categories of personal data, measures. What they cannot tell is "to be filled in".`},
	{method: "GET", path: "/sources", role: rules.Viewer, serve: (*api).sources, gives: sources{}, query: narrowed, fails: []int{400},
		does: "Which sources collect the most restricted data?", more: "Of personal data points, unless class or type is given."},
	{method: "GET", path: "/destinations", role: rules.Viewer, serve: (*api).destinations, gives: destinations{}, query: narrowed, fails: []int{400},
		does: "Which destinations get what?", more: "With type=ip_address: which get IP addresses, and whether as they were. Of personal data points, unless class or type is given. What waits and what is dead is counted whatever the parameters are."},
	{method: "GET", path: "/deliveries", role: rules.Viewer, serve: (*api).deliveries, gives: deliveries{},
		does: "What waits for each destination, and why nothing is delivered", more: "As processes told it last, which they do every few seconds. What waits in the queue of a process that is not heard of any more is among it for a day."},
	{method: "GET", path: "/dead-letters", role: rules.Viewer, serve: (*api).deadLetters, gives: deadLetters{}, fails: []int{400},
		query: []param{{name: "destination", does: "for this destination alone"}, {name: "source", does: "from this source alone"}, {name: "reason", does: "for this reason alone", words: inventory.Reasons}},
		does:  "What destinations will not take", more: "Counts alone: what is in the events is nowhere to be seen."},
	{method: "POST", path: "/dead-letters/replay", role: rules.Editor, serve: (*api).replay, takes: deadSelection{}, gives: deadOrder{}, status: http.StatusAccepted, fails: []int{400},
		does: "Deliver dead letters again",
		more: "Those of the destination, source and reason that the body names; an empty object chooses all. Every process that holds such does so within store.poll, and one that does not run when it is back, within a month. What is set aside after the order is not meant."},
	{method: "POST", path: "/dead-letters/purge", role: rules.Owner, serve: (*api).purge, takes: deadSelection{}, gives: deadOrder{}, status: http.StatusAccepted, fails: []int{400},
		does: "Forget dead letters", more: "As for replay. They cannot be brought back."},
	{method: "GET", path: "/types", role: rules.Viewer, serve: (*api).types, gives: types{}, does: "The data types that there are"},
	{method: "GET", path: "/rules", role: rules.Viewer, serve: (*api).rules, gives: ruleList{}, does: "The rules of the configuration, and how often they decided"},
	{method: "GET", path: "/config", role: rules.Viewer, serve: (*api).config, gives: configuration{}, does: "The configuration in force, without secrets"},
	{method: "GET", path: "/audit", role: rules.Viewer, serve: (*api).audit, gives: auditPage{}, fails: []int{400},
		query: []param{{name: "object", does: "entries about this alone: the ID of a data point"}, {name: "before", does: "entries before this number", number: true}, {name: "limit", does: "entries on a page, 1 to 1000; 100 by default", number: true}},
		does:  "Who decided what, the latest first", more: "Each entry holds the hash of the one before it, so that none can be changed or left out unseen."},
	{method: "GET", path: "/audit.ndjson", role: rules.Owner, serve: (*api).auditFile, media: "application/x-ndjson",
		does: "The whole audit, the earliest first", more: "An entry a line, as in /audit. That it was exported is itself an entry, the last."},
	{method: "GET", path: "/overview", role: rules.Viewer, serve: (*api).overview, gives: overview{}, fails: []int{400},
		query: []param{{name: "hours", does: "how far back, 1 to 8784; 24 by default", number: true}}, does: "Counts at a glance"},
	{method: "GET", path: "/status", role: rules.Viewer, serve: (*api).status, gives: statusReport{},
		does: "How recording is doing", more: "Answered when the store cannot be used as well."},
	{method: "POST", path: "/explain", role: rules.Viewer, serve: (*api).explain, gives: []explained{}, fails: []int{400, 413},
		query: []param{{name: "source", does: "the source that events come from; without it their write key tells"}},
		does:  "What is found in events and what the rules do about it",
		more:  "The body is an event, a batch, or events on lines of their own, at most 1 MiB, with Content-Type: application/json in any case. The answer has what `eventveil explain` prints, at most 1000 findings. Nothing is stored, forwarded or counted, and no value is in the answer."},
	{method: "GET", path: "/openapi.json", role: rules.Viewer, serve: (*api).openapi, gives: map[string]any{}, does: "This document"},
}

// filtered are the parameters of a filter.
var filtered = append([]param{
	{name: "sort", does: `class (red first, then the most frequent), path, type, count, first_seen or last_seen; with "-" before it in reverse`},
}, narrowed...)

// narrowed are those that select.
var narrowed = []param{
	{name: "class", does: "of these classes", words: []string{"red", "yellow", "green"}, many: true},
	{name: "type", does: "of these types", many: true},
	{name: "status", does: "with these statuses", words: []string{"new", "approved", "ignored"}, many: true},
	{name: "source", does: "met from any of these sources", many: true},
	{name: "destination", does: "events with it went to any of these destinations", many: true},
	{name: "action", does: "to which any of these was done, for one of destination when that is given", many: true},
	{name: "drift", does: "true: only those at a path that was known for something else", truth: true},
	{name: "personal", does: "true: only those that are not green, or that somebody has decided on", truth: true},
	{name: "q", does: "a part of the path, the note or the owner, in any case"},
}

// paged are the parameters of a list.
var paged = append([]param{
	{name: "cursor", does: "next of the page before"},
	{name: "limit", does: "data points on a page, 1 to 1000; 100 by default", number: true},
}, filtered...)
