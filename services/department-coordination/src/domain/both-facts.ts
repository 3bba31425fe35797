import { DomainError, instantOf } from '@wardstream/kernel';
import type { EncounterCopy } from './copies.js';

/** What somebody did, as it came in: when, and in which bed they knew the patient. */
export interface Done {
  readonly act: string;
  /** Milliseconds. */
  readonly at: number;
  readonly bedId: string | null;
}

/**
 * Refuses what was done where the visit went on meanwhile, and says both: what was done (`yours`) and what is known now (`now`), so that
 * whoever did it can choose. @throws DomainError 'encounter-ended', 'patient-moved'
 */
export function checkStillSo(encounter: EncounterCopy | null, done: Done): void {
  if (encounter === null) return;
  const { status, dischargedAt, cancelledAt, location, stays } = encounter;
  const last = stays.at(-1);
  const endedAt = dischargedAt ?? cancelledAt;
  const details = {
    yours: { act: done.act, at: instantOf(done.at), bedId: done.bedId },
    now: {
      status,
      unit: location?.unit ?? null,
      bedId: location?.bedId ?? null,
      since: last === undefined || last.to !== null ? null : instantOf(last.from),
      endedAt: endedAt === null ? null : instantOf(endedAt),
    },
  };
  if (status === 'discharged' || status === 'cancelled')
    throw new DomainError('conflict', 'encounter-ended', 'The visit is over.', details);
  const bedId = location?.bedId ?? null;
  if (done.bedId !== null && done.bedId !== bedId)
    throw new DomainError(
      'conflict',
      'patient-moved',
      bedId === null
        ? `The patient is not in bed ${done.bedId} any more.`
        : `The patient is in bed ${bedId} now, and not in ${done.bedId}.`,
      details,
    );
}
