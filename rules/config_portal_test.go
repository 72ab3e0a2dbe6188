package rules

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const (
	goodHash = "$argon2id$v=19$m=65536,t=3,p=2$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"
	weakHash = "$argon2id$v=19$m=4096,t=3,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"
)

func portalEnv(name string) (string, bool) {
	v, ok := map[string]string{"KEY": "0123456789abcdef", "TOKEN": "fedcba9876543210", "HASH": goodHash,
		"DATABASE": "postgres://app:hunter2@db.example.com/app", "NOTURL": "hunter2hunter2 ::"}[name]
	return v, ok
}

func TestStore(t *testing.T) {
	f := func(in string, want Store) {
		t.Helper()
		p, report := Parse("/etc/eventveil/c.yaml", []byte(head+oneRule+in), portalEnv)
		if p == nil || report.String() != "" {
			t.Errorf("%s: %s", in, report)
			return
		}
		if diff := cmp.Diff(want, p.Store); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", in, diff)
		}
	}
	d := Store{Flush: 2 * time.Second, Poll: time.Second, Retention: 720 * time.Hour, Points: 50000}
	with := func(change func(s *Store)) Store {
		s := d
		change(&s)
		return s
	}
	f("", d)
	f("store: {}\n", d)
	f("store: off\n", with(func(s *Store) { s.Off = true }))
	f("store: {path: data/x.db}\n", with(func(s *Store) { s.Path = "/etc/eventveil/data/x.db" }))
	f("store: {path: /var/lib/x.db}\n", with(func(s *Store) { s.Path = "/var/lib/x.db" }))
	f(`store: {path: ":memory:"}`+"\n", with(func(s *Store) { s.Path = ":memory:" }))
	f("store: {flush: 100ms, poll: 1m, retention: 1h, points: 100}\n",
		with(func(s *Store) {
			s.Flush, s.Poll, s.Retention, s.Points = 100*time.Millisecond, time.Minute, time.Hour, 100
		}))
	f(`store: {url: "${DATABASE}"}`+"\n", with(func(s *Store) { s.URL = Secret("postgres://app:hunter2@db.example.com/app") }))
	f(`store: {url: "postgresql:///app?host=/run/postgresql"}`+"\n", with(func(s *Store) { s.URL = Secret("postgresql:///app?host=/run/postgresql") }))
}

