package queuetest

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/eventveil/eventveil/proxy/queue"
)

const (
	childName = "QUEUETEST_CHILD"
	childAt   = "QUEUETEST_AT"
	childFrom = "QUEUETEST_FROM"
)

// Main is the TestMain of a package that calls Run: its test binary is also the process
// that is killed.
func Main(m *testing.M, backends ...Backend) {
	for _, b := range backends {
		if b.Name == os.Getenv(childName) {
			child(b)
		}
	}
	os.Exit(m.Run())
}

const (
	killSources = 8
	killRounds  = 6
)

// child appends and takes until it is killed. It prints "in" for what was acknowledged,
// and "out" for what it settles, before it does.
func child(b Backend) {
	check := func(err error) {
		if err != nil {
			panic(err)
		}
	}
	q, err := b.Open(os.Getenv(childAt), nil)
	check(err)
	for s := range killSources {
		go func() {
			for i := 0; ; i++ {
				m := text("crm", fmt.Sprint("s", s), fmt.Sprintf("%s-%d-%06d", os.Getenv(childFrom), s, i))
				m.Body = append(m.Body, strings.Repeat(" ", 100*i%3000)...)
				like := m
				like.Destination = "ads"
				ticket, err := q.Append([]queue.Message{m, like})
				check(err)
				check(ticket.Wait())
				fmt.Println("in", strings.TrimSpace(string(m.Body)))
			}
		}()
	}
	for n := 0; ; n++ {
		items, err := q.Next(context.Background(), "crm", 10, 1<<20)
		check(err)
		if n%5 == 4 {
			q.Return(items[1:]...)
			items = items[:1]
		}
		for _, item := range items {
			fmt.Println("out", strings.TrimSpace(string(item.Body)))
		}
		check(q.Ack(items...))
	}
}

// kill checks that what was acknowledged by a process that was killed was either taken and
// settled, or is there, in order.
func kill(x *bench) {
	x.must(x.Close())
	for round := range killRounds {
		in, out := x.killed(round)
		if len(in) == 0 {
			x.Fatal("nothing was acknowledged")
		}
		x.open(nil)
		for _, destination := range []string{"crm", "ads"} {
			there := x.drain(destination)
			for id := range in {
				if !there[id] && !(destination == "crm" && out[id]) {
					x.Fatalf("round %d: %s is lost for %s; %d were acknowledged, %d settled, %d are there", round, id, destination, len(in), len(out), len(there))
				}
			}
		}
		x.must(x.Close())
	}
	x.open(nil)
}

// killed runs a child and kills it at a time that has nothing to do with what it is doing.
func (x *bench) killed(round int) (in, out map[string]bool) {
	in, out = map[string]bool{}, map[string]bool{}
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), childName+"="+x.b.Name, childAt+"="+x.at, fmt.Sprint(childFrom, "=", round))
	var trouble strings.Builder
	c.Stderr = &trouble
	pipe, err := c.StdoutPipe()
	x.must(err)
	x.must(c.Start())
	said := bufio.NewScanner(pipe)
	for first := true; said.Scan(); first = false {
		what, id, _ := strings.Cut(said.Text(), " ")
		switch what {
		case "in":
			in[id] = true
		case "out":
			out[id] = true
		default:
			x.Errorf("the child said %q", said.Text())
		}
		if first {
			time.AfterFunc(time.Duration(20+round*37)*time.Millisecond, func() { _ = c.Process.Kill() })
		}
	}
	if err := c.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		x.Fatalf("the child ended by itself: %v\n%s", err, trouble.String())
	}
	if trouble.Len() > 0 {
		x.Errorf("the child said\n%s", trouble.String())
	}
	return in, out
}

// drain settles all that waits and tells what it was. Within a source what was never taken
// is in order.
func (x *bench) drain(destination string) map[string]bool {
	x.Helper()
	there := map[string]bool{}
	last := map[string]string{}
	for x.waits(destination) > 0 {
		items := x.next(destination, 100)
		for _, item := range items {
			id := strings.TrimSpace(string(item.Body))
			there[id] = true
			if id <= last[item.Source] && !x.b.Chained {
				x.Fatalf("%s comes after %s", id, last[item.Source])
			}
			last[item.Source] = id
		}
		x.must(x.Ack(items...))
	}
	return there
}
