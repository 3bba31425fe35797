import type { MovementFact } from '@wardstream/events';
import type { Tx } from '@wardstream/persistence';
import type { PlacedFact } from '../domain/identities.js';
import { encounterIdOf, factIdOf, patientIdOf } from '../domain/identify.js';
import { type NumberedVisit, visitsOfUnnumbered } from '../domain/unnumbered.js';
import { awaitingVisit, isUnnumbered, type Verdict } from '../domain/verdict.js';
import { isPersonal } from '../domain/visit-fact.js';
import { factsOf } from '../persistence/encounter.rows.js';
import { goesBy, survivorsOf } from '../persistence/identity.rows.js';
import {
  identifiersOfPatients,
  saveUnnumbered,
  saveVisits,
  type UnnumberedFact,
  type UnnumberedRow,
  unnumberedOfPatients,
  visitsOfPatients,
} from '../persistence/unnumbered.rows.js';
import type { ReceivedMessage } from './received-message.js';

type Told = Pick<ReceivedMessage, 'id' | 'receivedAt' | 'verdict'>;

/** What follows from facts without a visit number for a batch. */
export interface Unnumbered {
  /** Facts of the batch that belong to a visit, under it. */
  readonly facts: readonly PlacedFact[];
  /** What the messages of the batch that named no visit are now. */
  readonly verdicts: readonly { readonly id: string; readonly verdict: Verdict }[];
  /** Earlier messages that belong to another visit now, or to none: they are to be read anew. */
  readonly again: readonly string[];
}

const nothing: Unnumbered = { facts: [], verdicts: [], again: [] };

/**
 * Finds the visits of facts that name none, after the facts that do were stored: those of this batch, and earlier ones of the same
 * patients, to which what came now may give another visit. Which visit it is follows from what is said of the patient's visits and
 * from event times, not from what came first; so a message may come before its admission. To be called in the facility's lock.
 */
export async function placeUnnumbered(
  tx: Tx,
  messages: readonly ReceivedMessage[],
  stored: readonly PlacedFact[],
): Promise<Unnumbered> {
  const own = messages.flatMap(unnumberedOf);
  const readAnew = messages.filter((m) => m.judgedAnew).map((m) => m.id);
  if (own.length > 0 || readAnew.length > 0) await saveUnnumbered(tx, readAnew, own);
  const rows = await unnumberedOfPatients(tx, [...patientsOf(stored, own)]);
  if (rows.length === 0) return nothing;
  const found = visitsFoundFor(rows, await visitsByPatient(tx, rows, stored));
  const changed = rows.flatMap(({ id, messageId, visit: before }) => {
    const visit = visitIn(found, id);
    return isSame(before, visit) ? [] : [{ id, messageId, visit }];
  });
  await saveVisits(tx, changed);
  const ids = new Set(messages.map((m) => m.id));
  return {
    facts: own.flatMap((row) => placedUnder(row, visitIn(found, row.id))),
    verdicts: messages.flatMap(({ id, verdict }) => {
      if (!verdict.facts.some(isUnnumbered)) return [];
      const facts = withVisits(id, verdict.facts, found);
      return [{ id, verdict: facts.some(isUnnumbered) ? awaitingVisit({ ...verdict, facts }) : { ...verdict, facts } }];
    }),
    again: [...new Set(changed.filter((row) => !ids.has(row.messageId)).map((row) => row.messageId))],
  };
}

/**
 * The verdicts on messages that name no visit, with those that they would belong to by what is known now; nothing is stored. Some of
 * their facts may stay without.
 */
export async function withKnownVisits(tx: Tx, messages: readonly Told[]): Promise<Verdict[]> {
  const own = messages.flatMap(unnumberedOf);
  const patientIds = own.map((f) => f.patientId);
  const survivors = await survivorsOf(tx, patientIds);
  const ids = new Set(messages.map((m) => m.id));
  const kept = (await unnumberedOfPatients(tx, patientIds)).filter((row) => !ids.has(row.messageId));
  const rows = [
    ...kept,
    ...own.map((f) => ({ ...f, survivor: survivors.get(f.patientId) ?? f.patientId, visit: null })),
  ];
  const found = visitsFoundFor(rows, await visitsByPatient(tx, rows, []));
  return messages.map(({ id, verdict }) => ({ ...verdict, facts: withVisits(id, verdict.facts, found) }));
}

type Found = ReadonlyMap<string, MovementFact['visit']>;

