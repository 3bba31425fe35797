import { asMs, finiteOrNull, type Tx } from '@wardstream/persistence';
import type { BedRecord, ConflictCourse } from '../replay-check/bed-differences.js';
import type { Claim, Job } from '@wardstream/bed-model';
import { bedKey, type BedRef } from './bed.rows.js';

/** All that is kept of what was in each bed, from its beginning. What was withdrawn is left out. */
export type KeptHistory = { -readonly [list in keyof Omit<BedRecord, 'view'>]: BedRecord[list][number][] };

interface Raw {
  facility: string;
  bed_id: string;
}

/** Three statements for any number of beds. Key: `bedKey`. */
export async function keptHistories(tx: Tx, beds: readonly BedRef[]): Promise<Map<string, KeptHistory>> {
  const histories = new Map(beds.map((b) => [bedKey(b), { claims: [], conflicts: [], jobs: [] } as KeptHistory]));
  const of = (raw: Raw) => histories.get(bedKey({ facility: raw.facility, bedId: raw.bed_id }))!;
  const wanted = [JSON.stringify(beds.map(({ facility, bedId }) => ({ facility, bedId })))];
  const given = (table: string) =>
    `FROM json_to_recordset($1::json) AS t (facility text, "bedId" text)
     JOIN ${table} x ON x.facility = t.facility AND x.bed_id = t."bedId"`;

  const claims = await tx.query<
    Raw & Pick<Claim, 'kind' | 'ref' | 'role'> & { encounter_id: string; from_ms: number; to_ms: number }
  >(
    `SELECT x.facility, x.bed_id, x.kind, x.encounter_id, x.ref, x.role, ${asMs('lower(x.during)', 'from_ms')},
            ${asMs('x.over_at', 'to_ms')} ${given('bed_claim')}`,
    wanted,
  );
  for (const c of claims)
    of(c).claims.push({
      ...{ kind: c.kind, encounterId: c.encounter_id, ref: c.ref, role: c.role },
      ...{ from: c.from_ms, to: finiteOrNull(c.to_ms) },
    });

  const conflicts = await tx.query<
    Raw & { id: string; closed_by: string | null; from_ms: number; to_ms: number | null }
  >(
    `SELECT x.facility, x.bed_id, x.id, x.closed_by, ${asMs('x.opened_at', 'from_ms')}, ${asMs('x.closed_at', 'to_ms')}
       ${given('bed_conflict')} WHERE NOT x.withdrawn`,
    wanted,
  );
  for (const c of conflicts) of(c).conflicts.push(courseOf(c));

  const jobs = await tx.query<Raw & RawJob>(
    `SELECT x.facility, x.bed_id, x.id, x.kind, x.priority, x.claimed_by, x.cancel_reason, x.pause_reason,
            ${['requested', 'claimed', 'started', 'paused', 'completed', 'cancelled'].map((t) => asMs(`x.${t}_at`, t)).join()}
       ${given('cleaning_job')} WHERE NOT x.withdrawn`,
    wanted,
  );
  for (const j of jobs)
    of(j).jobs.push({
      ...{ id: j.id, kind: j.kind, priority: j.priority, requestedAt: j.requested },
      ...{ claimedAt: j.claimed, claimedBy: j.claimed_by, startedAt: j.started, completedAt: j.completed },
      ...(j.paused === null ? {} : { pausedAt: j.paused, pauseReason: j.pause_reason ?? '' }),
      ...{ cancelledAt: j.cancelled, cancelReason: j.cancel_reason },
    });
  return histories;
}

interface RawJob extends Pick<Job, 'id' | 'kind' | 'priority'> {
  claimed_by: string | null;
  cancel_reason: string | null;
  pause_reason: string | null;
  paused: number | null;
  requested: number;
  claimed: number | null;
  started: number | null;
  completed: number | null;
  cancelled: number | null;
}

function courseOf(c: { id: string; closed_by: string | null; from_ms: number; to_ms: number | null }): ConflictCourse {
  return { id: c.id, from: c.from_ms, to: c.to_ms, closedBy: c.closed_by };
}
