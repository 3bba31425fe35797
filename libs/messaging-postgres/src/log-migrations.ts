import { defineMigration, type Migration } from '@wardstream/persistence';

export const logSchema = 'event_log';

/**
 * The log's own schema. A row of `topic_partition` is the lock under which offsets are given: whoever appends holds it
 * until the commit, so offsets become visible in order and a reader that goes by offset can skip nothing.
 * `append_packed` is given runs in the order of their partitions' ids and locks those rows in that order, so that appenders cannot deadlock.
 */
export const logMigrations: readonly Migration[] = [
  defineMigration({
    name: 'event-log-0001',
    up: () => [
      `CREATE TABLE topic_partition (
         id           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
         topic        text NOT NULL,
         partition    integer NOT NULL,
         next_offset  bigint NOT NULL DEFAULT 0,
         retention_ms bigint NOT NULL,
         UNIQUE (topic, partition)
       ) WITH (fillfactor = 20)`,
      `CREATE TABLE record (
         topic_partition integer NOT NULL,
         "offset"        bigint NOT NULL,
         key             text NOT NULL,
         headers         text NOT NULL,
         value           text NOT NULL,
         appended_at     timestamptz NOT NULL,
         PRIMARY KEY (topic_partition, "offset")
       ) WITH (toast_tuple_target = 8160)`,
      `CREATE TABLE consumer_group (
         group_name text PRIMARY KEY,
         seen_at    timestamptz NOT NULL
       )`,
      `CREATE TABLE committed_offset (
         group_name      text NOT NULL,
         topic_partition integer NOT NULL,
         next_offset     bigint NOT NULL,
         epoch           bigint NOT NULL,
         PRIMARY KEY (group_name, topic_partition)
       ) WITH (fillfactor = 20)`,
      `CREATE TABLE member (
         group_name    text NOT NULL,
         member_id     text NOT NULL,
         backend_pid   integer NOT NULL,
         backend_start timestamptz NOT NULL,
         seen_at       timestamptz NOT NULL,
         PRIMARY KEY (group_name, member_id)
       ) WITH (fillfactor = 20)`,
      `CREATE FUNCTION append(p_partitions integer[], p_keys text[], p_headers text[], p_values text[])
       RETURNS TABLE (partition_id integer, head bigint) LANGUAGE plpgsql AS $$
       BEGIN
         PERFORM 1 FROM topic_partition tp WHERE tp.id = ANY (p_partitions) ORDER BY tp.id FOR UPDATE;
         RETURN QUERY
         WITH input AS (
           SELECT * FROM unnest(p_partitions, p_keys, p_headers, p_values)
             WITH ORDINALITY AS t(tp, key, headers, value, ord)
         ), counted AS (
           SELECT tp, count(*) AS n FROM input GROUP BY tp
         ), bumped AS (
           UPDATE topic_partition p SET next_offset = p.next_offset + c.n
           FROM counted c WHERE p.id = c.tp
           RETURNING p.id, p.next_offset, p.next_offset - c.n AS base
         ), written AS (
           INSERT INTO record (topic_partition, "offset", key, headers, value, appended_at)
           SELECT i.tp, b.base + row_number() OVER (PARTITION BY i.tp ORDER BY i.ord) - 1,
                  i.key, i.headers, i.value, clock_timestamp()
           FROM input i JOIN bumped b ON b.id = i.tp
         )
         SELECT b.id, b.next_offset FROM bumped b;
       END $$`,
    ],
  }),
  // One time for all records of an append, and answered: who appended them can hand them on without reading them again.
  defineMigration({
    name: 'event-log-0002',
    up: () => [
      'DROP FUNCTION append(integer[], text[], text[], text[])',
      `CREATE FUNCTION append(p_partitions integer[], p_keys text[], p_headers text[], p_values text[])
       RETURNS TABLE (partition_id integer, head bigint, appended_at timestamptz) LANGUAGE plpgsql AS $$
       DECLARE
         v_now timestamptz;
       BEGIN
         PERFORM 1 FROM topic_partition tp WHERE tp.id = ANY (p_partitions) ORDER BY tp.id FOR UPDATE;
         v_now := clock_timestamp();
         RETURN QUERY
         WITH input AS (
           SELECT * FROM unnest(p_partitions, p_keys, p_headers, p_values)
             WITH ORDINALITY AS t(tp, key, headers, value, ord)
         ), counted AS (
           SELECT tp, count(*) AS n FROM input GROUP BY tp
         ), bumped AS (
           UPDATE topic_partition p SET next_offset = p.next_offset + c.n
           FROM counted c WHERE p.id = c.tp
           RETURNING p.id, p.next_offset, p.next_offset - c.n AS base
         ), written AS (
           INSERT INTO record (topic_partition, "offset", key, headers, value, appended_at)
           SELECT i.tp, b.base + row_number() OVER (PARTITION BY i.tp ORDER BY i.ord) - 1,
                  i.key, i.headers, i.value, v_now
           FROM input i JOIN bumped b ON b.id = i.tp
         )
         SELECT b.id, b.next_offset, v_now FROM bumped b;
       END $$`,
    ],
  }),
  // Who keeps positions elsewhere than here must know of which log they are.
  defineMigration({
    name: 'event-log-identity',
    up: () => [
      'CREATE TABLE log_identity (id uuid NOT NULL DEFAULT gen_random_uuid())',
      'CREATE UNIQUE INDEX log_identity_one ON log_identity ((true))',
      'INSERT INTO log_identity DEFAULT VALUES',
    ],
  }),
  // A row holds a run of records of one partition, packed by who appends them; its offset is that of the last of them. Rows of versions
  // before hold one record each and no body. A reader of such a version finds these rows where it looks for the next and cannot
  // read them: it stands there until this version takes its place, and passes by nothing. Its `append` goes on working.
  defineMigration({
    name: 'event-log-0003-runs',
    up: () => [
      `ALTER TABLE record
         ADD COLUMN records integer NOT NULL DEFAULT 1,
         ADD COLUMN body bytea,
         ALTER COLUMN body SET STORAGE EXTERNAL,
         ALTER COLUMN key DROP NOT NULL,
         ALTER COLUMN headers DROP NOT NULL,
         ALTER COLUMN value DROP NOT NULL,
         ADD CONSTRAINT record_can_be_read
           CHECK (body IS NOT NULL OR (key IS NOT NULL AND headers IS NOT NULL AND value IS NOT NULL)) NOT VALID`,
      `CREATE FUNCTION append_runs(p_partitions integer[], p_records integer[], p_sizes integer[], p_bodies bytea)
       RETURNS TABLE (partition_id integer, head bigint, appended_at timestamptz) LANGUAGE plpgsql AS $$
       DECLARE
         v_now timestamptz;
       BEGIN
         PERFORM 1 FROM topic_partition tp WHERE tp.id = ANY (p_partitions) ORDER BY tp.id FOR UPDATE;
         v_now := clock_timestamp();
         RETURN QUERY
         WITH input AS (
           SELECT tp, n, size, ord,
                  sum(n) OVER (PARTITION BY tp ORDER BY ord) AS upto,
                  sum(size) OVER (ORDER BY ord) AS ends
           FROM unnest(p_partitions, p_records, p_sizes) WITH ORDINALITY AS t(tp, n, size, ord)
         ), counted AS (
           SELECT tp, sum(n) AS n FROM input GROUP BY tp
         ), bumped AS (
           UPDATE topic_partition p SET next_offset = p.next_offset + c.n
           FROM counted c WHERE p.id = c.tp
           RETURNING p.id, p.next_offset, p.next_offset - c.n AS base
         ), written AS (
           INSERT INTO record (topic_partition, "offset", records, body, appended_at)
           SELECT i.tp, b.base + i.upto - 1, i.n, substr(p_bodies, (i.ends - i.size + 1)::int, i.size), v_now
           FROM input i JOIN bumped b ON b.id = i.tp
         )
         SELECT b.id, b.next_offset, v_now FROM bumped b;
       END $$`,
    ],
  }),
  // A few runs, as most appends are, one after the other: to plan for sets costs twice as much as these do.
  defineMigration({
    name: 'event-log-0004-few-runs',
    up: () => [
      `CREATE OR REPLACE FUNCTION append_runs(p_partitions integer[], p_records integer[], p_sizes integer[], p_bodies bytea)
       RETURNS TABLE (partition_id integer, head bigint, appended_at timestamptz) LANGUAGE plpgsql AS $$
       DECLARE
         v_start integer := 1;
         v_now   timestamptz;
       BEGIN
         IF cardinality(p_partitions) <= 16 THEN
           FOR i IN 1 .. cardinality(p_partitions) LOOP
             partition_id := p_partitions[i];
             UPDATE topic_partition p SET next_offset = p.next_offset + p_records[i] WHERE p.id = partition_id
               RETURNING p.next_offset, clock_timestamp() INTO STRICT head, appended_at;
             INSERT INTO record (topic_partition, "offset", records, body, appended_at)
               VALUES (partition_id, head - 1, p_records[i], substr(p_bodies, v_start, p_sizes[i]), append_runs.appended_at);
             v_start := v_start + p_sizes[i];
             RETURN NEXT;
           END LOOP;
           RETURN;
         END IF;
         PERFORM 1 FROM topic_partition tp WHERE tp.id = ANY (p_partitions) ORDER BY tp.id FOR UPDATE;
         v_now := clock_timestamp();
         RETURN QUERY
         WITH input AS (
           SELECT tp, n, size, ord,
                  sum(n) OVER (PARTITION BY tp ORDER BY ord) AS upto,
                  sum(size) OVER (ORDER BY ord) AS ends
           FROM unnest(p_partitions, p_records, p_sizes) WITH ORDINALITY AS t(tp, n, size, ord)
         ), counted AS (
           SELECT tp, sum(n) AS n FROM input GROUP BY tp
         ), bumped AS (
           UPDATE topic_partition p SET next_offset = p.next_offset + c.n
           FROM counted c WHERE p.id = c.tp
           RETURNING p.id, p.next_offset, p.next_offset - c.n AS base
         ), written AS (
           INSERT INTO record (topic_partition, "offset", records, body, appended_at)
           SELECT i.tp, b.base + i.upto - 1, i.n, substr(p_bodies, (i.ends - i.size + 1)::int, i.size), v_now
           FROM input i JOIN bumped b ON b.id = i.tp
         )
         SELECT b.id, b.next_offset, v_now FROM bumped b;
       END $$`,
    ],
  }),
  // To be called from a service's own transaction as well, so it names its schema, and says by one value what came of it: the time that the
  // records were given, in microseconds, then the head after each run. `p_log` is the log that is meant; null says whichever is here.
  // Processes of versions before call `append_runs` still.
  defineMigration({
    name: 'event-log-0005-append-within',
    up: (schema) => [
      `CREATE FUNCTION append_packed(
         p_log uuid, p_partitions integer[], p_records integer[], p_sizes integer[], p_bodies bytea
       ) RETURNS bigint[] LANGUAGE plpgsql AS $$
       DECLARE
         v_start integer := 1;
         v_head  bigint;
         v_heads bigint[] := '{}';
         v_now   timestamptz;
       BEGIN
         IF p_log IS NOT NULL AND NOT EXISTS (SELECT FROM ${schema}.log_identity WHERE id = p_log) THEN
           RAISE EXCEPTION 'the event log of this database is not the one to append to';
         END IF;
         IF cardinality(p_partitions) <= 16 THEN
           FOR i IN 1 .. cardinality(p_partitions) LOOP
             UPDATE ${schema}.topic_partition p SET next_offset = p.next_offset + p_records[i] WHERE p.id = p_partitions[i]
               RETURNING p.next_offset INTO STRICT v_head;
             v_heads := v_heads || v_head;
           END LOOP;
           v_now := clock_timestamp();
           FOR i IN 1 .. cardinality(p_partitions) LOOP
             INSERT INTO ${schema}.record (topic_partition, "offset", records, body, appended_at)
               VALUES (p_partitions[i], v_heads[i] - 1, p_records[i], substr(p_bodies, v_start, p_sizes[i]), v_now);
             v_start := v_start + p_sizes[i];
           END LOOP;
         ELSE
           PERFORM 1 FROM ${schema}.topic_partition tp WHERE tp.id = ANY (p_partitions) ORDER BY tp.id FOR UPDATE;
           v_now := clock_timestamp();
           WITH input AS (
             SELECT tp, n, size, ord,
                    sum(n) OVER (PARTITION BY tp ORDER BY ord) AS upto,
                    sum(size) OVER (ORDER BY ord) AS ends
             FROM unnest(p_partitions, p_records, p_sizes) WITH ORDINALITY AS t(tp, n, size, ord)
           ), counted AS (
             SELECT tp, sum(n) AS n FROM input GROUP BY tp
           ), bumped AS (
             UPDATE ${schema}.topic_partition p SET next_offset = p.next_offset + c.n
             FROM counted c WHERE p.id = c.tp
             RETURNING p.id, p.next_offset - c.n AS base
           ), written AS (
             INSERT INTO ${schema}.record (topic_partition, "offset", records, body, appended_at)
             SELECT i.tp, b.base + i.upto - 1, i.n, substr(p_bodies, (i.ends - i.size + 1)::int, i.size), v_now
             FROM input i JOIN bumped b ON b.id = i.tp
           )
           SELECT array_agg(b.base + i.upto ORDER BY i.ord) INTO v_heads FROM input i JOIN bumped b ON b.id = i.tp;
           IF cardinality(v_heads) IS DISTINCT FROM cardinality(p_partitions) THEN
             RAISE EXCEPTION 'the event log has no partition of one of these numbers';
           END IF;
         END IF;
         RETURN (extract(epoch FROM v_now) * 1000000)::bigint || v_heads;
       END $$`,
    ],
  }),
];
