import { defineMigration } from '@wardstream/persistence';

/**
 * Facts that name no visit, and the visit of their patient that they were found to belong to; one that was found to belong to none
 * waits. And how many messages of a sender were no production (MSH-11).
 */
export const unnumberedFacts = defineMigration({
  name: '0018-unnumbered-facts',
  up: () => [
    `CREATE TABLE unnumbered_fact (
       id          uuid PRIMARY KEY,
       message_id  uuid NOT NULL,
       facility    text NOT NULL,
       patient_id  uuid NOT NULL,
       number      text NOT NULL,
       domain      text,
       source      text NOT NULL,
       received_at timestamptz NOT NULL,
       content     json NOT NULL,
       visit       json,
       given_up    boolean NOT NULL DEFAULT false
     )`,
    'CREATE INDEX unnumbered_of_patient ON unnumbered_fact (patient_id)',
    'CREATE INDEX unnumbered_of_message ON unnumbered_fact (message_id)',
    'CREATE INDEX unnumbered_waiting ON unnumbered_fact (received_at) WHERE visit IS NULL AND NOT given_up',
    'ALTER TABLE sender_hour ADD COLUMN not_production integer NOT NULL DEFAULT 0',
  ],
});
