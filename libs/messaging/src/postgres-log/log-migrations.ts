import { defineMigration, type Migration } from '@wardstream/persistence';

export const logSchema = 'event_log';

/**
 * The log's own schema. A row of `topic_partition` is the lock under which offsets are given: whoever appends holds it
 * until the commit, so offsets become visible in order and a reader that goes by offset can skip nothing.
 * `append` locks the rows of all partitions it writes to in the order of their ids, so that appenders cannot deadlock.
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
];
