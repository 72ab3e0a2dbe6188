package store

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/eventveil/eventveil/portal/inventory"
)

// TestMain lets the test binary be the other process that some tests need.
func TestMain(m *testing.M) {
	switch os.Getenv("STORE_CHILD") {
	case "open":
		openAsNobody()
	case "decide":
		decideForever()
	default:
		os.Exit(m.Run())
	}
}

// decideForever observes and decides until it is killed, and prints each decision that
// was acknowledged.
func decideForever() {
	ctx := context.Background()
	s, err := Open(ctx, Options{Path: os.Getenv("STORE_PATH")})
	if err != nil {
		panic(err)
	}
	first, err := strconv.Atoi(os.Getenv("STORE_FIRST"))
	if err != nil {
		panic(err)
	}
	for i := first; ; i++ {
		b := batchOf("all", fmt.Sprint("p", i))
		if err := s.Observe(ctx, b); err != nil {
			panic(err)
		}
		note := fmt.Sprint("decided ", i)
		errs, err := s.Decide(ctx, "ann", []inventory.Change{{ID: b.Points[0].ID(), Note: &note}, {ID: b.Points[1].ID(), Note: &note}})
		if err != nil || errs[0] != nil || errs[1] != nil {
			panic(fmt.Sprint(err, errs))
		}
		fmt.Println(i)
	}
}

// What was acknowledged is there after kill -9, and the audit has no gap.
func TestKilled(t *testing.T) {
	o := file(t)
	next := 0
	for round := range 8 {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), "STORE_CHILD=decide", "STORE_PATH="+o.Path, fmt.Sprint("STORE_FIRST=", next))
		child.Stderr = os.Stderr
		out, err := child.StdoutPipe()
		must(t, err)
		must(t, child.Start())
		said := bufio.NewScanner(out)
		for i := 0; said.Scan(); i++ {
			n, err := strconv.Atoi(said.Text())
			must(t, err)
			next = n + 1
			if i == 0 { // at a time that has nothing to do with what it is doing; what it prints until then is read
				time.AfterFunc(time.Duration(round*13)*time.Millisecond, func() { child.Process.Kill() })
			}
		}
		if err := child.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
			t.Fatalf("the child ended by itself: %v", err)
		}

		s := open(t, o)
		log := verified(t, s)
		decided := map[string]int{}
		for _, e := range log {
			decided[e.Object]++
		}
		for i := range next {
			d, err := s.Point(t.Context(), inventory.IDOf(fmt.Sprint("p", i), "email"))
			must(t, err)
			if d.Note != fmt.Sprint("decided ", i) || decided[string(d.ID)] == 0 {
				t.Fatalf("decision %d is lost", i)
			}
		}
		all, err := s.Point(t.Context(), inventory.IDOf("all", "email"))
		must(t, err)
		// The next child begins again with what was not acknowledged, which may be there.
		if all.Count < int64(next) || all.Version < int64(next) || all.Count < all.Version {
			t.Fatalf("%d acknowledged, count %d, version %d", next, all.Count, all.Version)
		}
		must(t, s.Close())
	}
}
