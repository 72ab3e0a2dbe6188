package inventory

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// Sum is the hash that an entry must have: SHA-256, in hexadecimal, of Prev, a line
// feed, and the other members but Hash as one JSON object in the order below, without
// escapes for HTML. At is in microseconds since 1970.
func (e *Entry) Sum() string {
	var b bytes.Buffer
	b.WriteString(e.Prev)
	b.WriteByte('\n')
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(struct {
		Seq    int64  `json:"seq"`
		At     int64  `json:"at"`
		Actor  string `json:"actor"`
		Action string `json:"action"`
		Object string `json:"object"`
		Label  string `json:"label"`
		Before string `json:"before"`
		After  string `json:"after"`
	}{e.Seq, e.At.UnixMicro(), e.Actor, e.Action, e.Object, e.Label, e.Before, e.After})
	if err != nil {
		panic("BUG: an entry of the audit is not JSON: " + err.Error())
	}
	sum := sha256.Sum256(b.Bytes())
	return hex.EncodeToString(sum[:])
}

// VerifyAudit checks a stretch of the audit: entries in ascending order, of which the
// first follows the one whose hash is prev ("" for the beginning). The error names
// the first entry that was changed, or before which one is missing.
func VerifyAudit(entries []Entry, prev string) error {
	for i := range entries {
		e := &entries[i]
		switch {
		case i > 0 && e.Seq != entries[i-1].Seq+1, prev == "" && i == 0 && e.Seq != 1:
			return fmt.Errorf("the audit is broken before entry %d: entries are missing", e.Seq)
		case e.Prev != prev:
			return fmt.Errorf("the audit is broken at entry %d: it does not follow the entry before it", e.Seq)
		case e.Hash != e.Sum():
			return fmt.Errorf("the audit is broken at entry %d: it is not as it was written", e.Seq)
		}
		prev = e.Hash
	}
	return nil
}
