import { defineMigration } from '@wardstream/persistence';

/** Requests and plans with what departments said of them, and what is known of facilities, encounters and beds. */
export const requests = defineMigration({
  name: '0001-requests',
  up: () => [
    `CREATE TABLE facility (
       id      text PRIMARY KEY,
       aliases text[] NOT NULL,
       version integer NOT NULL,
       units   jsonb NOT NULL
     )`,
    `CREATE TABLE encounter (
       id           text PRIMARY KEY,
       facility     text NOT NULL,
       visit_number text NOT NULL,
       version      integer NOT NULL,
       is_over      boolean NOT NULL,
       known        jsonb NOT NULL
     )`,
    'CREATE INDEX encounter_visit ON encounter (facility, visit_number)',
    `CREATE TABLE bed (
       facility       text NOT NULL,
       id             text NOT NULL,
       version        integer NOT NULL,
       hold_encounter text,
       hold_request   text,
       known          jsonb NOT NULL,
       PRIMARY KEY (facility, id)
     )`,
    'CREATE INDEX bed_hold_encounter ON bed (hold_encounter) WHERE hold_encounter IS NOT NULL',
    'CREATE INDEX bed_hold_request ON bed (hold_request) WHERE hold_request IS NOT NULL',
    `CREATE TABLE bed_request (
       id           text PRIMARY KEY,
       facility     text NOT NULL,
       external_id  text,
       encounter_id text NOT NULL,
       visit_number text NOT NULL,
       requested_at timestamptz NOT NULL,
       facts        jsonb NOT NULL,
       bed_id       text,
       bed          jsonb,
       version      integer NOT NULL DEFAULT 0,
       status       text,
       to_unit      text,
       state        jsonb,
       digest       text,
       made_by      text NOT NULL,
       subject      text
     )`,
    'CREATE UNIQUE INDEX bed_request_external ON bed_request (facility, external_id) WHERE external_id IS NOT NULL',
    'CREATE INDEX bed_request_encounter ON bed_request (encounter_id)',
    'CREATE INDEX bed_request_visit ON bed_request (facility, visit_number)',
    'CREATE INDEX bed_request_status ON bed_request (facility, status, requested_at)',
    `CREATE INDEX bed_request_bed ON bed_request (facility, bed_id) WHERE status IN ('requested', 'assigned')`,
    `CREATE TABLE discharge_plan (
       encounter_id text PRIMARY KEY,
       facility     text NOT NULL,
       visit_number text NOT NULL,
       facts        jsonb NOT NULL,
       version      integer NOT NULL DEFAULT 0,
       status       text,
       unit         text,
       state        jsonb,
       digest       text
     )`,
    'CREATE INDEX discharge_plan_visit ON discharge_plan (facility, visit_number)',
    'CREATE INDEX discharge_plan_status ON discharge_plan (facility, status)',
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
