// Command detection scores what Eventveil finds against labelled cases: the project's
// own in sets/, and the scripts of a folder of further ones where there is such a
// folder. It prints the figures and writes them into a document.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"time"
)

func main() {
	bin := flag.String("bin", "bin/eventveil", "the program that the scripts of -shared are run on, a `file`")
	shared := flag.String("shared", "", "a `folder` with eval/*.py, cases/detect and cases/events")
	doc := flag.String("doc", "", "the `document` that the figures are written into; without it they are only printed")
	flag.Parse()
	if flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	missed, err := run(*bin, *shared, *doc, time.Now())
	if err != nil {
		fmt.Fprintln(os.Stderr, "detection:", err)
		os.Exit(2)
	}
	if missed > 0 {
		fmt.Fprintf(os.Stderr, "detection: %d goals missed\n", missed)
		os.Exit(1)
	}
}

// run scores both and returns how many goals were missed.
func run(bin, shared, doc string, now time.Time) (missed int, err error) {
	own, err := scoreOwn()
	if err != nil {
		return 0, err
	}
	calibration, err := calibrate()
	if err != nil {
		return 0, err
	}
	show(own, calibration)
	tables := map[string]string{
		"own":         markdown(own, now),
		"calibration": calibrationTable(calibration, now),
	}
	missed = misses(own)
	if further, err := scoreShared(bin, shared); errors.Is(err, errNoShared) {
		fmt.Printf("no further cases: %v\n", err)
	} else if err != nil {
		return 0, err
	} else {
		show(further, nil)
		tables["further"] = markdown(further, now)
		missed += misses(further)
	}
	if doc == "" {
		return missed, nil
	}
	return missed, rewrite(doc, tables)
}
