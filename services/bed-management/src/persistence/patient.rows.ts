import { deterministicId, DomainError } from '@wardstream/kernel';
import { NotKnownYet } from '@wardstream/messaging';
import { asMs, type Tx } from '@wardstream/persistence';

/** Who a hold is for, as a command names them. */
export interface PatientName {
  readonly encounterId?: string | undefined;
  readonly visitNumber?: string | undefined;
  readonly bedRequestId?: string | undefined;
}

export interface Patient {
  readonly encounterId: string;
  readonly visitNumber: string;
  /** Whether admissions has told of the visit. */
  readonly isKnown: boolean;
  readonly bedRequestId: string | null;
  /** When the visit ended, milliseconds. */
  readonly endedAt: number | null;
  /** When the bed request was met or cancelled. */
  readonly requestEndedAt: number | null;
}

interface RawEncounter {
  id: string;
  visit_number: string;
  ended: number | null;
}
interface RawRequest {
  id: string;
  encounter_id: string;
  visit_number: string;
  ended: number | null;
}

/**
 * Finds the visit and its bed request. A visit number that admissions has not told of yet is kept: the hold joins its encounter
 * later. So is, with `mayLackRequest`, a request that is not known here, where the visit is named: what was done is recorded.
 * @throws DomainError 'patient-not-named', 'request-of-another-patient', NotKnownYet 'encounter-not-known-yet',
 * 'bed-request-not-known-yet'
 */
export async function findPatient(
  tx: Tx,
  facility: string,
  name: PatientName,
  mayLackRequest = true,
): Promise<Patient> {
  const request = name.bedRequestId === undefined ? null : await requestById(tx, facility, name.bedRequestId);
  const named = name.encounterId !== undefined || name.visitNumber !== undefined;
  if (name.bedRequestId === undefined && !named)
    throw new DomainError('invalid', 'patient-not-named', 'Give encounterId, visitNumber or bedRequestId.');
  if (request === null && name.bedRequestId !== undefined && !(named && mayLackRequest))
    throw new NotKnownYet('bed-request-not-known-yet', 'No such bed request is known here yet.');
  const visitNumber = name.visitNumber ?? (named ? undefined : request?.visit_number);
  const encounter = await findEncounter(tx, facility, name.encounterId, visitNumber);
  if (encounter === null && visitNumber === undefined)
    throw new NotKnownYet('encounter-not-known-yet', 'No such encounter is known here yet.');
  const patient = {
    encounterId: encounter?.id ?? request?.encounter_id ?? deterministicId('encounter', facility, '', visitNumber!),
    visitNumber: encounter?.visit_number ?? visitNumber!,
    isKnown: encounter !== null,
    endedAt: encounter?.ended ?? null,
  };
  if (request === null) return { ...patient, ...(await openRequestOf(tx, patient.encounterId, name.bedRequestId)) };
  if (request.encounter_id !== patient.encounterId && request.visit_number !== patient.visitNumber)
    throw new DomainError('conflict', 'request-of-another-patient', 'The bed request is for another patient.');
  return { ...patient, bedRequestId: request.id, requestEndedAt: request.ended };
}

/** A visit that was merged is the one it goes by. */
async function findEncounter(
  tx: Tx,
  facility: string,
  id: string | undefined,
  visitNumber: string | undefined,
): Promise<RawEncounter | null> {
  const [row] = await tx.query<RawEncounter>(
    `SELECT COALESCE(s.id, e.id) AS id, COALESCE(s.visit_number, e.visit_number) AS visit_number,
            ${asMs('CASE WHEN s.id IS NULL THEN e.ended_at ELSE s.ended_at END', 'ended')}
       FROM encounter e LEFT JOIN encounter s ON s.id = e.merged_into
      WHERE e.facility = $1 AND (e.id = $2 OR ($2::text IS NULL AND e.visit_number = $3))
      ORDER BY e.ended_at IS NULL DESC, s.id IS NOT NULL DESC, e.version DESC, e.id LIMIT 1`,
    [facility, id ?? null, visitNumber ?? null],
  );
  return row ?? null;
}

const requestColumns = `id, encounter_id, visit_number, ${asMs('ended_at', 'ended')}`;

async function requestById(tx: Tx, facility: string, id: string): Promise<RawRequest | null> {
  const [row] = await tx.query<RawRequest>(
    `SELECT ${requestColumns} FROM bed_request WHERE facility = $1 AND id = $2`,
    [facility, id],
  );
  return row ?? null;
}

/** The request the hold is for: the one that was named although it is not known here yet, else the visit's open one. */
async function openRequestOf(
  tx: Tx,
  encounterId: string,
  named: string | undefined,
): Promise<Pick<Patient, 'bedRequestId' | 'requestEndedAt'>> {
  if (named !== undefined) return { bedRequestId: named, requestEndedAt: null };
  const [row] = await tx.query<RawRequest>(
    `SELECT ${requestColumns} FROM bed_request
      WHERE encounter_id = $1 AND ended_at IS NULL ORDER BY requested_at DESC, id DESC LIMIT 1`,
    [encounterId],
  );
  return { bedRequestId: row?.id ?? null, requestEndedAt: null };
}
