// The centre's tables and functions, as the plain SQL that makes each version out of the one before.

/** Roles of the database server; they belong to all its databases. */
export const OWNER_ROLE = 'flashline_line_owner';
export const STATION_ROLE = 'flashline_line_station';

/**
 * `centreMigrations[n]` makes version n+1 out of version n. Append; never edit one that was released. Bodies are TEXT:
 * jsonb would write numbers and keys otherwise, and no hash would hold. Functions end in the version of the wire.
 */
export const centreMigrations: readonly string[] = [
  `
  CREATE TABLE line.station (
    id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 200),
    db_role name NOT NULL UNIQUE,
    state text NOT NULL DEFAULT 'admitted' CHECK (state IN ('admitted', 'suspended', 'retired')),
    head_sequence bigint NOT NULL DEFAULT 0,
    head_hash bytea NOT NULL DEFAULT decode(repeat('0', 64), 'hex'),
    program text,
    wire int,
    last_contact timestamptz
  ) WITH (fillfactor = 50);

  -- Everything that stations have recorded, as they recorded it. A position says where a record lies among all.
  CREATE TABLE line.record (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    station smallint NOT NULL,
    sequence bigint NOT NULL,
    kind text NOT NULL,
    at text NOT NULL,
    hash bytea NOT NULL,
    body text NOT NULL,
    UNIQUE (station, sequence)
  );

  -- Finished runs by what they are looked up with; the run itself is the record at that position.
  CREATE TABLE line.run (
    position bigint PRIMARY KEY,
    run_id text NOT NULL,
    station smallint NOT NULL,
    fixture int NOT NULL,
    recipe text NOT NULL,
    batch text NOT NULL,
    purpose text NOT NULL,
    result text NOT NULL,
    disposition text NOT NULL,
    rule text NOT NULL
  );
  CREATE TABLE line.run_key (key text NOT NULL, position bigint NOT NULL, PRIMARY KEY (key, position));

  CREATE FUNCTION line.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN RAISE EXCEPTION 'records are never changed or removed'; END $$;
  CREATE TRIGGER records_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON line.record
    EXECUTE FUNCTION line.refuse_change();

  -- Who asks: by the login, locked until the end of the transaction, so that one station has one writer.
  CREATE FUNCTION line.lock_asking_station() RETURNS line.station
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  DECLARE
    own line.station;
  BEGIN
    SELECT * INTO own FROM line.station WHERE db_role = session_user FOR UPDATE;
    IF NOT FOUND THEN
      RAISE EXCEPTION USING ERRCODE = 'FL001', MESSAGE = format('no station logs in as %s', session_user);
    ELSIF own.state <> 'admitted' THEN
      RAISE EXCEPTION USING ERRCODE = 'FL005', MESSAGE = format('station %s is %s', own.name, own.state);
    END IF;
    RETURN own;
  END $$;

  -- The hash of a link, as the station computes it: canonical JSON of everything but the hash, the body by its own.
  CREATE FUNCTION line.hash_record(station text, sequence bigint, kind text, at text, prev bytea, body text)
  RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(convert_to(
      '{"at":' || to_json(at) || ',"body":"' || encode(sha256(convert_to(body, 'UTF8')), 'hex')
      || '","kind":' || to_json(kind) || ',"prevHash":"' || encode(prev, 'hex') || '","sequence":' || sequence
      || ',"station":' || to_json(station) || '}', 'UTF8'));
  $$;

  -- A body to look into. What jsonb cannot hold (U+0000, half a surrogate pair) is read as '?'; the body is kept as it is.
  CREATE FUNCTION line.parse_body(body text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
  DECLARE
    plain text := body;
    before text;
  BEGIN
    BEGIN
      RETURN body::jsonb;
    EXCEPTION WHEN OTHERS THEN
      LOOP
        before := plain;
        plain := regexp_replace(
          plain, '(^|[^\\\\])((?:\\\\\\\\)*)\\\\u(?:0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\1\\2?', 'g');
        EXIT WHEN plain = before;
      END LOOP;
      RETURN plain::jsonb;
    END;
  END $$;

  CREATE FUNCTION line.index_run(own_station smallint, at_position bigint, body text) RETURNS void LANGUAGE plpgsql AS $$
  DECLARE
    run jsonb := line.parse_body(body) -> 'run';
    unit jsonb := run -> 'unit';
  BEGIN
    INSERT INTO line.run VALUES (at_position, run ->> 'runId', own_station, (run ->> 'fixture')::int,
      run -> 'recipe' ->> 'name', run ->> 'batch', run ->> 'purpose', run ->> 'result',
      run -> 'verdict' ->> 'disposition', run -> 'verdict' ->> 'rule');
    INSERT INTO line.run_key (key, position)
      SELECT DISTINCT left(prefix || identity, 200), at_position
      FROM (VALUES ('id:', unit ->> 'deviceId'), ('key:', unit ->> 'keyHash'), ('mac:', unit ->> 'macAddress'),
        ('label:', unit ->> 'label')) AS known (prefix, identity)
      WHERE identity <> '';
  END $$;

  CREATE FUNCTION line.hello_1(asked_wire int, told_program text)
  RETURNS TABLE (sequence bigint, hash text)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  DECLARE
    own line.station := line.lock_asking_station();
  BEGIN
    IF asked_wire <> 1 THEN
      RAISE EXCEPTION USING ERRCODE = 'FL006', MESSAGE = format('this centre speaks version 1, not %s', asked_wire);
    END IF;
    UPDATE line.station SET program = left(told_program, 200), wire = asked_wire, last_contact = now()
      WHERE id = own.id;
    RETURN QUERY SELECT own.head_sequence, encode(own.head_hash, 'hex');
  END $$;

  CREATE FUNCTION line.append_1(
    first_sequence bigint, prev_hash text, kinds text[], ats text[], hashes text[], bodies text[])
  RETURNS TABLE (sequence bigint, hash text)
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  DECLARE
    own line.station := line.lock_asking_station();
    head bytea := own.head_hash;
    next_sequence bigint := own.head_sequence;
    new_position bigint;
  BEGIN
    IF first_sequence <> own.head_sequence + 1 THEN
      RAISE EXCEPTION USING ERRCODE = 'FL002',
        MESSAGE = format('record %s does not follow %s', first_sequence, own.head_sequence);
    ELSIF decode(prev_hash, 'hex') IS DISTINCT FROM head THEN
      RAISE EXCEPTION USING ERRCODE = 'FL003',
        MESSAGE = format('another record than the centre''s stands at %s', own.head_sequence);
    END IF;
    FOR at_index IN 1 .. cardinality(bodies) LOOP
      next_sequence := next_sequence + 1;
      head := line.hash_record(own.name, next_sequence, kinds[at_index], ats[at_index], head, bodies[at_index]);
      IF head IS NULL OR encode(head, 'hex') IS DISTINCT FROM hashes[at_index] THEN
        RAISE EXCEPTION USING ERRCODE = 'FL004', MESSAGE = format('record %s is not what its hash says', next_sequence);
      END IF;
      INSERT INTO line.record (station, sequence, kind, at, hash, body)
        VALUES (own.id, next_sequence, kinds[at_index], ats[at_index], head, bodies[at_index])
        RETURNING position INTO new_position;
      IF kinds[at_index] = 'run' THEN
        PERFORM line.index_run(own.id, new_position, bodies[at_index]);
      END IF;
    END LOOP;
    UPDATE line.station SET head_sequence = next_sequence, head_hash = head, last_contact = now() WHERE id = own.id;
    RETURN QUERY SELECT next_sequence, encode(head, 'hex');
  END $$;

  CREATE FUNCTION line.find_unit_runs_1(keys text[])
  RETURNS TABLE (station text, sequence bigint, "position" bigint, body text)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  BEGIN
    RETURN QUERY SELECT found.* FROM (
      SELECT owner.name, record.sequence, record.position, record.body
      FROM line.record JOIN line.station AS owner ON owner.id = record.station
      WHERE record.position IN (SELECT run_key.position FROM line.run_key WHERE run_key.key = ANY (keys))
      ORDER BY record.position DESC LIMIT 200) AS found
    ORDER BY found.position;
  END $$;

  -- The first record of a station whose hash does not follow from the one before; none where all do.
  CREATE FUNCTION line.find_broken_record(of_station smallint) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
  DECLARE
    own line.station;
    one line.record;
    head bytea := decode(repeat('0', 64), 'hex');
    next_sequence bigint := 0;
  BEGIN
    SELECT * INTO own FROM line.station WHERE id = of_station;
    FOR one IN SELECT * FROM line.record WHERE record.station = of_station ORDER BY record.sequence LOOP
      next_sequence := next_sequence + 1;
      head := line.hash_record(own.name, next_sequence, one.kind, one.at, head, one.body);
      IF one.sequence <> next_sequence OR head IS DISTINCT FROM one.hash THEN RETURN next_sequence; END IF;
    END LOOP;
    IF own.head_sequence <> next_sequence OR own.head_hash <> head THEN RETURN next_sequence + 1; END IF;
    RETURN NULL;
  END $$;

  REVOKE ALL ON ALL TABLES IN SCHEMA line FROM PUBLIC;
  REVOKE ALL ON ALL FUNCTIONS IN SCHEMA line FROM PUBLIC;
  GRANT USAGE ON SCHEMA line TO ${STATION_ROLE};
  GRANT EXECUTE ON FUNCTION line.hello_1, line.append_1, line.find_unit_runs_1 TO ${STATION_ROLE};
  `,
];
