package api

import (
	"net/http"

	"github.com/eventveil/eventveil/engine/catalog"
)

// types is the catalogue.
type types struct {
	Items []dataType `json:"items"`
}

type dataType struct {
	Name        string   `json:"name"`
	Class       string   `json:"class" enum:"red,yellow,green" doc:"as the configuration says, else the built-in one"`
	Description string   `json:"description"`
	Regions     []string `json:"regions" doc:"ISO 3166 codes; empty for everywhere"`
	Custom      bool     `json:"custom" doc:"a classifier of the configuration"`
	Off         bool     `json:"off" doc:"the configuration switches it off: it is not found"`
}

func (a *api) types(w http.ResponseWriter, _ *http.Request) error {
	s := a.policy()
	out := types{Items: []dataType{}}
	builtIn := len(s.Types) - len(s.Classifiers)
	for i, t := range s.Types {
		if t.Name != "" {
			out.Items = append(out.Items, dataType{t.Name, t.Class.String(), t.Description, some(t.Regions), i >= builtIn, s.TypeOff(catalog.ID(i))})
		}
	}
	return send(w, out)
}
