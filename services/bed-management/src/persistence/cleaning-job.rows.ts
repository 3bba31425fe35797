import type { CleaningJobData } from '@wardstream/events';
import { asMs, iso, isoOrNull, orInfinity, type Tx } from '@wardstream/persistence';
import type { Job } from '@wardstream/bed-model';
import { windowsOf, windowed, type BedOutcome } from './bed-outcome.js';

function statusOf(job: Job): CleaningJobData['status'] {
  if (job.completedAt !== null) return 'completed';
  if (job.cancelledAt !== null) return 'cancelled';
  if (job.startedAt !== null) return 'started';
  return job.claimedAt === null ? 'requested' : 'claimed';
}

const jobColumns = `id, facility, bed_id, unit, version, status, kind, priority, claimed_by, cancel_reason, pause_reason,
  ${asMs('requested_at', 'requested')}, ${asMs('claimed_at', 'claimed')}, ${asMs('started_at', 'started')},
  ${asMs('completed_at', 'completed')}, ${asMs('cancelled_at', 'cancelled')}, ${asMs('paused_at', 'paused')}`;

/** Writes the jobs that differ and withdraws those that later facts undid. */
export async function saveJobs(tx: Tx, outcomes: readonly BedOutcome[], now: number): Promise<CleaningJobData[]> {
  const jobs = outcomes.flatMap(({ facility, bedId, unit, changes }) =>
    changes.jobs.map((j) => ({
      ...{ id: j.id, facility, bedId, unit, status: statusOf(j), kind: j.kind, priority: j.priority },
      ...{ requestedAt: iso(j.requestedAt), claimedAt: isoOrNull(j.claimedAt), claimedBy: j.claimedBy },
      ...{ startedAt: isoOrNull(j.startedAt), completedAt: isoOrNull(j.completedAt) },
      ...{ cancelledAt: isoOrNull(j.cancelledAt), cancelReason: j.cancelReason },
      ...{ pausedAt: isoOrNull(j.pausedAt ?? null), pauseReason: j.pauseReason ?? null },
      overAt: orInfinity(j.completedAt ?? j.cancelledAt),
    })),
  );
  const saved = jobs.length === 0 ? [] : await tx.query(upsertJobs, [JSON.stringify(jobs)]);
  const late = outcomes.filter((o) => o.isLate);
  const withdrawn =
    late.length === 0
      ? []
      : await tx.query(
          `WITH gone AS (
       UPDATE cleaning_job j
          SET version = version + 1, status = 'cancelled', cancelled_at = $2, completed_at = NULL, over_at = $2,
              paused_at = NULL, pause_reason = NULL, cancel_reason = 'a later message took back what made the bed dirty', withdrawn = true
         FROM ${windowed}
        WHERE j.facility = t.facility AND j.bed_id = t."bedId" AND j.over_at >= t."from"
          AND NOT j.withdrawn AND NOT j.id = ANY (t.ids)
       RETURNING j.*)
     SELECT ${jobColumns} FROM gone`,
          [windowsOf(late, (o) => o.changes.jobs), iso(now)],
        );
  return [...(saved as RawJob[]), ...(withdrawn as RawJob[])].map(toJob);
}

