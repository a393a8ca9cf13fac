// The tables of the record, as the plain SQL that makes each version out of the one before.

/** `migrations[n]` makes version n+1 (PRAGMA user_version) out of version n. Append; never edit one that was released. */
export const migrations: readonly string[] = [
  `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  -- The chain: everything that is kept for ever, in the order in which it happened.
  CREATE TABLE records (
    sequence INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX records_by_kind ON records (kind, sequence) WHERE kind <> 'run';
  CREATE TRIGGER records_are_never_changed BEFORE UPDATE ON records
    BEGIN SELECT RAISE(ABORT, 'records are never changed'); END;
  CREATE TRIGGER records_are_never_removed BEFORE DELETE ON records
    BEGIN SELECT RAISE(ABORT, 'records are never removed'); END;

  -- Bulky evidence, by the hash that the record holds; retention may drop it, nothing may change it.
  CREATE TABLE evidence (
    sequence INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (sequence, sha256)
  ) STRICT;
  CREATE TRIGGER evidence_is_never_changed BEFORE UPDATE ON evidence
    BEGIN SELECT RAISE(ABORT, 'evidence is never changed'); END;

  -- Runs that have begun and not finished: working data, gone when the run is in the chain.
  CREATE TABLE open_runs (
    run_id TEXT PRIMARY KEY,
    fixture INTEGER NOT NULL,
    header TEXT NOT NULL,
    unit TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX open_runs_by_fixture ON open_runs (fixture);
  CREATE TABLE open_steps (run_id TEXT NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE INDEX open_steps_by_run ON open_steps (run_id);
  CREATE TABLE open_intents (run_id TEXT NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE INDEX open_intents_by_run ON open_intents (run_id);

  -- Finished runs by what they are looked up with; the run itself is the record of the same sequence.
  CREATE TABLE runs (
    sequence INTEGER PRIMARY KEY,
    run_id TEXT NOT NULL UNIQUE,
    recipe TEXT NOT NULL,
    batch TEXT NOT NULL,
    fixture INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    result TEXT NOT NULL,
    counts INTEGER NOT NULL,
    day TEXT NOT NULL,
    unit TEXT NOT NULL
  ) STRICT;
  CREATE INDEX runs_by_batch ON runs (batch, sequence);
  CREATE INDEX runs_by_day ON runs (day, sequence);
  CREATE INDEX runs_of_references ON runs (fixture, result, sequence) WHERE purpose <> 'production';
  CREATE INDEX runs_by_recipe ON runs (recipe, result, sequence);
  CREATE TRIGGER runs_are_never_changed BEFORE UPDATE ON runs
    BEGIN SELECT RAISE(ABORT, 'finished runs are never changed'); END;
  CREATE TRIGGER runs_are_never_removed BEFORE DELETE ON runs
    BEGIN SELECT RAISE(ABORT, 'finished runs are never removed'); END;
  CREATE TABLE run_keys (key TEXT NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY (key, sequence)) STRICT, WITHOUT ROWID;

  -- Every label seen on every piece of hardware, once.
  CREATE TABLE identities (
    label TEXT NOT NULL,
    device_id TEXT NOT NULL,
    key_hash TEXT NOT NULL,
    PRIMARY KEY (label, device_id, key_hash)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX identities_by_device ON identities (device_id);
  CREATE INDEX identities_by_key ON identities (key_hash);

  -- Images that a unit was left without: begun and not proved complete since.
  CREATE TABLE half_flashed (
    key TEXT NOT NULL,
    run_id TEXT NOT NULL,
    image TEXT NOT NULL,
    address INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    PRIMARY KEY (key, run_id, image, address)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX half_flashed_by_run ON half_flashed (run_id);

  -- The name each unit goes by through all its runs, by any identity that one of them knew.
  CREATE TABLE unit_names (key TEXT PRIMARY KEY, unit TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE unit_ids (unit TEXT PRIMARY KEY, device_id TEXT NOT NULL) STRICT, WITHOUT ROWID;

  -- Sums of production runs, kept up with every run: statistics never read the runs themselves.
  CREATE TABLE run_tally (
    day TEXT NOT NULL,
    recipe TEXT NOT NULL,
    batch TEXT NOT NULL,
    fixture INTEGER NOT NULL,
    result TEXT NOT NULL,
    counts INTEGER NOT NULL,
    step TEXT NOT NULL,
    code TEXT NOT NULL,
    run_count INTEGER NOT NULL,
    duration_ms REAL NOT NULL,
    PRIMARY KEY (day, recipe, batch, fixture, result, counts, step, code)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE step_tally (
    day TEXT NOT NULL,
    recipe TEXT NOT NULL,
    batch TEXT NOT NULL,
    fixture INTEGER NOT NULL,
    step TEXT NOT NULL,
    step_count INTEGER NOT NULL,
    failed_count INTEGER NOT NULL,
    duration_ms REAL NOT NULL,
    longest_ms REAL NOT NULL,
    PRIMARY KEY (day, recipe, batch, fixture, step)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE measurement_tally (
    day TEXT NOT NULL,
    recipe TEXT NOT NULL,
    batch TEXT NOT NULL,
    fixture INTEGER NOT NULL,
    step TEXT NOT NULL,
    name TEXT NOT NULL,
    unit TEXT NOT NULL,
    value_count INTEGER NOT NULL,
    failed_count INTEGER NOT NULL,
    mean REAL NOT NULL,
    squares REAL NOT NULL,
    ranges REAL NOT NULL,
    last REAL NOT NULL,
    least REAL NOT NULL,
    greatest REAL NOT NULL,
    low REAL,
    high REAL,
    PRIMARY KEY (day, recipe, batch, fixture, step, name, unit)
  ) STRICT, WITHOUT ROWID;

  -- What yields know of each unit at each operation, filed under its first run there; equal units are counted together.
  CREATE TABLE unit_standing (
    recipe TEXT NOT NULL,
    unit TEXT NOT NULL,
    day TEXT NOT NULL,
    batch TEXT NOT NULL,
    fixture INTEGER NOT NULL,
    tally TEXT NOT NULL,
    PRIMARY KEY (recipe, unit)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE unit_tally (
    day TEXT NOT NULL,
    recipe TEXT NOT NULL,
    batch TEXT NOT NULL,
    fixture INTEGER NOT NULL,
    tally TEXT NOT NULL,
    unit_count INTEGER NOT NULL,
    PRIMARY KEY (day, recipe, batch, fixture, tally)
  ) STRICT, WITHOUT ROWID;

  -- Who signed what about which run; a decision is made when enough people did.
  CREATE TABLE signatures (
    run_id TEXT NOT NULL,
    decision TEXT NOT NULL,
    person TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (run_id, decision, person)
  ) STRICT, WITHOUT ROWID;

  -- Records about a unit that are no runs: repairs, releases, signatures.
  CREATE TABLE note_keys (key TEXT NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY (key, sequence)) STRICT, WITHOUT ROWID;

  -- Runs that are kept and no longer counted, because their fixture was found guilty.
  CREATE TABLE voided_runs (run_id TEXT PRIMARY KEY, sequence INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `,
];
