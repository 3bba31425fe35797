import type { BedView, EncounterView, PatientBrief } from '@wardstream/events';
import {
  indexOf,
  patientGroups,
  patientsByGroup,
  placeInWords,
  type CountedBed,
  type HousePatients,
  type PatientGroup,
} from '@wardstream/flow-model';
import { counted } from '../parts/words.js';
import type { BoardState } from '../stream/board-state.js';
import { facilityView } from '../stream/facility-view.js';

export const groupWord: Readonly<Record<PatientGroup, string>> = {
  'unknown-unit': 'In no known unit',
  'no-place': 'In no place that was told',
  'unlisted-bed': 'In a bed not listed any more',
  unit: 'In no known bed',
  'on-leave': 'On leave',
  'in-transit': 'Away from the bed',
  guest: 'In a bed kept for another',
  ahead: 'Planned, not here yet',
};

/** What is to be done about a group, or what its rows mean. */
export const groupHint: Readonly<Record<PatientGroup, string>> = {
  'unknown-unit': 'add the unit to the hospital file, or map what was sent',
  'no-place': 'their sender puts them in the house and names no place',
  'unlisted-bed': 'the bed stays until it is left',
  unit: 'the bed they are in may show as free',
  'on-leave': 'their bed is kept and counts as occupied',
  'in-transit': 'for a procedure; their bed counts as occupied',
  guest: 'its own patient is on leave',
  ahead: 'not counted in the house',
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
    where: bed?.id ?? (place === null ? 'no place told' : isKnown ? unitAndBed(unit, place.bed) : 'unit not known'),
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
    ['unknown-unit', patients.inUnknownUnit, 'in no known unit'],
    ['no-place', patients.noPlace, 'in no place that was told'],
    ['unlisted-bed', patients.inUnlistedBed, 'in a bed not listed any more'],
    ['unit', patients.withoutBed, 'in no known bed'],
    ['on-leave', patients.onLeave, 'on leave'],
    ['in-transit', patients.inTransit, 'away'],
    ['guest', patients.guests, 'in a bed kept for another'],
    ['ahead', patients.ahead, 'planned'],
  ];
  return parts.flatMap(([group, n, words]) => (n === 0 ? [] : [{ group, words: `${n} ${words}` }]));
}

/** '287 patients' */
export const everybody = (patients: HousePatients): string => counted(patients.inHouse, 'patient');
