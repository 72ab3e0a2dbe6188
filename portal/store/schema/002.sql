CREATE TABLE backlogs (
  process {text} NOT NULL,
  destination {text} NOT NULL,
  teller {text} NOT NULL,
  queue {text} NOT NULL,
  host {text} NOT NULL,
  messages BIGINT NOT NULL,
  events BIGINT NOT NULL,
  bytes BIGINT NOT NULL,
  oldest BIGINT NOT NULL,
  delivered BIGINT NOT NULL,
  retries BIGINT NOT NULL,
  lost BIGINT NOT NULL,
  trouble {text} NOT NULL,
  since BIGINT NOT NULL,
  last_seen BIGINT NOT NULL,
  PRIMARY KEY (process, destination)
) {keyed};

CREATE TABLE dead_letters (
  process {text} NOT NULL,
  destination {text} NOT NULL,
  source {text} NOT NULL,
  reason {text} NOT NULL,
  status BIGINT NOT NULL,
  teller {text} NOT NULL,
  queue {text} NOT NULL,
  host {text} NOT NULL,
  messages BIGINT NOT NULL,
  events BIGINT NOT NULL,
  bytes BIGINT NOT NULL,
  first BIGINT NOT NULL,
  last BIGINT NOT NULL,
  last_seen BIGINT NOT NULL,
  PRIMARY KEY (process, destination, source, reason, status)
) {keyed};

CREATE TABLE dead_orders (
  id BIGINT PRIMARY KEY,
  what {text} NOT NULL,
  destination {text} NOT NULL,
  source {text} NOT NULL,
  reason {text} NOT NULL,
  actor {text} NOT NULL,
  at BIGINT NOT NULL,
  messages BIGINT NOT NULL,
  events BIGINT NOT NULL
);

INSERT INTO meta (key, value) VALUES ('orders', 0);
