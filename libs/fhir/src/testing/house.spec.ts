import type { BedData, EncounterData, FacilityData, Place, Stay } from '@wardstream/events';

/** A small house: units ED, 4A and 4B, in each a room R1 with beds 1 and 2; bed ids like 4A-1. */
export const house: FacilityData = {
  id: 'NGH',
  name: 'Northgate General',
  aliases: [],
  timeZone: 'Europe/London',
  version: 3,
  units: ['ED', '4A', '4B'].map((id) => ({
    id,
    name: `Unit ${id}`,
    levelOfCare: id === 'ED' ? ('ed' as const) : ('ward' as const),
    specialties: [],
    placesAre: id === 'ED' ? ('bays' as const) : ('beds' as const),
    inpatient: id !== 'ED',
    waitTargetMinutes: 120,
  })),
  rooms: ['ED', '4A', '4B'].map((unit) => ({
    id: 'R1',
    unit,
    name: 'Room 1',
    sex: 'any' as const,
    negativePressure: false,
  })),
  beds: ['4A', '4B', 'ED'].flatMap((unit) =>
    ['2', '1'].map((code) => ({
      id: `${unit}-${code}`,
      unit,
      room: 'R1',
      bed: code,
      staffed: true,
      surge: false,
      attributes: [],
    })),
  ),
};

/** The place of a bed of the house. */
export function bedOf(id: string): Place {
  const { unit, room, bed: code } = house.beds.find((b) => b.id === id)!;
  return { unit, room, bed: code, bedId: id };
}

export function bed(more: Partial<BedData>): BedData {
  const at = '2026-03-01T12:00:00.000Z';
  return {
    id: '4A-1',
    facility: 'NGH',
    version: 3,
    unit: '4A',
    room: 'R1',
    bed: '1',
    staffed: true,
    surge: false,
    attributes: [],
    state: 'available',
    since: at,
    occupants: [],
    reservedFor: null,
    needs: [],
    clocks: [],
    blocked: null,
    closed: null,
    cleaningJobId: null,
    conflicts: [],
    asOf: at,
    history: { from: at, segments: [] },
    cause: { kind: 'admit', by: 'ADT1', at, recordedAt: at, receivedAt: at },
    ...more,
  };
}

/** 'hh:mm' of 1 March 2026. */
export function stay(place: Place, from: string, to: string | null): Stay {
  const at = (time: string): string => `2026-03-01T${time}:00.000Z`;
  return {
    movementId: `m${from}`,
    place,
    from: at(from),
    to: to === null ? null : at(to),
    holdsBed: true,
    leavesDirty: true,
    endedBy: to === null ? null : 'transfer',
  };
}

export function encounterData(more: Partial<EncounterData>): EncounterData {
  return {
    encounterId: '0b6a8f5e-1c2d-8e3f-9a4b-5c6d7e8f9a0b',
    facility: 'NGH',
    version: 7,
    visitNumber: 'V100',
    patient: { initials: 'AW', ageBand: '60s', sex: 'female' },
    status: 'in-progress',
    class: 'I',
    specialty: null,
    location: null,
    inTransit: false,
    pendings: [],
    stays: [],
    registeredAt: null,
    admittedAt: null,
    dischargedAt: null,
    conflictIds: [],
    cause: {
      kind: 'admit',
      by: 'ADT1',
      at: '2026-03-01T10:00:00.000Z',
      recordedAt: '2026-03-01T12:00:00.000Z',
      receivedAt: '2026-03-01T12:01:00.000Z',
    },
    ...more,
  };
}
