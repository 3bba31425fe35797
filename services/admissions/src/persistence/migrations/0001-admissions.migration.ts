import { defineMigration } from '@wardstream/persistence';

/**
 * Messages as they came, the facts they state, and the encounters derived from those. `pending_message` holds what is stored
 * (and acknowledged) but not yet processed: a small row of its own, so that processing rewrites no message.
 */
export const admissions = defineMigration({
  name: '0001-admissions',
  up: () => [
    `CREATE TABLE facility (
       id      text PRIMARY KEY,
       version integer NOT NULL,
       data    json NOT NULL
     )`,
    // disposition: processed, unplaced, not-acted-on, quarantined, refused, replayed. The id is made of sender, control id and
    // content: a repeat meets its first.
    `CREATE TABLE message (
       id                 uuid PRIMARY KEY,
       position           bigint GENERATED ALWAYS AS IDENTITY,
       received_at        timestamptz NOT NULL,
       transport          text NOT NULL,
       sender_application text NOT NULL,
       sender_facility    text NOT NULL,
       control_id         text NOT NULL,
       control_key        uuid,
       control_id_reused  boolean NOT NULL,
       message_type       text NOT NULL,
       trigger            text NOT NULL,
       facility           text,
       disposition        text NOT NULL,
       cause              text,
       answer             text NOT NULL,
       faults             json NOT NULL,
       unknown_place      json,
       visit              json,
       length             integer NOT NULL,
       raw                bytea NOT NULL,
       replay_of          uuid
     )`,
    'CREATE UNIQUE INDEX message_position ON message (position)',
    'CREATE INDEX message_control ON message (control_key)',
    "CREATE INDEX message_disposition ON message (disposition, position) WHERE disposition <> 'processed'",
    `CREATE TABLE pending_message (
       message_id uuid PRIMARY KEY,
       position   bigint NOT NULL
     )`,
    `CREATE TABLE fact (
       id           uuid PRIMARY KEY,
       encounter_id uuid NOT NULL,
       message_id   uuid NOT NULL,
       source       text NOT NULL,
       received_at  timestamptz NOT NULL,
       content      json NOT NULL
     )`,
    'CREATE INDEX fact_of_encounter ON fact (encounter_id)',
    // began_at, ended_at: from the first stay to the end of the last ('infinity' while one is open), for questions as of a time.
    // directory_version: the facility's configuration its places were looked up in; an open visit with an older one is derived anew.
    `CREATE TABLE encounter (
       id             uuid PRIMARY KEY,
       facility       text NOT NULL,
       visit_number   text NOT NULL,
       visit_domain   text,
       version        integer NOT NULL,
       status         text NOT NULL,
       unit           text,
       patient_id     text,
       patient_domain text,
       began_at       timestamptz,
       ended_at       timestamptz,
       unresolved     boolean NOT NULL,
       directory_version integer NOT NULL,
       digest         text NOT NULL,
       conflict_ids   uuid[] NOT NULL,
       view           json NOT NULL
     )`,
    'CREATE INDEX encounter_visit ON encounter (facility, visit_number)',
    "CREATE INDEX encounter_open ON encounter (facility, patient_id) WHERE status IN ('planned', 'in-progress', 'on-leave')",
    'CREATE INDEX encounter_in_house ON encounter (facility, ended_at, began_at) WHERE began_at IS NOT NULL',
    `CREATE INDEX encounter_directory ON encounter (facility, directory_version)
      WHERE unresolved OR status IN ('planned', 'in-progress', 'on-leave')`,
    `CREATE TABLE conflict (
       id        uuid PRIMARY KEY,
       facility  text NOT NULL,
       version   integer NOT NULL,
       opened_at timestamptz NOT NULL,
       closed_at timestamptz,
       data      json NOT NULL
     )`,
    `CREATE TABLE feed (
       facility           text NOT NULL,
       feed               text NOT NULL,
       name               text NOT NULL,
       received           bigint NOT NULL,
       last_received_at   timestamptz NOT NULL,
       gaps               real[] NOT NULL DEFAULT '{}',
       published_received bigint NOT NULL DEFAULT 0,
       PRIMARY KEY (facility, feed)
     )`,
  ],
});
