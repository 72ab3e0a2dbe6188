package inventory

import (
	"strings"
	"testing"
	"time"
)

// chain is n entries that follow each other.
func chain(n int) []Entry {
	var list []Entry
	prev := ""
	for i := range n {
		e := Entry{Seq: int64(i + 1), At: time.UnixMicro(int64(1_700_000_000_000_000 + i)).UTC(), Actor: "ann", Action: "decide", Object: "o", Label: "a · b", Before: `{"class":"red"}`, After: `{"class":"green"}`, Prev: prev}
		e.Hash = e.Sum()
		prev = e.Hash
		list = append(list, e)
	}
	return list
}

func TestVerifyAudit(t *testing.T) {
	broken := func(want string, change func(list []Entry) []Entry) {
		t.Helper()
		err := VerifyAudit(change(chain(5)), "")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, not %q", err, want)
		}
	}
	if err := VerifyAudit(chain(5), ""); err != nil {
		t.Error(err)
	}
	if err := VerifyAudit(chain(5)[2:], chain(2)[1].Hash); err != nil {
		t.Error(err)
	}
	if err := VerifyAudit(nil, ""); err != nil {
		t.Error(err)
	}
	for _, change := range []func(*Entry){
		func(e *Entry) { e.At = e.At.Add(time.Microsecond) }, func(e *Entry) { e.Actor = "bob" }, func(e *Entry) { e.Action = "login" },
		func(e *Entry) { e.Object = "p" }, func(e *Entry) { e.Label = "" }, func(e *Entry) { e.Before, e.After = e.After, e.Before }, func(e *Entry) { e.Hash = e.Prev },
		func(e *Entry) { e.Actor, e.Action = e.Actor+e.Action, "" },
	} {
		broken("entry 3", func(list []Entry) []Entry { change(&list[2]); return list })
	}
	broken("before entry 4", func(list []Entry) []Entry { return append(list[:2], list[3:]...) })
	broken("before entry 2", func(list []Entry) []Entry { return list[1:] })
	broken("entry 3", func(list []Entry) []Entry { // rewritten from here on
		list[1].Actor = "bob"
		list[1].Hash = list[1].Sum()
		return list
	})
	broken("entry 4", func(list []Entry) []Entry { list[3].Prev = ""; list[3].Hash = list[3].Sum(); return list })
}

// What the sum is of is not to change: audits that were written must stay true.
func TestSumStays(t *testing.T) {
	e := chain(2)[1]
	e.Label = "<a> & \u2028"
	if got, want := e.Sum(), "2113fbed76b18a6e28072356d28288affb8c285feee4252380bb6c701e585c0b"; got != want {
		t.Errorf("%s, not %s", got, want)
	}
}
