import { defineMigration } from '@wardstream/persistence';

/**
 * Whether beds suit their patients. What a request asks for beside the needs on a tile; why a person kept a bed all the same; who is in
 * a bed or has it kept, as others in its room need to know; and what each bed is by its unit and room.
 */
export const fit = defineMigration({
  name: '0005-fit',
  up: () => [
    'ALTER TABLE bed_request ADD COLUMN asked jsonb',
    'ALTER TABLE bed_hold ADD COLUMN override jsonb',
    'CREATE INDEX bed_hold_overridden ON bed_hold (facility, since) WHERE override IS NOT NULL',
    'ALTER TABLE bed ADD COLUMN people jsonb',
    `CREATE INDEX bed_room ON bed (facility, (definition ->> 'unit'), (definition ->> 'room'))`,
    `UPDATE bed b SET definition = b.definition || jsonb_build_object('setting', jsonb_build_object(
            'levelOfCare', u.unit -> 'levelOfCare', 'specialties', u.unit -> 'specialties', 'ages', u.unit -> 'ages',
            'roomName', r.room -> 'name', 'roomSex', r.room -> 'sex', 'mixed', COALESCE(r.room -> 'mixed', 'false'),
            'shared', (SELECT count(*) > 1 FROM jsonb_array_elements(f.plan -> 'beds') AS o (bed)
                        WHERE o.bed -> 'unit' = r.room -> 'unit' AND o.bed -> 'room' = r.room -> 'id')))
       FROM facility f, jsonb_array_elements(f.plan -> 'units') AS u (unit), jsonb_array_elements(f.plan -> 'rooms') AS r (room)
      WHERE f.id = b.facility AND u.unit ->> 'id' = b.definition ->> 'unit'
        AND r.room ->> 'unit' = b.definition ->> 'unit' AND r.room ->> 'id' = b.definition ->> 'room'`,
  ],
});
