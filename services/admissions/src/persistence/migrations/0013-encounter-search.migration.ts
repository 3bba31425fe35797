import { defineMigration } from '@wardstream/persistence';

const plans = `SELECT p FROM json_array_elements(view -> 'pendings') AS t (p)`;

/** By what encounters are searched for, beside their view: to look into the view of each takes seconds once there are many. */
export const encounterSearch = defineMigration({
  name: '0013-encounter-search',
  up: () => [
    `ALTER TABLE encounter
       ADD COLUMN class text,
       ADD COLUMN period_start text COLLATE "C",
       ADD COLUMN period_end text COLLATE "C",
       ADD COLUMN places text[] NOT NULL DEFAULT '{}'`,
    // What is written here for encounters that there are is what `searchTermsOf` says of those that are saved from now on.
    `UPDATE encounter SET
       class = view ->> 'class',
       (period_start, period_end) = (
         SELECT start, CASE WHEN start IS NOT NULL THEN coalesce(CASE WHEN status <> 'planned' THEN view ->> 'dischargedAt' END, '~') END
           FROM (SELECT CASE
             WHEN status = 'planned' THEN (SELECT p ->> 'expectedAt' FROM (${plans}) AS t WHERE p ->> 'kind' = 'admit' LIMIT 1)
             ELSE coalesce(LEAST(view ->> 'registeredAt', view ->> 'admittedAt'), view -> 'stays' -> 0 ->> 'from',
                           CASE WHEN view ->> 'dischargedAt' IS NOT NULL THEN '' END) END AS start) AS t),
       places = coalesce((
         SELECT array_agg(DISTINCT key) FROM (
           SELECT s -> 'place' FROM json_array_elements(view -> 'stays') AS t (s)
           UNION ALL SELECT p -> 'place' FROM (${plans}) AS t WHERE p ->> 'kind' <> 'discharge') AS t (place),
           LATERAL (VALUES ('ward ' || facility || E'\\x1f' || (place ->> 'unit')),
                           ('room ' || facility || E'\\x1f' || (place ->> 'unit') || E'\\x1f' || (place ->> 'room')),
                           ('bed ' || facility || E'\\x1f' || (place ->> 'bedId'))) AS keys (key)
          WHERE key IS NOT NULL), '{}')`,
    'CREATE INDEX encounter_period ON encounter (period_end, period_start)',
    'CREATE INDEX encounter_places ON encounter USING gin (places)',
    // Only those who are in a unit now have one.
    'CREATE INDEX encounter_unit ON encounter (facility, unit) WHERE unit IS NOT NULL',
    // Searches are planned by what the columns hold: not by what they held before this.
    'ANALYZE encounter',
  ],
});
