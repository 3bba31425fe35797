import type { FoundPatient } from '@wardstream/api-contract';
import { t } from '../texts/texts.js';
import type { LocalTime } from '../time/local-time.js';
import { initialsShown } from '../ui/labels.js';
import { placeName } from '../unit/movements.js';
import { hrefTo } from './navigation.js';

/** Their name where the role sees it, else what a board shows of them. */
export function patientLabel({ patient }: Pick<FoundPatient, 'patient'>): string {
  const { family, given } = patient;
  const name = [family, given].filter((part) => part !== null && part !== undefined && part !== '').join(', ');
  return name === '' ? [initialsShown(patient), patient.ageBand ?? ''].join(' ').trim() : name;
}

/** 'Visit P20, 4A-13 since 14:02', or where they were last. */
export function patientNote(found: FoundPatient, local: LocalTime, nowMs: number): string {
  const { visitNumber, location, since, dischargedAt, places } = found;
  const here = placeName(location);
  if (here !== null) {
    const from = since === null ? null : local.near(since, nowMs);
    return from === null
      ? t('search.visitIn', { visitNumber, place: here })
      : t('search.visitInSince', { visitNumber, place: here, since: from });
  }
  const last = placeName(places[0]?.place);
  if (dischargedAt !== null) return t('search.visitLeft', { visitNumber, at: local.near(dischargedAt, nowMs) });
  return last === null ? t('search.visit', { visitNumber }) : t('search.visitWas', { visitNumber, place: last });
}

/** Their bed where they are in one that is shown, else the page of the visit, which says where they were. */
export function patientHref(found: FoundPatient, isShown: (bedId: string) => boolean): string {
  const { location, encounterId } = found;
  const bed = location?.bedId ?? null;
  return location?.unit !== undefined && bed !== null && isShown(bed)
    ? hrefTo({ page: 'unit', unit: location.unit }, { bed })
    : hrefTo({ page: 'visit', visit: encounterId });
}
