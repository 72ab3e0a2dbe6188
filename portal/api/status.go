package api

import (
	"net/http"
	"time"
)

// statusReport is how recording is doing. It is answered when the store cannot be
// used as well.
type statusReport struct {
	Version   string     `json:"version"`
	Mode      string     `json:"mode" enum:"enforce,observe"`
	Store     storeState `json:"store"`
	Processes []process  `json:"processes" doc:"those that have been heard of within a day"`
	Overflow  []overflow `json:"overflow" doc:"findings that were not recorded because a limit was reached"`
}

type storeState struct {
	Usable    bool       `json:"usable"`
	Reason    string     `json:"reason" doc:"why it cannot be used; empty when it can"`
	Since     *time.Time `json:"since" doc:"since when it cannot"`
	LastFlush *time.Time `json:"last_flush" doc:"the last batch that it took of this process"`
	Lost      int64      `json:"lost" doc:"findings that this process met and could not record, since its start"`
}

type process struct {
	ID       string    `json:"id"`
	Host     string    `json:"host"`
	Role     string    `json:"role" enum:"all,proxy,portal"`
	Version  string    `json:"version"`
	Policy   string    `json:"policy" doc:"first digits of the configuration's SHA-256"`
	Started  time.Time `json:"started"`
	LastSeen time.Time `json:"last_seen"`
	Lost     int64     `json:"lost"`
}

type overflow struct {
	Source string `json:"source"`
	Count  int64  `json:"count"`
}

func (a *api) status(w http.ResponseWriter, r *http.Request) error {
	h := a.Health()
	out := statusReport{Version: a.Version, Mode: mode(a.policy().Policy), Processes: []process{}, Overflow: []overflow{},
		Store: storeState{Reason: h.Store, Since: stamp(h.Since), LastFlush: stamp(h.LastFlush), Lost: h.Lost}}
	if err := a.observed(r, &out); err != nil && out.Store.Reason == "" {
		out.Store.Reason = err.Error()
	}
	out.Store.Usable = out.Store.Reason == ""
	return send(w, out)
}

// observed adds to a report what the store knows.
func (a *api) observed(r *http.Request, out *statusReport) error {
	if err := a.Store.Ping(r.Context()); err != nil {
		return err
	}
	list, err := a.Store.Processes(r.Context())
	if err != nil {
		return err
	}
	for _, p := range list {
		out.Processes = append(out.Processes, process{p.ID, p.Host, p.Role, p.Version, p.Policy, p.Started.UTC(), p.LastSeen.UTC(), p.Lost})
	}
	more, err := a.Store.Overflow(r.Context())
	for _, o := range more {
		out.Overflow = append(out.Overflow, overflow(o))
	}
	return err
}