func TestPortal(t *testing.T) {
	p, report := Parse("c.yaml", []byte(head+oneRule+`portal:
  url: "HTTPS://Portal.example.com:443/"
  hosts: [Other.example.com]
  session: 5m
  users:
    - {name: ada@example.com, role: owner, password_hash: "`+goodHash+`"}
    - {name: grace, role: editor, password_hash: "${HASH}"}
  tokens: [{name: ci, role: viewer, secret: "${TOKEN}"}, {name: grace, role: viewer, secret: "${KEY}"}]
  oidc: {issuer: "https://id.example.com/", client_id: ev, client_secret: "${KEY}", scopes: [groups], claim: groups, roles: {"*": viewer, "${X}": owner}}
  header: {user: x-user, default: editor, from: [192.0.2.7, "2001:db8::/32"]}
`), portalEnv)
	if p == nil || report.String() != "" {
		t.Fatal(report)
	}
	want := Portal{
		URL: "https://portal.example.com", Hosts: []string{"other.example.com"}, Session: 5 * time.Minute,
		Users:  []PortalUser{{"ada@example.com", Secret(goodHash), Owner}, {"grace", Secret(goodHash), Editor}},
		Tokens: []PortalToken{{"ci", Secret("fedcba9876543210"), Viewer}, {"grace", Secret("0123456789abcdef"), Viewer}},
		OIDC: &OIDC{Issuer: "https://id.example.com/", ClientID: "ev", ClientSecret: Secret("0123456789abcdef"),
			Scopes: []string{"groups", "email"}, Claim: "groups", Name: "email", Roles: map[string]Role{"*": Viewer, "${X}": Owner}},
		Header: &TrustedUser{User: "X-User", Default: Editor,
			From: []netip.Prefix{netip.MustParsePrefix("192.0.2.7/32"), netip.MustParsePrefix("2001:db8::/32")}},
	}
	if diff := cmp.Diff(want, p.Portal, cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if p.File != "c.yaml" || !p.Portal.Guarded() {
		t.Errorf("file %q, guarded %v", p.File, p.Portal.Guarded())
	}
}

func TestPortalMistakes(t *testing.T) {
	f := func(name, in string, want ...string) {
		t.Helper()
		_, report := Parse("c.yaml", []byte(head+oneRule+in), portalEnv)
		if diff := cmp.Diff(want, strings.Split(report.String(), "\n")); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
	}
	f("store word", "store: of\n", `c.yaml:8:8: error: unknown store "of"; did you mean "off"?`)
	f("store kind", "store: [a]\n", `c.yaml:8:8: error: store must be a mapping of keys to values, not a list`)
	f("store nothing", "store:\n", `c.yaml:8:7: error: store must be a mapping of keys to values, not nothing`)
	f("store settings", "store: {pathh: x, flush: 10ms, poll: 2m, retention: 30m, points: 99, hunter2}\n",
		`c.yaml:8:9: error: unknown key "pathh" in store; did you mean "path"?`,
		`c.yaml:8:26: error: store.flush must be a time span from 100ms to 1m0s, such as 500ms, 30s or 2h`,
		`c.yaml:8:38: error: store.poll must be a time span from 100ms to 1m0s, such as 500ms, 30s or 2h`,
		`c.yaml:8:53: error: store.retention must be a time span from 1h0m0s to 3650d, such as 30s, 2h or 7d`,
		`c.yaml:8:66: error: store.points must be a whole number from 100 to 1000000`,
		`c.yaml:8:70: error: unknown key in store; known are path, url, url_file, flush, poll, retention, required, points`)
	f("path and url", `store: {path: x.db, url: "${DATABASE}"}`+"\n",
		`c.yaml:8:15: error: store has a path, of a SQLite file, or the url of a PostgreSQL database, not both`)
	f("url and url_file", `store: {url: "${DATABASE}", url_file: x}`+"\n", `c.yaml:8:39: error: store has url or url_file, not both`)
	f("password in the file", `store: {url: "postgres://app:hunter2@db.example.com/app"}`+"\n",
		`c.yaml:8:14: warning: a secret is written in this file; take it from the environment, "${NAME}", or from a file, url_file`)
	f("scheme", `store: {url: "mysql://app:hunter2@db.example.com/app"}`+"\n",
		`c.yaml:8:14: error: url of the store must begin with postgres:// or postgresql://; for SQLite write the file's path`)
	f("words", `store: {url: "host=db.example.com password=hunter2"}`+"\n",
		`c.yaml:8:14: error: url of the store must begin with postgres:// or postgresql://; for SQLite write the file's path`)
	f("no URL", `store: {url: "${NOTURL}"}`+"\n",
		`c.yaml:8:14: error: url of the store is not a URL; it must be such as "postgres://user@host/database"`)
	f("no host", `store: {url: "postgres:///app"}`+"\n", `c.yaml:8:14: error: url of the store must name a host`)
	f("portal without store", "store: off\nportal: {session: 1h}\n",
		`c.yaml:9:9: error: there is no portal with store: off, as nothing is kept that it could show; leave one of them out`)

	f("portal settings", `portal: {url: "http://portal.example.com/x", hosts: [a/b], session: 1m, usrs: []}`+"\n",
		`c.yaml:8:15: error: portal.url must have no path: the portal is served at the root of a host`,
		`c.yaml:8:54: error: a host must be a name or an address as in a Host header, with or without a port`,
		`c.yaml:8:69: error: portal.session must be a time span from 5m0s to 30d, such as 30s, 2h or 7d`,
		`c.yaml:8:73: error: unknown key "usrs" in portal; did you mean "users"?`)
	f("portal in the open", `portal: {url: "http://portal.example.com"}`+"\n",
		`c.yaml:8:15: warning: portal.url is http://: whoever is on the way reads passwords and sessions`)
	f("users", `portal:
  users:
    - {name: ada, role: ownr, password_hash: "${HASH}"}
    - {name: ada, role: owner, password_hash: hunter2}
    - {name: "<b>", role: viewer, password: hunter2}
    - {name: local, role: viewer, password_hash: "`+weakHash+`"}
    - {name: bob, password_hash: "$argon2id$v=19$m=2097152,t=3,p=2$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZg"}
`,
		`c.yaml:10:25: error: unknown role "ownr"; did you mean "owner"?`,
		`c.yaml:11:14: error: the name of this user is already used on line 10; names must differ`,
		`c.yaml:11:47: error: password_hash cannot be used: `+errHashFormat.Error(),
		`c.yaml:12:7: error: key "password_hash" or "password_hash_file" is missing in a user`,
		`c.yaml:12:14: error: name of a user must be at most 64 letters, digits, "_", "-", ".", "@" or "+"`,
		`c.yaml:12:35: error: unknown key in a user; known are name, role, password_hash, password_hash_file`,
		`c.yaml:13:14: error: a user must not be called "local": the audit means others by it`,
		`c.yaml:13:50: warning: password_hash was made with little work, so the password is cheap to guess for whoever gets it; "eventveil hash-password" makes a better one`,
		`c.yaml:14:7: error: key "role" is missing in a user`,
		`c.yaml:14:34: error: password_hash cannot be used: the memory m, in KiB, must be from 1 to 1048576`)
	f("tokens", `portal:
  tokens:
    - {name: ci, role: viewer, secret: hunter2hunter2hunter2}
    - {name: ci, role: viewer, secret: short}
    - {name: a, role: viewer, secret: "${TOKEN}"}
    - {name: b, role: admin, secret: "${TOKEN}"}
    - {name: c, role: viewer, hunter2}
`,
		`c.yaml:10:40: warning: a secret is written in this file; take it from the environment, "${NAME}", or from a file, secret_file`,
		`c.yaml:11:14: error: the name of this token is already used on line 10; names must differ`,
		`c.yaml:11:40: error: secret must have at least 16 bytes`,
		`c.yaml:11:40: warning: a secret is written in this file; take it from the environment, "${NAME}", or from a file, secret_file`,
		`c.yaml:13:23: error: unknown role "admin"; known are viewer, editor, owner`,
		`c.yaml:13:38: error: this secret is also that of the token on line 12; secrets must differ`,
		`c.yaml:14:7: error: key "secret" or "secret_file" is missing in a token`,
		`c.yaml:14:31: error: unknown key in a token; known are name, role, secret, secret_file`)
	f("oidc", `portal:
  oidc: {issuer: "http://id.example.com", client_id: "", client_secret: hunter2, scopes: ["a b"], roles: {x: viewer, x: owner, y: non}}
`,
		`c.yaml:9:3: error: portal.oidc needs portal.url: the provider sends people back there`,
		`c.yaml:9:18: error: portal.oidc.issuer must be https://; without it whoever is on the way could name the users`,
		`c.yaml:9:54: error: portal.oidc.client_id must not be empty`,
		`c.yaml:9:73: warning: a secret is written in this file; take it from the environment, "${NAME}", or from a file, client_secret_file`,
		`c.yaml:9:91: error: a scope must be one word; write several as a list`,
		`c.yaml:9:99: error: portal.oidc.roles needs claim: the claim of the provider whose values they are`,
		`c.yaml:9:118: error: this key in portal.oidc.roles is already on line 9`,
		`c.yaml:9:131: error: unknown role "non"; known are viewer, editor, owner`)
	f("oidc for nobody", `portal: {url: "http://localhost:9090", oidc: {issuer: "http://127.0.0.1:5556/dex", client_id: ev}}`+"\n",
		`c.yaml:8:46: error: portal.oidc must have roles, by a claim, or default, the role of all whom the provider knows`)
	f("oidc claim alone", `portal: {url: "http://localhost:9090", oidc: {issuer: "https://id.example.com?x", client_id: ev, claim: groups, roles: {}}}`+"\n",
		`c.yaml:8:55: error: portal.oidc.issuer must be https:// with a host: it must have no query and no fragment`,
		`c.yaml:8:120: error: portal.oidc.roles must not be empty`)
	f("header", "portal: {header: {user: \"X User\", role: x-role}}\n",
		`c.yaml:8:18: error: key "from" is missing in portal.header`,
		`c.yaml:8:25: error: a header must be named by letters, digits and "-" or "_"`)
	f("header from all", "portal: {header: {user: X-User, from: [0.0.0.0/0, example.com]}}\n",
		`c.yaml:8:18: error: portal.header must have role, a header with the user's role, or default, the role of all`,
		`c.yaml:8:39: error: portal.header.from must not be every address: anybody could send the header`,
		`c.yaml:8:51: error: an address of the proxy must be an address or a network, such as 192.0.2.0/24`)
}

func TestPortalSecretFiles(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"hash": goodHash + "\n", "token": "0123456789abcdef\n", "empty": "\n", "short": "0123"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, "c.yaml")
	f := func(in, want string) {
		t.Helper()
		p, report := Parse(path, []byte(head+oneRule+in), portalEnv)
		if got := strings.ReplaceAll(report.String(), path, "c.yaml"); got != want {
			t.Errorf("%s: got  %s\nwant %s", in, got, want)
		}
		if p != nil && len(p.Files) != 1 {
			t.Errorf("%s: files %q", in, p.Files)
		}
	}
	f("portal: {users: [{name: a, role: owner, password_hash_file: hash}]}\n", "")
	f("portal: {tokens: [{name: a, role: owner, secret_file: token}]}\n", "")
	f("portal: {users: [{name: a, role: owner, password_hash_file: token}]}\n",
		"c.yaml:8:61: error: password_hash cannot be used: "+errHashFormat.Error())
	f("portal: {tokens: [{name: a, role: owner, secret_file: short}]}\n",
		"c.yaml:8:55: error: secret_file, without the newline at its end, must have at least 16 bytes")
	f("store: {url_file: empty}\n", "c.yaml:8:19: error: there is nothing in url_file")
	f("store: {url_file: token}\n", "c.yaml:8:19: error: url of the store must begin with postgres:// or postgresql://; for SQLite write the file's path")
}

func TestParseRole(t *testing.T) {
	for _, r := range []Role{Viewer, Editor, Owner} {
		if got := ParseRole(r.String()); got != r {
			t.Errorf("ParseRole(%q) = %d", r, got)
		}
	}
	for _, w := range []string{"", "Owner", "admin"} {
		if got := ParseRole(w); got != 0 {
			t.Errorf("ParseRole(%q) = %d", w, got)
		}
	}
}
