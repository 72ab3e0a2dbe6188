package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// postgresDB is a database that processes share.
type postgresDB struct{ pool *sql.DB }

func openPostgres(url string) (database, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil { // it quotes the URL
		return nil, errors.New("cannot open the store: the URL of the database cannot be understood: write it as postgres://USER:PASSWORD@HOST:5432/DATABASE, with % escapes in the password")
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 10 * time.Second
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "eventveil"
	}
	pool := stdlib.OpenDB(*config)
	pool.SetMaxOpenConns(8)
	pool.SetMaxIdleConns(4)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	return &postgresDB{pool}, nil
}

func (d *postgresDB) begin(ctx context.Context, write bool) (transaction, error) {
	o := &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	if write {
		o = nil
	}
	t, err := d.pool.BeginTx(ctx, o)
	if err != nil {
		return nil, err
	}
	return postgresTx{t}, nil
}

type postgresTx struct{ *sql.Tx }

func (t postgresTx) commit() error  { return t.Commit() }
func (t postgresTx) rollback(error) { _ = t.Rollback() }

// bind numbers the arguments. No statement has a question mark of another meaning.
func (*postgresDB) bind(query string) string {
	out := make([]byte, 0, len(query)+len(query)/2)
	n := 0
	for i := 0; i < len(query); i++ {
		if query[i] != '?' {
			out = append(out, query[i])
			continue
		}
		n++
		out = fmt.Appendf(out, "$%d", n)
	}
	return string(out)
}

// ddl sorts texts by their bytes, as SQLite does and whatever the database's locale.
func (*postgresDB) ddl(query string) string {
	return strings.NewReplacer("{text}", `TEXT COLLATE "C"`, "{keyed}", "").Replace(query)
}

// lock frees itself when its holder stands still, so that a process that was stopped
// in the middle does not stop the fleet.
func (*postgresDB) lock(number int64) string {
	return fmt.Sprintf("SELECT set_config('idle_in_transaction_session_timeout', '30000', true), pg_advisory_xact_lock(%d)", number)
}

func (*postgresDB) forUpdate() string { return " FOR UPDATE" }

// fault quotes the database's message alone: the rest may tell where it is and as
// whom it is used.
func (*postgresDB) fault(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch pg.Code {
		case "25006":
			return "the database is read-only: let the URL lead to the server that is written to, not to its copy"
		case "53100":
			return "the disk of the database is full: make room"
		case "53300":
			return "the database has no connection left: raise its max_connections"
		case "28P01", "28000":
			return "the database does not accept the user or the password: check the URL, and pg_hba.conf"
		case "3D000":
			return "there is no database of that name: create it, or correct the URL"
		case "42501":
			return "the user of the database may not do that: let it own the database, or grant it CREATE and all on its tables"
		case "57P01", "57P02", "57P03":
			return "the database is stopping or starting: try again"
		case "55P03", "57014", "25P03":
			return "the database gave up waiting: see what else holds its tables"
		}
		return fmt.Sprintf("the database says: %s (SQLSTATE %s)", pg.Message, pg.Code)
	}
	var dns *net.DNSError
	var op *net.OpError
	var connect *pgconn.ConnectError
	switch {
	case errors.As(err, &dns):
		return "the host of the database is not known: check the URL"
	case errors.As(err, &op) && op.Op == "dial":
		return fmt.Sprintf("the database cannot be reached: start it, or correct the URL (%v)", op.Err)
	case errors.As(err, &op), errors.As(err, &connect), errors.Is(err, net.ErrClosed):
		return "the connection to the database cannot be made or was lost: see that it runs and answers"
	}
	return "the database did not answer as expected: see that it runs (" + fmt.Sprintf("%T", err) + ")"
}

func (d *postgresDB) close() error { return d.pool.Close() }
