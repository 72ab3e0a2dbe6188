package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"strings"
	"time"
)

// schema holds the migrations, 001.sql and on: what was released is not changed, what
// is to be different comes in the next number.
//
//go:embed schema/*.sql
var schema embed.FS

// newest is the version of the schema that this program knows, the number of its last
// migration.
const newest = 2

// migrate brings the tables up to date, while other processes wait.
func (s *Store) migrate(ctx context.Context) error {
	var have int64
	if err := s.read(ctx, "use the store", func(t tx) error { return t.version(&have) }); err == nil && have == newest {
		return nil
	}
	return s.write(ctx, "use the store", func(t tx) error {
		if err := t.lock(lockSchema); err != nil {
			return err
		}
		if err := t.exec("CREATE TABLE IF NOT EXISTS schema_versions (version BIGINT PRIMARY KEY, made BIGINT NOT NULL)"); err != nil {
			return err
		}
		if err := t.version(&have); err != nil {
			return err
		}
		if have > newest {
			return &failure{text: fmt.Sprintf("it is of a newer version of this program (schema %d, this one knows %d): use that version, or another database", have, newest)}
		}
		for v := have + 1; v <= newest; v++ {
			text, err := schema.ReadFile(fmt.Sprintf("schema/%03d.sql", v))
			if err != nil {
				return err
			}
			for statement := range strings.SplitSeq(s.db.ddl(string(text)), ";\n") {
				if strings.TrimSpace(statement) == "" {
					continue
				}
				if err := t.exec(statement); err != nil {
					return fmt.Errorf("migration %d: %w", v, err)
				}
			}
			if err := t.exec("INSERT INTO schema_versions (version, made) VALUES (?, ?)", v, micros(time.Now())); err != nil {
				return err
			}
		}
		return nil
	})
}

// version reads the version of the schema in the database.
func (t tx) version(to *int64) error {
	return t.row([]any{to}, "SELECT coalesce(max(version), 0) FROM schema_versions")
}

// lock makes other processes that take the same lock wait for the end of t.
func (t tx) lock(number int64) error {
	if query := t.db.lock(number); query != "" {
		return t.rows(func(*sql.Rows) error { return nil }, query)
	}
	return nil
}
