-- {text} and {keyed} are the database's own: see ddl in sqlite.go and postgres.go.
CREATE TABLE meta (
  key {text} PRIMARY KEY,
  value BIGINT NOT NULL
);

INSERT INTO meta (key, value) VALUES ('decisions', 0), ('ping', 0);

CREATE TABLE points (
  num INTEGER PRIMARY KEY,
  id {text} NOT NULL UNIQUE,
  place {text} NOT NULL,
  path {text} NOT NULL,
  found_type {text} NOT NULL,
  found_class {text} NOT NULL,
  matched {text} NOT NULL,
  how {text} NOT NULL,
  confidence BIGINT NOT NULL,
  shape {text} NOT NULL,
  drift {text} NOT NULL,
  status {text} NOT NULL,
  type {text} NOT NULL,
  class {text} NOT NULL,
  note {text} NOT NULL,
  owner {text} NOT NULL,
  version BIGINT NOT NULL,
  decided_by {text} NOT NULL,
  decided_at BIGINT NOT NULL,
  first_seen BIGINT NOT NULL,
  last_seen BIGINT NOT NULL,
  count BIGINT NOT NULL,
  events BIGINT NOT NULL
);

CREATE INDEX points_place ON points (place);

CREATE INDEX points_decided ON points (num) WHERE status <> 'new';

CREATE TABLE verdicts (
  point INTEGER NOT NULL REFERENCES points (num),
  source {text} NOT NULL,
  status {text} NOT NULL,
  type {text} NOT NULL,
  class {text} NOT NULL,
  PRIMARY KEY (point, source)
) {keyed};

CREATE TABLE events (
  point INTEGER NOT NULL,
  event {text} NOT NULL,
  PRIMARY KEY (point, event)
) {keyed};

CREATE TABLE sightings (
  point INTEGER NOT NULL,
  source {text} NOT NULL,
  event {text} NOT NULL,
  destination {text} NOT NULL,
  action {text} NOT NULL,
  rule {text} NOT NULL,
  first_seen BIGINT NOT NULL,
  last_seen BIGINT NOT NULL,
  count BIGINT NOT NULL,
  PRIMARY KEY (point, source, event, destination, action, rule)
) {keyed};

CREATE TABLE flows (
  point INTEGER NOT NULL,
  source {text} NOT NULL,
  destination {text} NOT NULL,
  action {text} NOT NULL,
  last_seen BIGINT NOT NULL,
  count BIGINT NOT NULL,
  PRIMARY KEY (point, source, destination, action)
) {keyed};

CREATE INDEX flows_met ON flows (source, point) WHERE destination = '';

CREATE TABLE done (
  point INTEGER NOT NULL,
  destination {text} NOT NULL,
  action {text} NOT NULL,
  PRIMARY KEY (point, destination, action)
) {keyed};

CREATE TABLE hours (
  hour BIGINT NOT NULL,
  point INTEGER NOT NULL,
  source {text} NOT NULL,
  destination {text} NOT NULL,
  action {text} NOT NULL,
  class {text} NOT NULL,
  count BIGINT NOT NULL,
  PRIMARY KEY (hour, point, source, destination, action, class)
) {keyed};

CREATE TABLE totals (
  hour BIGINT NOT NULL,
  source {text} NOT NULL,
  destination {text} NOT NULL,
  action {text} NOT NULL,
  class {text} NOT NULL,
  count BIGINT NOT NULL,
  PRIMARY KEY (hour, source, destination, action, class)
) {keyed};

CREATE TABLE outcomes (
  hour BIGINT NOT NULL,
  destination {text} NOT NULL,
  outcome {text} NOT NULL,
  count BIGINT NOT NULL,
  PRIMARY KEY (hour, destination, outcome)
) {keyed};

CREATE TABLE rules (
  rule {text} NOT NULL,
  destination {text} NOT NULL,
  action {text} NOT NULL,
  last_seen BIGINT NOT NULL,
  count BIGINT NOT NULL,
  PRIMARY KEY (rule, destination, action)
) {keyed};

CREATE TABLE overflow (
  source {text} PRIMARY KEY,
  count BIGINT NOT NULL
);

CREATE TABLE processes (
  id {text} PRIMARY KEY,
  host {text} NOT NULL,
  role {text} NOT NULL,
  version {text} NOT NULL,
  policy {text} NOT NULL,
  started BIGINT NOT NULL,
  last_seen BIGINT NOT NULL,
  lost BIGINT NOT NULL
);

CREATE TABLE audit (
  seq BIGINT PRIMARY KEY,
  at BIGINT NOT NULL,
  actor {text} NOT NULL,
  action {text} NOT NULL,
  object {text} NOT NULL,
  label {text} NOT NULL,
  before {text} NOT NULL,
  after {text} NOT NULL,
  prev {text} NOT NULL,
  hash {text} NOT NULL
);

CREATE INDEX audit_object ON audit (object, seq);

CREATE TABLE audit_head (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  seq BIGINT NOT NULL,
  hash {text} NOT NULL
);

INSERT INTO audit_head (one, seq, hash) VALUES (1, 0, '');

CREATE TABLE sessions (
  key {text} PRIMARY KEY,
  name {text} NOT NULL,
  role {text} NOT NULL,
  token {text} NOT NULL,
  expires BIGINT NOT NULL
);
