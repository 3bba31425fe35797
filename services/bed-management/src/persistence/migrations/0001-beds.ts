import { defineMigration } from '@wardstream/persistence';

/**
 * Beds and all that they are derived from. `over_at` is always the time after which a row has no more effect ('infinity' while
 * it has), so that deriving a bed anew reads only what reaches beyond its last checkpoint, however long the history is.
 */
export const beds = defineMigration({
  name: '0001-beds',
  up: () => [
    `CREATE TABLE facility (
       id            text PRIMARY KEY,
       aliases       text[] NOT NULL,
       version       integer NOT NULL,
       plan          jsonb NOT NULL,
       digest        text NOT NULL,
       configured_at timestamptz NOT NULL
     )`,
    `CREATE TABLE bed (
       facility      text NOT NULL REFERENCES facility (id),
       id            text NOT NULL,
       position      integer NOT NULL,
       definition    jsonb NOT NULL,
       setup_staffed boolean NOT NULL,
       setup_surge   boolean NOT NULL,
       retired_at    timestamptz,
       version       integer NOT NULL DEFAULT 0,
       state         text,
       view          jsonb,
       view_digest   text,
       next_boundary timestamptz,
       settled_at    timestamptz,
       PRIMARY KEY (facility, id)
     )`,
    'CREATE INDEX bed_next_boundary ON bed (next_boundary) WHERE next_boundary IS NOT NULL',
    `CREATE TABLE encounter (
       id           text PRIMARY KEY,
       facility     text NOT NULL,
       visit_number text NOT NULL,
       version      integer NOT NULL,
       status       text NOT NULL,
       class        text,
       patient      jsonb NOT NULL,
       ended_at     timestamptz
     )`,
    'CREATE INDEX encounter_visit ON encounter (facility, visit_number)',
    `CREATE TABLE stay (
       encounter_id text NOT NULL,
       movement_id  text NOT NULL,
       facility     text NOT NULL,
       bed_id       text NOT NULL,
       from_at      timestamptz NOT NULL,
       to_at        timestamptz NOT NULL,
       over_at      timestamptz NOT NULL,
       leaves_dirty boolean NOT NULL,
       ended_by     text
     )`,
    'CREATE INDEX stay_of_bed ON stay (facility, bed_id, over_at)',
    'CREATE INDEX stay_of_encounter ON stay (encounter_id)',
    `CREATE TABLE bed_fact (
       id          text PRIMARY KEY,
       facility    text NOT NULL,
       bed_id      text NOT NULL,
       at          timestamptz NOT NULL,
       recorded_at timestamptz NOT NULL,
       received_at timestamptz NOT NULL,
       by          text NOT NULL,
       subject     text,
       content     jsonb NOT NULL
     )`,
    'CREATE INDEX bed_fact_of_bed ON bed_fact (facility, bed_id, at)',
    `CREATE TABLE bed_request (
       id           text PRIMARY KEY,
       facility     text NOT NULL,
       encounter_id text NOT NULL,
       visit_number text NOT NULL,
       version      integer NOT NULL,
       status       text NOT NULL,
       patient      jsonb NOT NULL,
       needs        jsonb NOT NULL,
       requested_at timestamptz NOT NULL,
       ended_at     timestamptz
     )`,
    'CREATE INDEX bed_request_of_encounter ON bed_request (encounter_id, requested_at)',
    `CREATE TABLE bed_hold (
       id             text PRIMARY KEY,
       facility       text NOT NULL,
       bed_id         text NOT NULL,
       encounter_id   text NOT NULL,
       visit_number   text NOT NULL,
       kind           text NOT NULL,
       bed_request_id text,
       since          timestamptz NOT NULL,
       until_at       timestamptz,
       released_at    timestamptz,
       over_at        timestamptz NOT NULL DEFAULT 'infinity',
       made_by        text NOT NULL,
       subject        text
     )`,
    'CREATE INDEX bed_hold_of_bed ON bed_hold (facility, bed_id, over_at)',
    'CREATE INDEX bed_hold_of_encounter ON bed_hold (encounter_id, over_at)',
    'CREATE INDEX bed_hold_of_visit ON bed_hold (facility, visit_number)',
    'CREATE INDEX bed_hold_of_request ON bed_hold (bed_request_id) WHERE bed_request_id IS NOT NULL',
    `CREATE TABLE bed_checkpoint (
       facility text NOT NULL,
       bed_id   text NOT NULL,
       at       timestamptz NOT NULL,
       carry    json NOT NULL,
       PRIMARY KEY (facility, bed_id, at)
     )`,
    // What must never be: two active claims on one bed at one time. A second patient in the bed is a contesting claim.
    `CREATE TABLE bed_claim (
       facility     text NOT NULL,
       bed_id       text NOT NULL,
       kind         text NOT NULL,
       encounter_id text NOT NULL,
       ref          text NOT NULL,
       role         text NOT NULL CHECK (role IN ('active', 'contesting')),
       during       tstzrange NOT NULL CHECK (NOT isempty(during)),
       over_at      timestamptz NOT NULL,
       CONSTRAINT bed_claim_one_active
         EXCLUDE USING gist (facility WITH =, bed_id WITH =, during WITH &&) WHERE (role = 'active')
     )`,
    'CREATE INDEX bed_claim_of_bed ON bed_claim (facility, bed_id, over_at)',
    'CREATE INDEX bed_claim_open ON bed_claim (encounter_id) WHERE upper_inf(during)',
    `CREATE TABLE cleaning_job (
       id            text PRIMARY KEY,
       facility      text NOT NULL,
       bed_id        text NOT NULL,
       unit          text NOT NULL,
       version       integer NOT NULL DEFAULT 1,
       status        text NOT NULL,
       kind          text NOT NULL,
       priority      text NOT NULL,
       requested_at  timestamptz NOT NULL,
       claimed_at    timestamptz,
       claimed_by    text,
       started_at    timestamptz,
       completed_at  timestamptz,
       cancelled_at  timestamptz,
       cancel_reason text,
       over_at       timestamptz NOT NULL,
       withdrawn     boolean NOT NULL DEFAULT false
     )`,
    'CREATE INDEX cleaning_job_of_bed ON cleaning_job (facility, bed_id, over_at)',
    'CREATE INDEX cleaning_job_status ON cleaning_job (facility, status, requested_at)',
    `CREATE TABLE bed_conflict (
       id        text PRIMARY KEY,
       facility  text NOT NULL,
       bed_id    text NOT NULL,
       unit      text NOT NULL,
       version   integer NOT NULL DEFAULT 1,
       kind      text NOT NULL,
       severity  text NOT NULL,
       facts     jsonb NOT NULL,
       opened_at timestamptz NOT NULL,
       closed_at timestamptz,
       closed_by text,
       reason    text,
       over_at   timestamptz NOT NULL,
       withdrawn boolean NOT NULL DEFAULT false
     )`,
    'CREATE INDEX bed_conflict_of_bed ON bed_conflict (facility, bed_id, over_at)',
    `CREATE TABLE feed (
       facility         text NOT NULL,
       feed             text NOT NULL,
       name             text NOT NULL,
       received         bigint NOT NULL,
       last_received_at timestamptz NOT NULL,
       gaps             double precision[] NOT NULL,
       published_at     timestamptz,
       version          integer NOT NULL,
       PRIMARY KEY (facility, feed)
     )`,
  ],
});
