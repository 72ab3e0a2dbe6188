package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/eventveil/eventveil/rules"
)

// terminal opens a terminal: what is written to user is typed, and what is read from it
// is what the user would see.
func terminal(t *testing.T) (user, stdin *os.File) {
	t.Helper()
	user, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatalf("cannot open a terminal: %v", err)
	}
	t.Cleanup(func() { user.Close() })
	if err := unix.IoctlSetPointerInt(int(user.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(user.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	stdin, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatalf("cannot open a terminal: %v", err)
	}
	t.Cleanup(func() { stdin.Close() })
	return user, stdin
}

// prompts types a line whenever it is asked for one.
type prompts struct {
	bytes.Buffer
	user  io.Writer
	lines []string
}

func (p *prompts) Write(b []byte) (int, error) {
	if strings.HasSuffix(string(b), ": ") && len(p.lines) > 0 {
		if _, err := io.WriteString(p.user, p.lines[0]+"\n"); err != nil {
			return 0, err
		}
		p.lines = p.lines[1:]
	}
	return p.Buffer.Write(b)
}

func TestHashPasswordAtATerminal(t *testing.T) {
	f := func(first, second string, code int, words string) {
		t.Helper()
		user, stdin := terminal(t)
		var out bytes.Buffer
		stderr := &prompts{user: user, lines: []string{first, second}}
		if got := run(context.Background(), []string{"hash-password"}, stdin, &out, stderr); got != code || stderr.String() != words {
			t.Errorf("status %d and %q, want %d and %q", got, stderr.String(), code, words)
		}
		if code == exitFine {
			if _, err := rules.ParsePasswordHash(strings.TrimSpace(out.String())); err != nil {
				t.Error(err)
			}
		}
		// The terminal echoes again, and this is the first that it shows.
		if _, err := io.WriteString(user, "seen\n"); err != nil {
			t.Fatal(err)
		}
		buf := make([]byte, 100)
		n, err := user.Read(buf)
		if shown := string(buf[:n]); err != nil || strings.Contains(shown, "horse") || !strings.Contains(shown, "seen") {
			t.Errorf("the terminal shows %q, %v", shown, err)
		}
	}
	f("correct horse", "correct horse", exitFine, "Password: \nOnce more: \n")
	f("correct horse", "corect horse", exitFound, "Password: \nOnce more: \neventveil hash-password: these are two different passwords\n")
	f("horse", "", exitFound, "Password: \neventveil hash-password: a password has at least 8 and at most 1024 bytes\n")
}

func TestHashPasswordInterrupted(t *testing.T) {
	_, stdin := terminal(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if code := run(ctx, []string{"hash-password"}, stdin, io.Discard, io.Discard); code != exitFound {
		t.Errorf("status %d", code)
	}
	was, err := unix.IoctlGetTermios(int(stdin.Fd()), getTermios)
	if err != nil || was.Lflag&unix.ECHO == 0 {
		t.Errorf("the terminal stays silent: %v", err)
	}
}
