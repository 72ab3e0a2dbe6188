package names

import "github.com/eventveil/eventveil/engine/catalog"

// known are the fields of the SDKs' own protocols, by the names around them. "^"
// stands for the event itself, "*" for any parents. The first that fits decides;
// what it says is said by the protocol's documents, so it goes before everything else.
var known = []struct {
	parent   string // the nearest parent, folded; "^" for none, "*" for any
	names    map[string]bool
	typ      catalog.ID
	reserved bool
}{
	{"^", set("writekey", "messageid", "insertid", "uuid", "apikey", "projecttoken", "integrationid"), catalog.None, true},
	{"*", set("writekey"), catalog.None, true},
	{"$transport.query", set("writekey"), catalog.None, true},
	{"^", set("type", "event", "name", "timestamp", "sentat", "receivedat", "originaltimestamp", "version", "category", "channel", "schema",
		"batch", "sequence", "library", "eventtype", "eventname"), catalog.EventMeta, false},
	{"^", set("userid", "previousid", "distinctid"), catalog.UserID, false},
	{"^", set("anonymousid"), catalog.AnonymousID, false},
	{"^", set("groupid"), catalog.None, false},
	{"properties", set("name", "title", "category", "label", "value", "path", "url", "referrer", "search", "sku", "id"), catalog.PageMeta, false},
	{"page", set("name", "title", "path", "url", "referrer", "search", "host", "hostname", "hash", "tabid"), catalog.PageMeta, false},
	{"library", set("name", "version"), catalog.EventMeta, false},
	{"app", set("name", "version", "build", "namespace"), catalog.DeviceMeta, false},
	{"os", set("name", "version"), catalog.DeviceMeta, false},
	{"device", set("id"), catalog.DeviceID, false},
	{"device", set("advertisingid"), catalog.AdID, false},
	{"device", set("token"), catalog.PushToken, false},
	{"device", set("name"), catalog.DeviceName, false},
	{"device", set("model", "type", "manufacturer", "adtrackingenabled", "version"), catalog.DeviceMeta, false},
	{"campaign", set("name", "source", "medium", "term", "content", "id"), catalog.Campaign, false},
	{"screen", set("width", "height", "density", "innerwidth", "innerheight", "name"), catalog.DeviceMeta, false},
	{"useragentdata", set("mobile", "platform", "brand", "version"), catalog.DeviceMeta, false},
	{"network", set("carrier", "bluetooth", "cellular", "wifi"), catalog.DeviceMeta, false},
	{"context", set("locale", "timezone", "groupid", "direct", "active"), catalog.Locale, false},
	{"context", set("sessionid"), catalog.SessionID, false},
	{"traits", set("name", "fullname"), catalog.PersonName, false},
	{"traits", set("id"), catalog.UserID, false},
	{"$transport", set("referrer", "query", "path"), catalog.PageMeta, false},
	// Elastic Common Schema: email.from.address
	{"from", set("address"), catalog.Email, false},
	{"to", set("address"), catalog.Email, false},
	{"cc", set("address"), catalog.Email, false},
	{"bcc", set("address"), catalog.Email, false},
	{"replyto", set("address"), catalog.Email, false},
	// Match keys of ad platforms: user_data, in the query of a pixel ud.
	{"userdata", set("em"), catalog.Email, false},
	{"userdata", set("ph"), catalog.Phone, false},
	{"userdata", set("fn"), catalog.FirstName, false},
	{"userdata", set("ln"), catalog.LastName, false},
	{"userdata", set("db"), catalog.DateOfBirth, false},
	{"userdata", set("ge"), catalog.Gender, false},
	{"userdata", set("ct"), catalog.City, false},
	{"userdata", set("zp"), catalog.PostalCode, false},
}

// dialect looks a name up among the protocols' own.
func dialect(parents []string, name string) (Verdict, bool) {
	parent := "^"
	if len(parents) > 0 {
		parent = parents[len(parents)-1]
	}
	if parent == "ud" {
		parent = "userdata"
	}
	for i := range known {
		k := &known[i]
		if (k.parent == parent || k.parent == "*") && k.names[name] {
			v := Verdict{Type: k.typ, Reserved: k.reserved}
			if k.typ != catalog.None {
				v.How = Exact
			}
			return v, true
		}
	}
	return Verdict{}, false
}

func set(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}