const upsertJobs = `
  WITH saved AS (
    INSERT INTO cleaning_job (id, facility, bed_id, unit, status, kind, priority, requested_at, claimed_at, claimed_by,
                              started_at, completed_at, cancelled_at, cancel_reason, over_at, paused_at, pause_reason)
    SELECT id, facility, "bedId", unit, status, kind, priority, "requestedAt", "claimedAt", "claimedBy", "startedAt",
           "completedAt", "cancelledAt", "cancelReason", "overAt", "pausedAt", "pauseReason"
      FROM json_to_recordset($1::json) AS t (id text, facility text, "bedId" text, unit text, status text, kind text,
           priority text, "requestedAt" timestamptz, "claimedAt" timestamptz, "claimedBy" text, "startedAt" timestamptz,
           "completedAt" timestamptz, "cancelledAt" timestamptz, "cancelReason" text, "overAt" timestamptz, "pausedAt" timestamptz,
           "pauseReason" text)
    ON CONFLICT (id) DO UPDATE
       SET version = cleaning_job.version + 1, status = excluded.status, kind = excluded.kind,
           priority = excluded.priority, requested_at = excluded.requested_at, claimed_at = excluded.claimed_at,
           claimed_by = excluded.claimed_by, started_at = excluded.started_at, completed_at = excluded.completed_at,
           cancelled_at = excluded.cancelled_at, cancel_reason = excluded.cancel_reason, over_at = excluded.over_at,
           paused_at = excluded.paused_at, pause_reason = excluded.pause_reason, withdrawn = false
     WHERE (cleaning_job.status, cleaning_job.kind, cleaning_job.priority, cleaning_job.requested_at,
            cleaning_job.claimed_at, cleaning_job.claimed_by, cleaning_job.started_at, cleaning_job.completed_at,
            cleaning_job.cancelled_at, cleaning_job.cancel_reason, cleaning_job.paused_at, cleaning_job.pause_reason,
            cleaning_job.withdrawn)
           IS DISTINCT FROM
           (excluded.status, excluded.kind, excluded.priority, excluded.requested_at, excluded.claimed_at,
            excluded.claimed_by, excluded.started_at, excluded.completed_at, excluded.cancelled_at,
            excluded.cancel_reason, excluded.paused_at, excluded.pause_reason, false)
    RETURNING *)
  SELECT ${jobColumns} FROM saved`;

interface RawJob {
  id: string;
  facility: string;
  bed_id: string;
  unit: string;
  version: number;
  status: CleaningJobData['status'];
  kind: CleaningJobData['kind'];
  priority: CleaningJobData['priority'];
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

function toJob(raw: RawJob): CleaningJobData {
  return {
    ...{ id: raw.id, facility: raw.facility, version: raw.version, bedId: raw.bed_id, unit: raw.unit },
    ...{ status: raw.status, kind: raw.kind, priority: raw.priority, requestedAt: iso(raw.requested) },
    ...{ claimedAt: isoOrNull(raw.claimed), claimedBy: raw.claimed_by, startedAt: isoOrNull(raw.started) },
    ...(raw.paused === null ? {} : { pausedAt: iso(raw.paused), pauseReason: raw.pause_reason ?? '' }),
    ...{
      completedAt: isoOrNull(raw.completed),
      cancelledAt: isoOrNull(raw.cancelled),
      cancelReason: raw.cancel_reason,
    },
  };
}

/** Jobs of a facility by status and unit, the longest waiting first. */
export async function readJobs(
  tx: Tx,
  facility: string,
  of: { readonly statuses: readonly string[]; readonly unit?: string | undefined; readonly limit: number },
): Promise<CleaningJobData[]> {
  const rows = await tx.query<RawJob>(
    `SELECT ${jobColumns} FROM cleaning_job
      WHERE facility = $1 AND status = ANY ($2) AND ($3::text IS NULL OR unit = $3) ORDER BY requested_at, id LIMIT $4`,
    [facility, of.statuses, of.unit ?? null, of.limit],
  );
  return rows.map(toJob);
}

/** Jobs that were completed since a time, of those asked for in the day before it or later; the latest asked for first, a thousand at most. */
export async function completedSince(tx: Tx, facility: string, since: number): Promise<CleaningJobData[]> {
  const rows = await tx.query<RawJob>(
    `SELECT ${jobColumns} FROM cleaning_job
      WHERE facility = $1 AND status = 'completed' AND requested_at > $2::timestamptz - interval '1 day' AND completed_at > $2
      ORDER BY requested_at DESC LIMIT 1000`,
    [facility, iso(since)],
  );
  return rows.map(toJob);
}
