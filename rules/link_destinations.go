package rules

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// unread is a word that lets bodies pass which nobody has read.
type unread struct {
	node *yaml.Node
	word string
}

func (l *linker) linkDestinations() {
	p := l.policy
	lines := map[string]int{}
	inline := 0
	for i := range l.destinations {
		d := &l.destinations[i]
		if !d.Queued && !d.unsure {
			if inline++; inline > 1 {
				l.errorf(d.delivery, "only one destination can be inline: its answer is the SDK's answer; write delivery: queued")
			}
		}
		d.Key = l.lookKey(d.key)
		if l.twice(d.node, "the name of this destination", d.Name, lines) {
			continue
		}
		d.Default = allow
		if d.action != nil {
			if a := l.keyed(d.action, &d.Destination); a != nil {
				d.Default = a
			}
		}
		d.Backlog = d.backlog.over(p.Queue.Backlog)
		if d.Queued && d.Backlog.Bytes < p.Limits.Body {
			l.warnf(d.node, "max_bytes of destination %q is smaller than limits.body: a large request would be refused for ever", d.Name)
		}
		l.differs(d)
		l.leadsAway(d.url, d.URL)
		p.Destinations = append(p.Destinations, d.Destination)
	}
	if l.unsure() {
		return
	}
	if i := slices.IndexFunc(p.Destinations, func(d Destination) bool { return !d.Queued && d.AllowList }); i >= 0 {
		for _, u := range l.unread {
			l.errorf(u.node, "%s sends bodies that nobody has read to destination %q, which may have only what is approved; leave one of them out", u.word, p.Destinations[i].Name)
		}
	}
	if inline > 0 {
		return
	}
	for _, u := range l.unread {
		l.errorf(u.node, "%s needs an inline destination: a body that nobody has read is never queued; leave it out, or make one destination inline", u.word)
	}
	if l.deviceNode != nil && p.DeviceMode.URL == "" {
		l.errorf(l.deviceNode, "device_mode needs url: there is no inline destination that could be asked for settings")
	}
}

// unsure tells whether it cannot be told of every destination if it is queued.
func (l *linker) unsure() bool {
	return slices.ContainsFunc(l.destinations, func(d destinationConfig) bool { return d.unsure })
}

// differs warns of a destination that gets all that another one gets, at the same place.
func (l *linker) differs(d *destinationConfig) {
	for i := range l.policy.Destinations {
		if e := &l.policy.Destinations[i]; d.Queued && e.Queued && d.URL != "" && d.URL == e.URL && d.Format == e.Format {
			l.warnf(d.url, "destination %q has the same url and format as %q: what both may have arrives there twice", d.Name, e.Name)
			return
		}
	}
}

// leadsAway reports a URL that leads back to this proxy.
func (l *linker) leadsAway(n *yaml.Node, to string) {
	u, err := url.Parse(to)
	if err != nil || u.Host == "" {
		return // reported where it was read
	}
	switch p := l.policy; {
	case leadsTo(u, p.Listen.Data):
		l.errorf(n, "this url points at this proxy itself, listen.data; name the receiver, or listen on another port")
	case leadsTo(u, p.Listen.Admin):
		l.errorf(n, "this url points at this proxy itself, listen.admin; name the receiver, or listen on another port")
	}
}

// leadsTo tells whether a URL leads to an address that this process listens on.
func leadsTo(u *url.URL, address string) bool {
	i := strings.LastIndexByte(address, ':')
	port, _ := strconv.ParseUint(address[i+1:], 10, 16)
	asked, err := strconv.ParseUint(portOf(u), 10, 16)
	if err != nil || port == 0 || port != asked {
		return false
	}
	to, at := hostName(u.Hostname()), hostName(strings.Trim(address[:i], "[]"))
	switch {
	case to == at:
		return true
	case at == "" || unspecified(at):
		return loopback(to) || unspecified(to)
	case loopback(at):
		return unspecified(to) || loopback(to) && (at == localhost || to == localhost)
	}
	return false
}

const localhost = "localhost"

// portOf is the port of a URL, or that of its scheme.
func portOf(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}

// hostName spells a host in one way.
func hostName(host string) string {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if strings.HasSuffix(host, "."+localhost) {
		return localhost
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.Unmap().WithZone("").String()
	}
	return host
}

func unspecified(host string) bool {
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsUnspecified()
}

func (l *linker) linkQueue() {
	p := l.policy
	q := &p.Queue
	q.Key = l.lookKey(l.queueKey)
	queued := slices.ContainsFunc(p.Destinations, func(d Destination) bool { return d.Queued })
	switch {
	case l.queueNode == nil:
	case !queued && !l.unsure():
		l.warnf(l.queueNode, "no destination has delivery: queued, so queue changes nothing")
	case l.queueInMemory != nil && q.NATS != nil:
		l.errorf(l.queueInMemory, "with queue.nats the queue needs a file: it keeps what the cluster has not taken over yet")
	case l.queueInMemory != nil:
		l.warnf(l.queueInMemory, "queue.path \":memory:\" loses what waits when the process ends, though it was acknowledged")
	case q.Path != "" && q.Path == p.Store.Path:
		l.errorf(l.queueNode, "queue and store must be two files")
	}
}

func (l *linker) linkConsent() {
	if l.deviceNode != nil {
		l.leadsAway(l.deviceURL, l.policy.DeviceMode.URL)
	}
	if l.consentNode != nil && len(l.askedFor) == 0 {
		l.warnf(l.consentNode, "no destination asks for consent, so consent changes nothing")
		return
	}
	var known, shown []string
	for _, t := range l.askedFor {
		if known = append(known, t.string); !t.hidden {
			shown = append(shown, t.string)
		}
	}
	for _, t := range l.takenBack {
		if !slices.Contains(known, t.string) {
			l.add(t.node, Warning, nearest(t.string, shown), "no destination asks for this category of consent, so the signal takes nothing back by it")
		}
	}
}
