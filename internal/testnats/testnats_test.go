package testnats

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

func TestDataSurvivesKill(t *testing.T) {
	s := Start(t)
	stream := connect(t, s)
	if _, err := stream.CreateStream(t.Context(), jetstream.StreamConfig{Name: "a", Subjects: []string{"a"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := stream.Publish(t.Context(), "a", []byte("kept")); err != nil {
		t.Fatal(err)
	}
	s.Kill()
	s.Restart()
	a, err := connect(t, s).Stream(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	if got := a.CachedInfo().State.Msgs; got != 1 {
		t.Errorf("%d messages after a restart, want 1", got)
	}
}

func connect(t *testing.T, s *Server) jetstream.JetStream {
	t.Helper()
	nc, err := nats.Connect(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	return js
}

// A test binary that is killed leaves neither a server nor its directory behind.
func TestNothingIsLeftBehind(t *testing.T) {
	if os.Getenv("TESTNATS_CHILD") != "" {
		os.Stdout.WriteString("\n" + Start(t).URL() + "\n")
		time.Sleep(time.Minute) // until it is killed
	}
	tmp := t.TempDir()
	child := exec.Command(os.Args[0], "-test.run=^TestNothingIsLeftBehind$")
	child.Env = append(os.Environ(), "TESTNATS_CHILD=1", "TMPDIR="+tmp)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	for buf := make([]byte, 512); !strings.Contains(said.String(), "nats://"); {
		n, err := out.Read(buf)
		said.Write(buf[:n])
		if err != nil {
			t.Fatalf("the child ended: %s", said.String())
		}
	}
	url := strings.TrimSpace(said.String()[strings.Index(said.String(), "nats://"):])
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	child.Wait()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		left, err := filepath.Glob(filepath.Join(tmp, "*"))
		if err != nil {
			t.Fatal(err)
		}
		nc, err := nats.Connect(url)
		if err == nil {
			nc.Close()
		}
		if len(left) == 0 && err != nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("left behind: %v, a server that answers: %v", left, err == nil)
		}
	}
}
