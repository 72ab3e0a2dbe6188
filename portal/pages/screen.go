package pages

import (
	"bytes"
	"embed"
	"html/template"
	"io"
	"net/http"
	"path"
	"strings"

	"github.com/eventveil/eventveil/portal/inventory"
	"github.com/eventveil/eventveil/rules"
)

//go:embed templates/*.html
var templateFiles embed.FS

// screens are the templates of the pages by name; each has the layout and the parts
// that pages share.
type screens map[string]*template.Template

// shared are the files that every page can use.
var shared = []string{"templates/layout.html", "templates/parts.html"}

// parseScreens reads the templates. They are compiled in, so a mistake is ours.
func parseScreens(s *site) screens {
	base := template.Must(template.New("").Funcs(s.words()).ParseFS(templateFiles, shared...))
	files, err := templateFiles.ReadDir("templates")
	if err != nil {
		panic("BUG: " + err.Error())
	}
	all := screens{}
	for _, f := range files {
		name := strings.TrimSuffix(f.Name(), path.Ext(f.Name()))
		if name != "layout" && name != "parts" {
			all[name] = template.Must(template.Must(base.Clone()).ParseFS(templateFiles, "templates/"+f.Name()))
		}
	}
	return all
}

// view is what the layout shows around a page.
type view struct {
	Title    string
	At       string // the entry of the menu that is shown as chosen
	Here     string // the address, for forms to come back to
	User     string
	Role     rules.Role
	Editor   bool // decides
	LogOut   bool
	Token    string
	Health   inventory.Health
	Observe  bool // nothing is enforced
	Delivers bool // there are deliveries to speak of
	Inbox    int  // personal data points that nobody has decided on; -1 when that is not known
	Flash    *flash
	Version  string
	Scripts  []string
	Data     any
}

// view fills in what every page has.
func (s *site) view(r *http.Request, at, title string) *view {
	ctx := r.Context()
	v := &view{Title: title, At: at, Here: here(r), Token: s.FormToken(ctx), LogOut: s.CanLogOut(ctx), Health: s.Health(),
		Observe: s.Policy().Observe, Version: s.Version, Inbox: -1}
	v.User, v.Role = s.User(ctx)
	v.Editor = v.Role >= rules.Editor
	v.Delivers = s.delivers(ctx)
	if p, err := s.Store.Points(ctx, inventory.List{Filter: waiting, Limit: 1}); err == nil {
		v.Inbox = p.Total
	}
	return v
}

// waiting selects what the inbox asks people to decide on.
var waiting = inventory.Filter{Status: []string{string(inventory.New)}, Personal: true}

// show answers with a page, all of it or none.
func (s *site) show(w http.ResponseWriter, status int, name string, v *view) error {
	var page bytes.Buffer
	if err := s.execute(&page, name, v); err != nil {
		return err
	}
	begin(w, status)
	_, _ = page.WriteTo(w) // who asked may have gone
	return nil
}

func (s *site) execute(w io.Writer, name string, v *view) error {
	for _, part := range []string{"top", "content", "bottom"} {
		if err := s.screens[name].ExecuteTemplate(w, part, v); err != nil {
			return err
		}
	}
	return nil
}

// write is show for pages whose status is out already.
func (s *site) write(w http.ResponseWriter, name string, v *view) {
	var page bytes.Buffer
	if err := s.execute(&page, name, v); err != nil {
		s.Log.Error("a page cannot be rendered", "page", name, "error", err)
	}
	_, _ = page.WriteTo(w) // who asked may have gone
}

// here is the address of a request as forms carry it: without what told of a decision.
func here(r *http.Request) string {
	u := *r.URL
	q := u.Query()
	for _, name := range flashParams {
		q.Del(name)
	}
	u.RawQuery = q.Encode()
	u.Scheme, u.Host, u.Fragment = "", "", ""
	if r.Method != http.MethodGet {
		return "/"
	}
	return u.RequestURI()
}
