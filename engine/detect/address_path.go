package detect

import (
	"bytes"

	"github.com/eventveil/eventveil/engine/catalog"
)

// FindPath appends to spans what the path of a URL says of a person: the identifier
// behind "/users/", and with profiles the name behind a social network's host. text
// may be a whole URL, a path, or a sentence with one; spans must be sorted and stay so.
// It looks at most at every byte once, and does not allocate beyond spans' capacity.
func FindPath(spans []Span, text []byte, profiles bool) []Span {
	before := []byte(nil) // the segment before the current one
	for i := bytes.IndexByte(text, '/'); i >= 0 && i < len(text); {
		i++
		end := i
		for end < len(text) && !endsSegment(text[end]) {
			end++
		}
		segment := text[i:end]
		switch {
		case len(segment) == 0:
		case holdsPeople(before) && isKey(segment):
			spans = insert(spans, Span{Start: i, End: end, Type: catalog.UserID})
		case profiles && isNetwork(before) && len(segment) > 2 && !isPage(segment):
			name := segment
			if behind := bytes.IndexByte(name, '@'); behind == 0 {
				name = name[1:]
			}
			if isDirectory(segment) {
				before = before[:len(before):len(before)] // "in", "user": the name comes next
				i = end
				if i < len(text) && text[i] == '/' {
					continue
				}
				return spans
			}
			spans = insert(spans, Span{Start: end - len(name), End: end, Type: catalog.SocialHandle})
		}
		before = segment
		next := bytes.IndexByte(text[end:], '/')
		if next < 0 {
			return spans
		}
		if next > 0 {
			before = nil // a query, or words between two URLs
		}
		i = end + next
	}
	return spans
}

func endsSegment(c byte) bool {
	return c <= ' ' || c == '/' || c == '?' || c == '#' || c == '"' || c == '\'' || c == '<' || c == '>' || c == ')' || c == '&' || c == ';'
}

// insert puts a span in its place among sorted ones, unless it meets another.
func insert(spans []Span, s Span) []Span {
	at := len(spans)
	for at > 0 && spans[at-1].Start >= s.End {
		at--
	}
	if at > 0 && spans[at-1].End > s.Start {
		return spans
	}
	spans = append(spans, Span{})
	copy(spans[at+1:], spans[at:])
	spans[at] = s
	return spans
}

// holdsPeople tells path segments whose children are persons.
func holdsPeople(segment []byte) bool {
	if len(segment) < 4 || len(segment) > 11 {
		return false
	}
	switch string(bytes.TrimSuffix(segment, []byte("s"))) {
	case "user", "customer", "person", "member", "account", "profile", "patient", "contact", "student", "employee", "subscriber", "lead", "people",
		"client", "visitor", "guest", "applicant":
		return true
	}
	return false
}

// isKey tells identifiers from the words that pages have for names: an identifier
// has digits, and is long or has nothing else.
func isKey(segment []byte) bool {
	digits, others := 0, 0
	for _, c := range segment {
		switch {
		case c-'0' <= 9:
			digits++
		case c-'a' <= 25, c-'A' <= 25, c == '-', c == '_', c == '.', c == '~', c == '|', c == ':':
			others++
		default:
			return false
		}
	}
	return digits >= 2 && others == 0 || digits >= 2 && len(segment) >= 12 || digits >= 3 && len(segment) >= 6
}

// isNetwork tells hosts on which a path names a person.
func isNetwork(host []byte) bool {
	if len(host) < 4 || len(host) > 24 {
		return false
	}
	host = bytes.TrimPrefix(host, []byte("www."))
	host = bytes.TrimPrefix(host, []byte("m."))
	switch string(host) {
	case "twitter.com", "x.com", "facebook.com", "fb.com", "instagram.com", "linkedin.com", "github.com", "gitlab.com", "tiktok.com", "t.me",
		"youtube.com", "threads.net", "pinterest.com", "snapchat.com", "reddit.com", "medium.com", "vk.com", "twitch.tv", "xing.com", "bsky.app",
		"ok.ru", "mastodon.social", "keybase.io", "soundcloud.com", "steamcommunity.com":
		return true
	}
	return false
}

// isDirectory tells segments behind which a network lists its members.
func isDirectory(segment []byte) bool {
	switch string(segment) {
	case "in", "user", "users", "people", "add", "profile", "channel", "pub":
		return true
	}
	return false
}

// isPage tells the pages of a network that are nobody's.
func isPage(segment []byte) bool {
	if bytes.IndexByte(segment, '=') >= 0 || bytes.HasSuffix(segment, []byte(".php")) || bytes.HasSuffix(segment, []byte(".html")) {
		return true
	}
	switch string(segment) {
	case "home", "login", "signup", "search", "share", "sharer", "intent", "hashtag", "explore", "watch", "groups", "pages", "events", "help", "about",
		"privacy", "settings", "plugins", "dialog", "reel", "reels", "stories", "status", "messages", "notifications", "jobs", "company", "companies",
		"marketplace", "apps", "topics", "features", "pricing", "orgs", "playlist", "shorts", "results", "embed", "gaming", "live", "feed", "school",
		"showcase", "learning", "posts", "ads", "business", "policies", "legal", "terms", "tos", "directory", "discover", "shop", "web", "oauth", "login_oauth",
		"logout", "register", "accounts", "account", "notes", "photo", "photos", "video", "videos", "story", "gist", "trending", "collections", "sponsors",
		"download", "security", "enterprise", "team", "contact", "tag", "tags", "comments", "widgets", "i18n", "api", "v1", "v2", "static":
		return true
	}
	return false
}
