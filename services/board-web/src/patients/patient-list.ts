import type { BedView, EncounterView } from '@wardstream/api-contract';
import type { PatientBrief } from '@wardstream/events';
import {
  indexOf,
  patientGroups,
  patientsByGroup,
  placeInWords,
  type CountedBed,
  type HousePatients,
  type PatientGroup,
} from '@wardstream/flow-model';
import { counted } from '../ui/labels.js';
import type { BoardState } from '../stream/board-state.js';
import { facilityView } from '../stream/facility-view.js';
import { t } from '../texts/texts.js';

export const groupWord: Readonly<Record<PatientGroup, string>> = {
  'unknown-unit': t('patients.inNoKnownUnit'),
  'no-place': t('patients.inNoPlaceThatWasTold'),
  'unlisted-bed': t('patients.inABedNotListedAny'),
  unit: t('patients.inNoKnownBed'),
  'on-leave': t('patients.onLeave'),
  'in-transit': t('patients.awayFromTheBed'),
  guest: t('patients.inABedKeptForAnother'),
  ahead: t('patients.plannedNotHereYet'),
};

/** What is to be done about a group, or what its rows mean. */
export const groupHint: Readonly<Record<PatientGroup, string>> = {
  'unknown-unit': t('patients.addTheUnitToTheHospital'),
  'no-place': t('patients.theirSenderPutsThemInThe'),
  'unlisted-bed': t('patients.theBedStaysUntilItIs'),
  unit: t('patients.theBedTheyAreInMay'),
  'on-leave': t('patients.theirBedIsKeptAndCounts'),
  'in-transit': t('patients.forAProcedureTheirBedCounts'),
  guest: t('patients.itsOwnPatientIsOnLeave'),
  ahead: t('patients.notCountedInTheHouse'),
};

export interface PatientRow {
  readonly encounterId: string;
  readonly visitNumber: string;
  readonly patient: PatientBrief | null;
  readonly where: string;
  /** What the sender wrote, where that is no place here; '' where it is. */
  readonly sent: string;
  /** Admission, or when it is expected; null where nobody said. */
  readonly at: string | null;
  readonly unit: string | null;
  readonly bedId: string | null;
}

export interface PatientSection {
  readonly group: PatientGroup;
  readonly rows: readonly PatientRow[];
}

/** Everybody who is not simply in a bed, by group; groups without anybody are left out. */
export function patientSections(state: BoardState): PatientSection[] {
  const groups = patientsByGroup(facilityView(state));
  return patientGroups.flatMap((group) => {
    const rows = (groups.get(group) ?? []).flatMap((id) => {
      const visit = state.encounters.get(id);
      return visit === undefined ? [] : [rowOf(state, group, visit)];
    });
    rows.sort((a, b) => (a.at ?? '~').localeCompare(b.at ?? '~') || a.visitNumber.localeCompare(b.visitNumber));
    return rows.length === 0 ? [] : [{ group, rows }];
  });
}

function rowOf(state: BoardState, group: PatientGroup, visit: EncounterView): PatientRow {
  const view = facilityView(state);
  const place = group === 'ahead' ? (visit.expectedAdmission?.place ?? visit.location) : visit.location;
  const bed = bedOf(state, group, visit);
  const unit = bed?.unit ?? place?.unit ?? null;
  const isKnown = unit !== null && indexOf(view).units.has(unit);
  return {
    encounterId: visit.encounterId,
    visitNumber: visit.visitNumber,
    patient: visit.patient ?? patientShown(state.beds.get(bed?.id ?? ''), visit.encounterId),
    where:
      bed?.id ??
      (place === null ? t('patients.noPlaceTold') : isKnown ? unitAndBed(unit, place.bed) : t('patients.unitNotKnown')),
    sent: place === null || bed !== undefined ? '' : (place.asSent ?? (isKnown ? '' : placeInWords(view, place))),
    at: group === 'ahead' ? (visit.expectedAdmission?.expectedAt ?? null) : visit.startedAt,
    unit: isKnown ? unit : null,
    bedId: bed !== undefined && isKnown ? bed.id : null,
  };
}

/** Who a bed says that visit is: of those in it, and of those on leave for whom it is kept. */
function patientShown(bed: BedView | undefined, encounterId: string): PatientBrief | null {
  const people = bed === undefined ? [] : [...bed.occupants, ...(bed.onLeave ?? [])];
  return people.find((person) => person.encounterId === encounterId)?.patient ?? null;
}

/** The bed of a visit that is in one, or has one kept. */
function bedOf(state: BoardState, group: PatientGroup, visit: EncounterView): CountedBed | undefined {
  const index = indexOf(facilityView(state));
  if (group === 'unlisted-bed') return index.unlistedBedOf.get(visit.encounterId);
  if (group === 'unknown-unit' || group === 'no-place' || group === 'unit') return undefined;
  if (group === 'ahead') return undefined;
  return index.bedOf.get(visit.encounterId) ?? facilityView(state).beds.get(visit.location?.bedId ?? '');
}

const unitAndBed = (unit: string, bed: string | null): string => (bed === null ? unit : `${unit} ${bed}`);

/** 'Everybody' of the house in words, each part with the group it leads to; parts that are nobody are left out. */
export function patientParts(
  patients: HousePatients,
): readonly { readonly group: PatientGroup; readonly words: string }[] {
  const parts: readonly (readonly [PatientGroup, number, string])[] = [
    ['unknown-unit', patients.inUnknownUnit, t('patients.inNoKnownUnit2')],
    ['no-place', patients.noPlace, t('patients.inNoPlaceThatWasTold2')],
    ['unlisted-bed', patients.inUnlistedBed, t('patients.inABedNotListedAny2')],
    ['unit', patients.withoutBed, t('patients.inNoKnownBed2')],
    ['on-leave', patients.onLeave, t('patients.onLeave2')],
    ['in-transit', patients.inTransit, 'away'],
    ['guest', patients.guests, t('patients.inABedKeptForAnother2')],
    ['ahead', patients.ahead, 'planned'],
  ];
  return parts.flatMap(([group, n, words]) => (n === 0 ? [] : [{ group, words: `${n} ${words}` }]));
}

/** '287 patients' */
export const everybody = (patients: HousePatients): string => counted(patients.inHouse, 'patient');
