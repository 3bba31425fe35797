import type { Movement } from '@wardstream/api-contract';
import { t } from '../texts/texts.js';

const kinds: Readonly<Record<string, string>> = {
  admit: t('unit.admitted'),
  transfer: t('unit.moved'),
  discharge: t('unit.left'),
  register: t('unit.registered'),
  preadmit: t('unit.announced'),
  'to-inpatient': t('unit.becameAnInpatient'),
  'to-outpatient': t('unit.becameAnOutpatient'),
  update: t('unit.detailsChanged'),
  depart: t('unit.awayFromTheBed'),
  arrive: t('unit.backInTheBed'),
  swap: t('unit.changedBedsWithAnotherPatient'),
  leave: t('unit.onLeave'),
  return: t('unit.backFromLeave'),
  'pending-admit': t('unit.admissionPending'),
  'pending-transfer': t('unit.movePending'),
  'pending-discharge': t('unit.dischargePending'),
};

/** A place in words: the bed's id where the facility knows it, else unit and bed, else as the sender wrote it. */
export function placeName(place: unknown): string | null {
  if (typeof place === 'string') return place === '' ? null : place;
  if (typeof place !== 'object' || place === null) return null;
  const part = (name: string): string | null => {
    const value = (place as Record<string, unknown>)[name];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const known = part('bedId') ?? [part('unit'), part('bed')].filter((p) => p !== null).join(' ');
  return known === '' ? part('asSent') : known;
}

/** 'ED-11 to 4A-14', 'Admitted to 4A-14', 'Left': what happened, by the kind of the movement. */
export function movementWords(movement: Pick<Movement, 'kind' | 'from' | 'to'>): string {
  const kind = kinds[movement.kind] ?? movement.kind.replace(/-/g, ' ').replace(/^./, (c) => c.toUpperCase());
  const to = placeName(movement.to);
  const from = placeName(movement.from);
  if (to !== null && from !== null && to !== from)
    return movement.kind === 'transfer' ? t('unit.to2', { from, to }) : t('unit.to3', { kind, from, to });
  if (to !== null)
    return t('unit.to4', { kind, to })
      .replace(t('unit.leftTo'), t('unit.leftFor'))
      .replace(t('unit.registeredTo'), t('unit.registeredIn'));
  return from === null ? kind : `${kind} ${from}`;
}

/** Newest event first; by the time of the event, not of its arrival. */
export function byTimeOfEvent(movements: readonly Movement[]): Movement[] {
  return [...movements].sort((a, b) => b.at.localeCompare(a.at) || b.id.localeCompare(a.id));
}
