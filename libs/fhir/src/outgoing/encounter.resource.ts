import type { EncounterData, Pending, Place, Stay } from '@wardstream/events';
import { classCoding, outgoingClass } from '../codes/patient-class.js';
import { identifierType } from '../incoming/identifiers.js';
import { sentPlaceText } from '../incoming/sent-place.js';
import type { EncounterResource, OutExtension, OutPeriod, OutReference } from '../r4/resources.js';
import { extensions, identifierSystems, systems } from '../r4/systems.js';
import { type DomainSystems, systemOf } from './domain-systems.js';
import { locationIdOf } from './location-ids.js';
import { fhirText } from './text.js';

/** What an Encounter needs that the event does not carry. */
export interface EncounterContext {
  /** Domain of the visit number. */
  readonly domain: string | null;
  readonly systems?: DomainSystems;
  /** Logical id of the Patient, where the reader may know whose the encounter is. */
  readonly patientId?: string | null;
  /** The facility's name, to show. */
  readonly facilityName?: string;
}

const statuses: Readonly<Record<EncounterData['status'], EncounterResource['status']>> = {
  planned: 'planned',
  'in-progress': 'in-progress',
  'on-leave': 'onleave',
  discharged: 'finished',
  cancelled: 'cancelled',
};

/** An encounter as it is derived: its stays with their times, what is planned, no more of the patient than a reference. */
export function encounterResource(encounter: EncounterData, context: EncounterContext): EncounterResource {
  const { facility, stays, pendings } = encounter;
  const service = fhirText(encounter.specialty);
  const facilityName = fhirText(context.facilityName);
  const system = systemOf(context.domain, context.systems ?? new Map<string, string>());
  const plans = pendings.filter(({ kind }) => kind !== 'discharge');
  const location = [
    ...stays.map((stay) => stayLocation(facility, stay)),
    ...plans.flatMap((plan) => planLocation(facility, plan)),
  ];
  const extension = [...mergedInto(encounter), ...expectedEnd(pendings)];
  const period = encounterPeriod(encounter);
  return {
    resourceType: 'Encounter',
    id: encounter.encounterId,
    meta: { versionId: String(encounter.version), lastUpdated: encounter.cause.receivedAt },
    ...(extension.length > 0 ? { extension } : {}),
    identifier: [
      {
        type: identifierType('VN'),
        ...(system === null ? {} : { system }),
        value: fhirText(encounter.visitNumber) ?? encounter.encounterId,
      },
    ],
    status: statuses[encounter.status],
    class: classCoding(outgoingClass(encounter.class, stays)),
    ...(service === null ? {} : { serviceType: { coding: [{ system: systems.hospitalService, code: service }] } }),
    ...((context.patientId ?? null) === null ? {} : { subject: { reference: `Patient/${context.patientId}` } }),
    ...(period === null ? {} : { period }),
    ...(location.length > 0 ? { location } : {}),
    serviceProvider: {
      identifier: { system: identifierSystems.place, value: facility },
      ...(facilityName === null ? {} : { display: facilityName }),
    },
  };
}

type OutLocation = NonNullable<EncounterResource['location']>[number];

function stayLocation(facility: string, { place, from, to }: Stay): OutLocation {
  return {
    location: placeReference(facility, place),
    status: to === null ? 'active' : 'completed',
    period: { start: from, ...(to === null ? {} : { end: to }) },
  };
}

function planLocation(facility: string, { place, expectedAt }: Pending): OutLocation[] {
  if (place === null) return [];
  const period = expectedAt === null ? {} : { period: { start: expectedAt } };
  return [{ location: placeReference(facility, place), status: 'planned', ...period }];
}

/** The Location of a known place; a place that the facility does not know goes out as it was sent. */
function placeReference(facility: string, place: Place): OutReference {
  const { unit, room, bed, bedId } = place;
  const display = bedId ?? fhirText([unit, room, bed].filter((part) => part !== null).join(' ')) ?? 'unknown';
  if (bedId !== null) return { reference: `Location/${locationIdOf(facility, 'bed', bedId)}`, display };
  if (place.asSent === undefined && bed === null && unit !== null) {
    const id = room === null ? locationIdOf(facility, 'ward', unit) : locationIdOf(facility, 'room', unit, room);
    return { reference: `Location/${id}`, display };
  }
  const value = fhirText(sentPlaceText({ unit, room, bed })) ?? '^^';
  return { identifier: { system: identifierSystems.sentPlace, value }, display };
}

/** From the registration or admission to the discharge; of a planned one, from when it is expected. */
export function encounterPeriod({
  registeredAt,
  admittedAt,
  dischargedAt,
  pendings,
  stays,
  status,
}: Pick<EncounterData, 'status' | 'registeredAt' | 'admittedAt' | 'dischargedAt'> & {
  readonly pendings: readonly Pending[];
  readonly stays: readonly Stay[];
}): OutPeriod | null {
  if (status === 'planned') {
    const expected = pendings.find(({ kind }) => kind === 'admit')?.expectedAt ?? null;
    return expected === null ? null : { start: expected };
  }
  const begun = [registeredAt, admittedAt].filter((at) => at !== null).sort()[0] ?? stays[0]?.from;
  if (begun === undefined && dischargedAt === null) return null;
  return { ...(begun === undefined ? {} : { start: begun }), ...(dischargedAt === null ? {} : { end: dischargedAt }) };
}

function mergedInto({ mergedInto: survivor }: EncounterData): OutExtension[] {
  if (survivor === undefined) return [];
  return [{ url: extensions.mergedInto, valueReference: { reference: `Encounter/${survivor}` } }];
}

function expectedEnd(pendings: readonly Pending[]): OutExtension[] {
  const expected = pendings.find(({ kind }) => kind === 'discharge')?.expectedAt ?? null;
  return expected === null ? [] : [{ url: extensions.plannedEnd, valueDateTime: expected }];
}
