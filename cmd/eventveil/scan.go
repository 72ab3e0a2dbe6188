package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/eventveil/eventveil/engine/catalog"
	"github.com/eventveil/eventveil/engine/explain"
	"github.com/eventveil/eventveil/internal/scan"
)

var scanCommand = &command{
	name:  "scan",
	args:  "[FILE|DIR|-...]",
	short: "take inventory: which personal data archives hold, where, how often",
	long: `
Reads archives of events on all cores and prints an inventory: one row for each
data point, a path with a type, restricted ones first, then by how often they
were found. Folders are read with all that is below them, in the order of names;
in them only files that end in .json, .ndjson, .jsonl, .log or .txt or have no
ending, packed (.gz, .zst) or not, are taken. Values are never printed: the shape
shows letters as a, upper-case ones as A, digits as 9 and other characters
outside ASCII as x. In paths, array indexes are [], names that are identifiers
or personal data *. In the table, BY says what gave a data point away, its key,
its value or both: ~ is for a near miss of a name, a check mark for values that
passed a validator. It is as wide as the terminal, or as COLUMNS says.

The CSV columns are class, type, path, count (values found), empty (null and ""
found in a field known by its name), events (that hold a value), share (of all
events, 0 to 1), matched, how and confidence (what gave it away most often, as
classify has it), shape (of one value), event_names (how many), top_events (the
most frequent, with the events of each) and sources. Cells that a spreadsheet
would take for a formula begin with '. The JSON is one object with events, bytes,
unreadable, overflow, omitted and datapoints, whose members are named as the
columns. No more data points than limits.paths are kept; findings at further ones
are counted as overflow.

A line that cannot be read is named on standard error, never quoted, and the exit
status is then 1. The last line on standard error sums up.`,
	example: `eventveil scan -format csv archive/ >inventory.csv`,
	bind: func(fs *flag.FlagSet) call {
		config := fs.String("config", "", "the configuration `file`; without it the built-in policy")
		source := fs.String("source", "", "the `name` of the source that events come from; without it their write key tells")
		format := fs.String("format", "table", "table, csv or json: a `format` for people, spreadsheets or programs")
		jobs := fs.Int("jobs", 0, "`workers`; 0 for one on each core")
		top := fs.Int("top", 0, "print only the first `rows`; 0 for all")
		return func(ctx context.Context, s *streams, args []string) error {
			print, known := map[string]func(io.Writer, *inventory) error{"table": printTable, "csv": printCSV, "json": printJSON}[*format]
			switch {
			case !known:
				return usagef("-format is table, csv or json, not %q", *format)
			case *jobs < 0 || *jobs > maxJobs:
				return usagef("-jobs is 0 to %d", maxJobs)
			case *top < 0:
				return usagef("-top is 0 or more")
			case *jobs == 0:
				*jobs = min(runtime.GOMAXPROCS(0), maxJobs)
			}
			policy, err := loadPolicy(*config, s.stderr)
			if err != nil {
				return err
			}
			from, err := sourceIndex(policy, *source)
			if err != nil {
				return err
			}
			list, err := listInputs(args)
			if err != nil {
				return err
			}
			begin := time.Now()
			snapshot, err := scanInputs(ctx, s, list, scan.Options{Policy: policy, Format: explain.Format, Source: from, Jobs: *jobs})
			if err != nil {
				return err
			}
			took := time.Since(begin)
			inv := &inventory{Snapshot: snapshot, sources: len(policy.Sources) > 1}
			totals := snapshot.Totals()
			if *top > 0 && len(snapshot.Points) > *top {
				inv.omitted = len(snapshot.Points) - *top
				snapshot.Points = snapshot.Points[:*top]
			}
			if err := print(s.stdout, inv); err != nil {
				return err
			}
			printProblems(s.stderr, snapshot)
			fmt.Fprintln(s.stderr, sumUp(inv, totals, list.skipped, policy.Limits.Paths, took))
			if snapshot.Unreadable > 0 {
				return errFound
			}
			return nil
		}
	},
}

// maxJobs bounds the workers: each keeps its own counts.
const maxJobs = 256

// inventory is what is printed.
type inventory struct {
	*scan.Snapshot
	omitted int  // rows, by -top
	sources bool // the policy tells sources apart
}

// scanInputs reads the inputs, several at once, and shows how far it is.
func scanInputs(ctx context.Context, s *streams, list *inputs, o scan.Options) (*scan.Snapshot, error) {
	f := &feeder{scanner: scan.New(o), stdin: s.stdin}
	var next atomic.Int64
	var readers sync.WaitGroup
	for range min(o.Jobs, len(list.names)) {
		readers.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(list.names) {
					return
				}
				f.input(ctx, i, list.names[i])
			}
		})
	}
	done := make(chan struct{})
	var snapshot *scan.Snapshot
	go func() {
		readers.Wait()
		snapshot = f.scanner.Finish()
		close(done)
	}()
	total := list.size
	if len(list.names) == 1 && list.names[0] == "-" {
		total = sizeOf(s.stdin)
	}
	bar := newProgress(s.stderr, total, &f.read)
	defer bar.close()
	for {
		select {
		case <-done:
			return snapshot, ctx.Err()
		case <-ctx.Done(): // a reader may wait for standard input forever
			return nil, errors.New("interrupted; nothing is printed")
		case <-bar.tick():
			bar.draw()
		}
	}
}

// printProblems names what could not be read, without quoting it.
func printProblems(w io.Writer, s *scan.Snapshot) {
	for _, p := range s.Problems {
		where := inputName(p.Name)
		if p.Line > 0 {
			where = fmt.Sprintf("%s:%d", where, p.Line)
		}
		fmt.Fprintf(w, "%s: %s\n", where, explain.Why(p.Err))
	}
	if more := s.Unreadable - len(s.Problems); more > 0 {
		fmt.Fprintf(w, "and %s more like these\n", thousands(int64(more)))
	}
}

// sumUp is the last line.
func sumUp(inv *inventory, totals [catalog.Red + 1]int, skipped, limit int, took time.Duration) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s events, %s in %s (%s/s); %s data points: %d red, %d yellow, %d green",
		thousands(inv.Events), megabytes(inv.Bytes), seconds(took), megabytes(int64(float64(inv.Bytes)/max(took.Seconds(), 1e-6))),
		thousands(int64(len(inv.Points)+inv.omitted)), totals[catalog.Red], totals[catalog.Yellow], totals[catalog.Green])
	if inv.omitted > 0 {
		fmt.Fprintf(&b, "; %s not shown (-top)", thousands(int64(inv.omitted)))
	}
	if inv.Overflow > 0 {
		fmt.Fprintf(&b, "; %s findings at more data points than %d (limits.paths)", thousands(inv.Overflow), limit)
	}
	if skipped > 0 {
		fmt.Fprintf(&b, "; %s not named like events", count(skipped, "file"))
	}
	fmt.Fprintf(&b, "; %s", count(inv.Unreadable, "unreadable line"))
	return b.String()
}

// thousands writes a number in groups of three digits.
func thousands(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// megabytes writes a number of bytes for people.
func megabytes(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d B", n)
	case n < 1e6:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	case n < 1e8:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	case n < 1e10:
		return fmt.Sprintf("%d MB", n/1e6)
	}
	return fmt.Sprintf("%.1f GB", float64(n)/1e9)
}

// seconds writes a duration for people.
func seconds(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return fmt.Sprintf("%.2f s", d.Seconds())
	case d < 2*time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
}