function visitsFoundFor(rows: readonly UnnumberedRow[], visits: ReadonlyMap<string, NumberedVisit[]>): Found {
  const found = new Map<string, MovementFact['visit']>();
  for (const [patient, ofPatient] of groupedBy(rows, (row) => row.survivor)) {
    for (const [id, visit] of visitsOfUnnumbered(visits.get(patient) ?? [], ofPatient)) found.set(id, visit);
  }
  return found;
}

function visitIn(found: Found, id: string): MovementFact['visit'] {
  return found.get(id) ?? null;
}

function withVisits(messageId: string, facts: readonly MovementFact[], found: Found): MovementFact[] {
  return facts.map((fact, i) =>
    isUnnumbered(fact) ? { ...fact, visit: visitIn(found, factIdOf(messageId, i)) } : fact,
  );
}

function unnumberedOf({ id, receivedAt, verdict }: Told): UnnumberedFact[] {
  const { facility, application } = verdict;
  if (facility === null) return [];
  return verdict.facts.flatMap((fact, i) => {
    const { id: number, domain } = fact.patient;
    if (!isUnnumbered(fact) || number === null) return [];
    const patientId = patientIdOf(facility, { number, domain });
    return [{ id: factIdOf(id, i), messageId: id, source: application, receivedAt, fact, facility, patientId }];
  });
}

function placedUnder({ patientId: _, ...row }: UnnumberedFact, visit: MovementFact['visit']): PlacedFact[] {
  if (visit === null) return [];
  return [{ ...row, encounterId: encounterIdOf(row.facility, visit), fact: { ...row.fact, visit } }];
}

/** All patients that the batch speaks of, by the identifiers it names. */
function patientsOf(stored: readonly PlacedFact[], own: readonly UnnumberedFact[]): Set<string> {
  const ids = new Set(own.map((f) => f.patientId));
  for (const { facility, fact } of stored) {
    const { id: number, domain } = fact.patient;
    if (number !== null) ids.add(patientIdOf(facility, { number, domain }));
    if (fact.kind === 'merge-patient' && fact.retires !== null && fact.retires !== undefined)
      ids.add(patientIdOf(facility, fact.retires));
  }
  return ids;
}

/** The visits of these patients that are known by their number, by the identifier that the patient goes by. */
async function visitsByPatient(
  tx: Tx,
  rows: readonly UnnumberedRow[],
  stored: readonly PlacedFact[],
): Promise<Map<string, NumberedVisit[]>> {
  const unnumbered = new Set(rows.map((row) => row.id));
  const identifiers = await identifiersOfPatients(tx, rows);
  const found = new Map((await visitsOfPatients(tx, identifiers)).map((visit) => [visit.encounterId, visit]));
  // Visits of this batch, which are not shown yet.
  const patientOf = new Map(identifiers.map((i) => [patientIdOf(i.facility, i), i.patient]));
  for (const { facility, encounterId, fact } of stored) {
    if (isPersonal(fact) || fact.visit === null || fact.patient.id === null || found.has(encounterId)) continue;
    const { id: number, domain } = fact.patient;
    const patient = patientOf.get(patientIdOf(facility, { number, domain }));
    if (patient !== undefined) found.set(encounterId, { ...fact.visit, encounterId, patient });
  }
  // Merges of this batch are known already; in what is shown they are not.
  const goBy = await goesBy(tx, [...found.keys()]);
  const visits = new Map<string, { number: string; domain: string | null; members: string[]; patient: string }>();
  for (const { encounterId, number, domain, patient } of found.values()) {
    const survivor = goBy.get(encounterId)?.survivor ?? { id: encounterId, number, domain };
    const known = visits.get(survivor.id);
    if (known === undefined)
      visits.set(survivor.id, { number: survivor.number, domain: survivor.domain, members: [encounterId], patient });
    else known.members.push(encounterId);
  }
  const facts = await factsOf(tx, [...new Set([...visits.values()].flatMap((v) => v.members))]);
  const byPatient = new Map<string, NumberedVisit[]>();
  for (const { number, domain, members, patient } of visits.values()) {
    const said = members.flatMap((id) => facts.get(id)!).filter((f) => !unnumbered.has(f.id));
    if (!byPatient.has(patient)) byPatient.set(patient, []);
    byPatient.get(patient)!.push({ number, domain, facts: said });
  }
  return byPatient;
}

function groupedBy<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}

function isSame(a: MovementFact['visit'], b: MovementFact['visit']): boolean {
  return a === null || b === null ? a === b : a.number === b.number && a.domain === b.domain;
}
