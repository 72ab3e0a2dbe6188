package rules

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// Load reads and checks the configuration in a file and compiles it. env looks
// up the variables that the file names, as os.LookupEnv does. The Policy is nil
// exactly when the Report has errors; a Report without errors may hold warnings.
func Load(path string, env func(name string) (string, bool)) (*Policy, *Report) {
	data, err := readConfig(path)
	if err != nil {
		if pathErr := (*fs.PathError)(nil); errors.As(err, &pathErr) {
			err = pathErr.Err
		}
		return nil, &Report{Problems: []Problem{{File: path, Severity: Error, Message: "cannot read the configuration: " + err.Error()}}}
	}
	return Parse(path, data, env)
}

func readConfig(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxFile+1))
}

// Parse is Load for a configuration that is in memory. name stands for it in
// messages; secret files are looked for in name's folder.
func Parse(name string, data []byte, env func(name string) (string, bool)) (*Policy, *Report) {
	return parse(name, data, env, nil)
}

func parse(name string, data []byte, env func(string) (string, bool), trace func(key string, used bool)) (*Policy, *Report) {
	c := &config{decoder: decoder{file: name, env: env, report: &Report{}, trace: trace}, policy: defaults()}
	c.policy.File = name
	if n := c.document(data); n != nil {
		c.root(n)
		c.link(n)
	}
	c.report.sort()
	if c.report.HasErrors() {
		return nil, c.report
	}
	return c.policy, c.report
}

// Default is the policy for one collector and no configuration file: restricted
// data is blocked, the rest passes to the one destination, "collector", inline.
// upstream is the collector's URL; it is the only thing that can be wrong.
func Default(upstream string) (*Policy, error) {
	if reason := badURL(upstream); reason != "" {
		return nil, fmt.Errorf("cannot use the upstream: it must be http:// or https:// with a host and an optional path: %s", reason)
	}
	p, report := Parse("built-in policy", []byte(builtIn), func(string) (string, bool) { return upstream, true })
	if err := report.Err(); err != nil {
		return nil, err
	}
	p.Listen = defaults().Listen
	for i := range p.Rules {
		p.Rules[i].Line = 0 // of no file that anybody could look at
	}
	return p, nil
}

// builtIn names no port: which are listened on is said elsewhere, and an upstream may
// have those that would be the default.
const builtIn = `
version: 1
mode: enforce
listen: {data: "127.0.0.1:0", admin: "127.0.0.1:0"}
destinations:
  - {name: collector, url: "${UPSTREAM}"}
rules:
  - {name: never collect restricted data, when: {class: red}, action: block}
`
