import { defineMigration } from '@wardstream/persistence';

/**
 * Sender profiles as they were in force, so that what was read by one can be read so again, and the last good ones are there where
 * their file is not. A message keeps by which one it was read, and what of it nobody knew.
 */
export const senders = defineMigration({
  name: '0006-senders',
  up: () => [
    `CREATE TABLE sender_profile (
       id       text PRIMARY KEY,
       content  json NOT NULL,
       since    timestamptz NOT NULL
     )`,
    `CREATE TABLE sender_profiles (
       version   integer PRIMARY KEY,
       digest    text NOT NULL,
       files     json NOT NULL,
       loaded_at timestamptz NOT NULL
     )`,
    'ALTER TABLE message ADD COLUMN profile text, ADD COLUMN unknown jsonb',
    'CREATE INDEX message_unknown ON message (facility, position) WHERE unknown IS NOT NULL',
    `UPDATE message SET unknown = jsonb_build_array(jsonb_build_object('kind', 'place', 'where', 'PV1-3', 'place', unknown_place::jsonb,
            'code', concat_ws('^', coalesce(unknown_place ->> 'unit', ''), coalesce(unknown_place ->> 'room', ''),
                              coalesce(unknown_place ->> 'bed', ''))))
      WHERE unknown_place IS NOT NULL AND json_typeof(unknown_place) = 'object'`,
    `CREATE TABLE unknown_code (
       application      text NOT NULL,
       sending_facility text NOT NULL,
       kind             text NOT NULL,
       code             text NOT NULL,
       facility         text NOT NULL,
       place            json,
       seen_in          text NOT NULL,
       count            bigint NOT NULL,
       first_seen_at    timestamptz NOT NULL,
       last_seen_at     timestamptz NOT NULL,
       PRIMARY KEY (application, sending_facility, kind, code)
     )`,
  ],
});
