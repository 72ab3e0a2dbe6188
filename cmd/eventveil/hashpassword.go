package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/eventveil/eventveil/portal/access"
)

// leastPassword is the fewest bytes of a password that is not guessed at once.
const leastPassword = 8

var hashPasswordCommand = &command{
	name:  "hash-password",
	short: "hash a password for a user of the portal",
	long: `
Reads a password from standard input and prints what a configuration has under
portal.users as password_hash: argon2id in the PHC format. At a terminal it asks
twice and shows nothing of what is typed (on Windows it does); otherwise the
password is the one line that comes, of at least 8 and at most 1024 bytes. Write
the hash in single quotes in a shell: it has dollar signs in it.`,
	example: "eventveil hash-password > ada.hash\nopenssl rand -base64 18 | tee ada.password | eventveil hash-password > ada.hash",
	bind: func(*flag.FlagSet) call {
		return func(ctx context.Context, s *streams, args []string) error {
			if len(args) > 0 {
				return usagef("takes no arguments; the password is read from standard input") // which args may hold
			}
			password, err := readPassword(ctx, s)
			if err != nil {
				return err
			}
			hash, err := access.HashPassword(password)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(s.stdout, hash)
			return err
		}
	},
}

// readPassword reads one line, or at a terminal the same line twice.
func readPassword(ctx context.Context, s *streams) ([]byte, error) {
	f, _ := s.stdin.(*os.File)
	restore, hidden := withoutEcho(f)
	if hidden {
		defer restore()
	}
	lines := bufio.NewReader(io.LimitReader(s.stdin, 2*(access.MaxPassword+2)))
	if !hidden {
		password, err := passwordLine(lines)
		if err != nil {
			return nil, err
		}
		if _, err := lines.ReadByte(); err == nil {
			return nil, errors.New("a password is one line, and there are more")
		}
		return password, nil
	}
	type answer struct {
		password []byte
		err      error
	}
	done := make(chan answer, 1)
	go func() { // a terminal cannot be told to stop reading
		fmt.Fprint(s.stderr, "Password: ")
		first, err := passwordLine(lines)
		fmt.Fprintln(s.stderr)
		if err == nil {
			fmt.Fprint(s.stderr, "Once more: ")
			var second []byte
			second, err = passwordLine(lines)
			fmt.Fprintln(s.stderr)
			if err == nil && !bytes.Equal(first, second) {
				err = errors.New("these are two different passwords")
			}
		}
		done <- answer{first, err}
	}()
	select {
	case a := <-done:
		return a.password, a.err
	case <-ctx.Done():
		return nil, errors.New("interrupted")
	}
}

// passwordLine reads a line, without its end.
func passwordLine(r *bufio.Reader) ([]byte, error) {
	line, err := r.ReadBytes('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("cannot read the password: %w", err)
	}
	line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
	if len(line) < leastPassword || len(line) > access.MaxPassword {
		return nil, fmt.Errorf("a password has at least %d and at most %d bytes", leastPassword, access.MaxPassword)
	}
	return line, nil
}
