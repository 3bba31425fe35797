import { asMs, finiteOrNull, orInfinity, forEach, type Tx } from '@wardstream/persistence';
import type { BedFact, FactContent, Hold, StayInBed } from '@wardstream/bed-model';
import { familyIn, type RawFamily } from './encounter.rows.js';
import { bedKey, windowsAsJson, type Window } from './bed.rows.js';

/** What a bed is derived from, as far as it reaches beyond a time. */
export interface BedInputs {
  readonly stays: StayInBed[];
  readonly facts: BedFact[];
  readonly holds: (Hold & { readonly visitNumber: string })[];
}

interface Raw {
  facility: string;
  bed_id: string;
}

/**
 * Reads, for each bed, the stays, facts and holds that have an effect after `from` and began by `upTo` (milliseconds). Three
 * statements for any number of beds.
 */
export async function readInputs(tx: Tx, after: readonly Window[], upTo: number): Promise<Map<string, BedInputs>> {
  const inputs = new Map<string, BedInputs>(after.map((w) => [bedKey(w), { stays: [], facts: [], holds: [] }]));
  const of = (raw: Raw): BedInputs => inputs.get(bedKey({ facility: raw.facility, bedId: raw.bed_id }))!;
  const windows = [windowsAsJson(after), orInfinity(upTo)];
  const given = 'json_to_recordset($1::json) AS t (facility text, "bedId" text, "from" timestamptz)';
  const ofBed = 'facility = t.facility AND bed_id = t."bedId"';

  const stays = await tx.query<
    Raw &
      RawFamily & { encounter_id: string; movement_id: string; leaves_dirty: boolean; ended_by: string | null } & {
        leaves: StayInBed['leaves'] | null;
        from_ms: number;
        to_ms: number;
      }
  >(
    `SELECT s.facility, s.bed_id, s.encounter_id, s.movement_id, s.leaves_dirty, s.ended_by, s.leaves, s.person, s.mother,
            ${asMs('s.from_at', 'from_ms')}, ${asMs('s.to_at', 'to_ms')}
       FROM ${given} ${forEach(`SELECT * FROM stay WHERE ${ofBed} AND over_at > t."from" AND from_at <= $2`, 's')}`,
    windows,
  );
  for (const s of stays)
    of(s).stays.push({
      encounterId: s.encounter_id,
      movementId: s.movement_id,
      from: s.from_ms,
      to: finiteOrNull(s.to_ms),
      leavesDirty: s.leaves_dirty,
      endedBy: s.ended_by,
      ...familyIn(s),
      ...(s.leaves ? { leaves: s.leaves } : {}),
    });

  const facts = await tx.query<
    Raw & { id: string; by: string; content: FactContent; at: number; recorded: number; received: number }
  >(
    `SELECT f.facility, f.bed_id, f.id, f.by, f.content,
            ${asMs('f.at', 'at')}, ${asMs('f.recorded_at', 'recorded')}, ${asMs('f.received_at', 'received')}
       FROM ${given}
       ${forEach(`SELECT * FROM bed_fact WHERE ${ofBed} AND at > t."from" AND at <= $2 AND withdrawn_at IS NULL`, 'f')}`,
    windows,
  );
  for (const { id, by, at, content, recorded, received, ...raw } of facts)
    of(raw).facts.push({ id, by, at, recordedAt: recorded, receivedAt: received, ...content });

  const holds = await tx.query<
    Raw & { id: string; encounter_id: string; visit_number: string; kind: Hold['kind'] } & {
      bed_request_id: string | null;
      since: number;
      until_ms: number | null;
      released: number | null;
      ended: number | null;
      plan: Hold['plan'];
      expected: number | null;
      timed: boolean;
      override: Hold['override'];
    }
  >(
    `SELECT h.facility, h.bed_id, h.id, h.encounter_id, h.visit_number, h.kind, h.bed_request_id,
            ${asMs('h.since', 'since')}, ${asMs('h.until_at', 'until_ms')}, ${asMs('h.released_at', 'released')},
            h.plan, h.timed, h.override, ${asMs('h.expected_at', 'expected')},
            ${asMs('CASE WHEN h.plan IS NULL THEN LEAST(e.ended_at, r.ended_at, m.met_at) ELSE h.plan_ended_at END', 'ended')}
       FROM ${given} ${forEach(`SELECT * FROM bed_hold WHERE ${ofBed} AND over_at > t."from" AND since <= $2`, 'h')}
       LEFT JOIN encounter e ON e.id = h.encounter_id
       LEFT JOIN bed_request r ON r.id = h.bed_request_id
       LEFT JOIN LATERAL (
         SELECT min(ended_at) AS met_at FROM bed_request
          WHERE encounter_id = h.encounter_id AND status = 'occupied' AND ended_at >= h.since
            AND h.bed_request_id IS NULL AND h.plan IS NULL) m ON true`,
    windows,
  );
  for (const h of holds)
    of(h).holds.push({
      id: h.id,
      encounterId: h.encounter_id,
      visitNumber: h.visit_number,
      kind: h.kind,
      bedRequestId: h.bed_request_id,
      plan: h.plan,
      expectedAt: h.expected,
      since: h.since,
      begins: h.timed ? 'by-time' : 'when-told',
      until: h.until_ms,
      releasedAt: h.released,
      endedAt: h.ended,
      ...(h.override ? { override: h.override } : {}),
    });
  return inputs;
}
