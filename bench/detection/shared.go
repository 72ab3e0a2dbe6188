package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

var errNoShared = errors.New("set EVENTVEIL_SHARED to a folder that holds eval/*.py, cases/detect and cases/events")

// figure is a line that the scripts print.
var figure = regexp.MustCompile(`^(?:ok  |MISS|    ) (.{58}) +(-?[0-9.]+|nan)  (?:goal ([<>])= ([0-9.e-]+))?\s*(?:n=(\d+))?`)

// scoreShared runs the scripts of a folder on the program.
func scoreShared(bin, folder string) ([]measure, error) {
	if folder == "" {
		return nil, errNoShared
	}
	var list []measure
	for _, cases := range []string{"detect", "events"} {
		script := cases + "_eval.py"
		path, dir := filepath.Join(folder, "eval", script), filepath.Join(folder, "cases", cases)
		for _, p := range []string{path, dir} {
			if _, err := os.Stat(p); errors.Is(err, fs.ErrNotExist) {
				return nil, errNoShared
			}
		}
		cmd := exec.Command("python3", path, "--bin", bin, "--dir", dir)
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		var exit *exec.ExitError
		if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 1) { // 1: goals missed
			return nil, fmt.Errorf("cannot run %s: %w", script, err)
		}
		found, err := figures(out)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", script, err)
		}
		list = append(list, found...)
	}
	return list, nil
}

// figures reads what a script printed.
func figures(out []byte) (list []measure, err error) {
	for line := range bytes.Lines(out) {
		m := figure.FindSubmatch(line)
		if m == nil {
			continue
		}
		part, name, _ := strings.Cut(strings.TrimSpace(string(m[1])), ": ")
		f := measure{part: part, name: name, goal: math.NaN(), atMost: string(m[3]) == "<"}
		if string(m[2]) == "nan" {
			continue
		}
		if f.value, err = strconv.ParseFloat(string(m[2]), 64); err != nil {
			return nil, err
		}
		if len(m[4]) > 0 {
			if f.goal, err = strconv.ParseFloat(string(m[4]), 64); err != nil {
				return nil, err
			}
		}
		if len(m[5]) > 0 {
			f.n, _ = strconv.Atoi(string(m[5]))
		}
		list = append(list, f)
	}
	if len(list) == 0 {
		return nil, errors.New("it printed no figures")
	}
	return list, nil
}
