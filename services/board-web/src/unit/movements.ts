/** A movement as `GET /api/v1/encounters/{id}` tells it. Places come as objects or as words; both are read. */
export interface Movement {
  readonly id: string;
  readonly kind: string;
  readonly at: string;
  readonly recordedAt: string | null;
  readonly receivedAt: string | null;
  readonly from: unknown;
  readonly to: unknown;
  readonly cancelled: boolean;
}

const kinds: Readonly<Record<string, string>> = {
  admit: 'Admitted',
  transfer: 'Moved',
  discharge: 'Left',
  register: 'Registered',
  preadmit: 'Announced',
  'to-inpatient': 'Became an inpatient',
  'to-outpatient': 'Became an outpatient',
  update: 'Details changed',
  depart: 'Away from the bed',
  arrive: 'Back in the bed',
  swap: 'Changed beds with another patient',
  leave: 'On leave',
  return: 'Back from leave',
  'pending-admit': 'Admission pending',
  'pending-transfer': 'Move pending',
  'pending-discharge': 'Discharge pending',
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
export function movementWords(movement: Movement): string {
  const kind = kinds[movement.kind] ?? movement.kind.replace(/-/g, ' ').replace(/^./, (c) => c.toUpperCase());
  const to = placeName(movement.to);
  const from = placeName(movement.from);
  if (to !== null && from !== null && to !== from)
    return movement.kind === 'transfer' ? `${from} to ${to}` : `${kind}, ${from} to ${to}`;
  if (to !== null) return `${kind} to ${to}`.replace('Left to', 'Left for').replace('Registered to', 'Registered in');
  return from === null ? kind : `${kind} ${from}`;
}

/** Newest event first; by the time of the event, not of its arrival. */
export function byTimeOfEvent(movements: readonly Movement[]): Movement[] {
  return [...movements].sort((a, b) => b.at.localeCompare(a.at) || b.id.localeCompare(a.id));
}
