import {
  deriveFacility,
  type Directory,
  encounterIdOf,
  type FacilityEncounter,
  type FacilityEncounters,
  inSeveralBeds,
  openBed,
  patientIdOf,
  type PlacedFact,
  type VisitFact,
  visitsOfUnnumbered,
} from '@wardstream/encounter-model';

/** A fact that names a patient and no visit. */
export type UnnumberedFact = Omit<PlacedFact, 'encounterId'>;

export interface ReducedVisits extends FacilityEncounters {
  /** Messages that wait for their visit, with the event time of each. */
  readonly waiting: ReadonlyMap<string, string>;
  /** By encounter: that its patient is in several beds, and in which visit they are likely (rule 21). */
  readonly inTwoBeds: ReadonlyMap<string, { readonly kind: string; readonly likelyIn: string | null }>;
}

/** All visits by all that was told of them, with or without their numbers. */
export function reducedVisits(
  numbered: readonly PlacedFact[],
  unnumbered: readonly UnnumberedFact[],
  directory: Directory,
): ReducedVisits {
  const alone = deriveFacility(numbered, directory);
  const { placed, waiting } = placedUnnumbered(alone, numbered, unnumbered);
  const derived = placed.length === 0 ? alone : deriveFacility([...numbered, ...placed], directory);
  return { ...derived, waiting, inTwoBeds: patientsInTwoBeds(derived, [...numbered, ...placed], directory) };
}

function placedUnnumbered(
  { encounters }: FacilityEncounters,
  numbered: readonly PlacedFact[],
  unnumbered: readonly UnnumberedFact[],
): { placed: PlacedFact[]; waiting: Map<string, string> } {
  const placed: PlacedFact[] = [];
  const waiting = new Map<string, string>();
  const byPatient = new Map<string, UnnumberedFact[]>();
  for (const fact of unnumbered) {
    const patient = JSON.stringify([fact.fact.patient.id, fact.fact.patient.domain]);
    byPatient.set(patient, [...(byPatient.get(patient) ?? []), fact]);
  }
  for (const [patient, told] of byPatient) {
    const visits = encounters
      .filter(({ derived }) => JSON.stringify([derived.patient.id, derived.patient.domain]) === patient)
      .map(({ number, domain, ...of }) => ({ number, domain, facts: factsOf(of, numbered) }));
    const found = visitsOfUnnumbered(visits, told.map(asVisitFact));
    for (const fact of told) {
      const visit = found.get(fact.id) ?? null;
      if (visit === null) {
        waiting.set(fact.messageId, fact.fact.at);
        continue;
      }
      const { number, domain } = visit;
      const encounterId = encounterIdOf(fact.facility, { number, domain });
      placed.push({ ...fact, encounterId, fact: { ...fact.fact, visit: { number, domain } } });
    }
  }
  return { placed, waiting };
}

const asVisitFact = (fact: UnnumberedFact): VisitFact => fact;

function factsOf(
  { encounterId, retired }: Pick<FacilityEncounter, 'encounterId' | 'retired'>,
  all: readonly PlacedFact[],
) {
  const members = new Set([encounterId, ...retired.map((r) => r.encounterId)]);
  return all.filter((fact) => members.has(fact.encounterId));
}

function patientsInTwoBeds(
  { encounters, inSeveralBeds: merged }: FacilityEncounters,
  facts: readonly PlacedFact[],
  directory: Directory,
): ReducedVisits['inTwoBeds'] {
  const found = new Map<string, { kind: string; likelyIn: string | null }>();
  const byId = new Map(encounters.map((e) => [e.encounterId, e]));
  const inMerged = new Set(merged.flat());
  const groups = new Map<string, { ids: string[]; isMerged: boolean }>();
  merged.forEach((ids, i) => groups.set(`merged ${i}`, { ids: [...ids], isMerged: true }));
  for (const { encounterId, derived } of encounters) {
    const { status, patient, stays } = derived;
    const isOpen = (status === 'in-progress' || status === 'on-leave') && openBed(stays) !== undefined;
    if (!isOpen || patient.id === null || inMerged.has(encounterId)) continue;
    const key = JSON.stringify([patient.id, patient.domain]);
    groups.set(key, { ids: [...(groups.get(key)?.ids ?? []), encounterId], isMerged: false });
  }
  for (const { ids, isMerged } of groups.values()) {
    if (ids.length < 2) continue;
    const visits = ids.map((id) => byId.get(id)!);
    const { facility, derived } = visits[0]!;
    const id = patientIdOf(facility, { number: derived.patient.id!, domain: derived.patient.domain });
    const held = visits.map((visit) => ({ visit, stay: openBed(visit.derived.stays)!, facts: factsOf(visit, facts) }));
    const conflict = inSeveralBeds({ id, isMerged }, held, (sent) => (sent === null ? null : directory.resolve(sent)));
    if (conflict === null) continue;
    for (const of of ids) found.set(of, { kind: conflict.kind, likelyIn: conflict.likelyIn ?? null });
  }
  return found;
}
