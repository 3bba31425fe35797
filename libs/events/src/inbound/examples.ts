import { inboundTypes } from './inbound-types.js';

/** An event in JSON form. */
export interface ExampleEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: Readonly<Record<string, unknown>>;
}

const facility = 'NGH';
const visit = { number: 'V4711', domain: 'NGH' };
const patient = {
  ...{ id: '4711', domain: 'NGH', family: 'Doe', given: 'Jane' },
  ...{ birthDate: '1960-01-01', sex: 'female' },
};
const bay = { unit: 'ED', room: 'MAJA', bed: '06' };
const bed = { unit: '4A', room: 'A', bed: '01' };
const next = { unit: '4A', room: 'A', bed: '02' };
const of = { facility, visit };

/** What each type may say, in the course of one stay. Times of day on 13 January 2026, in UTC. */
const said: Readonly<Record<string, readonly [at: string, data: Readonly<Record<string, unknown>>]>> = {
  'movement.preadmitted': [
    '06:00',
    { ...of, patient, class: 'preadmit', to: { unit: '4A' }, expectedAt: day('14:00') },
  ],
  'movement.admission-expected': ['07:00', { ...of, patient, to: bed, expectedAt: day('12:00') }],
  'movement.registered': ['08:00', { ...of, patient, class: 'emergency', place: bay, movement: { id: 'M1' } }],
  'movement.admitted': [
    '09:30',
    { ...of, patient, class: 'inpatient', specialty: 'MED', place: bed, from: bay, movement: { id: 'M2' } },
  ],
  'movement.changed-to-inpatient': ['09:00', { ...of, class: 'inpatient', place: bay }],
  'movement.changed-to-outpatient': ['15:00', { ...of, class: 'outpatient' }],
  'movement.transfer-expected': ['10:00', { ...of, place: bed, to: next, expectedAt: day('11:00') }],
  'movement.transferred': ['11:00', { ...of, place: next, from: bed, movement: { id: 'M3' } }],
  'movement.swapped': [
    '11:30',
    {
      facility,
      visits: [
        { visit, place: bed, from: next },
        { visit: { number: 'V4712', domain: 'NGH' }, place: next, from: bed },
      ],
    },
  ],
  'movement.departed': ['12:00', { ...of, place: next, temporaryPlace: { unit: 'RECV' } }],
  'movement.arrived': ['13:00', { ...of, place: next }],
  'movement.left-on-leave': ['14:00', { ...of, place: next, expectedAt: day('20:00') }],
  'movement.returned-from-leave': ['19:30', { ...of, place: next }],
  'movement.attending-changed': ['13:30', { ...of }],
  'movement.discharge-expected': ['14:30', { ...of, expectedAt: day('17:00') }],
  'movement.discharged': ['17:10', { ...of, place: next, movement: { id: 'M4' } }],
  'movement.preadmission-cancelled': ['06:00', { ...of }],
  'movement.expected-admission-cancelled': ['07:00', { ...of }],
  'movement.admission-cancelled': ['09:30', { ...of, movement: { id: 'M2' } }],
  'movement.expected-transfer-cancelled': ['10:00', { ...of }],
  'movement.transfer-cancelled': ['11:00', { ...of, place: bed, movement: { id: 'M3' } }],
  'movement.departure-cancelled': ['12:00', { ...of }],
  'movement.arrival-cancelled': ['13:00', { ...of }],
  'movement.leave-cancelled': ['14:00', { ...of }],
  'movement.return-cancelled': ['19:30', { ...of }],
  'movement.attending-change-cancelled': ['13:30', { ...of }],
  'movement.expected-discharge-cancelled': ['14:30', { ...of }],
  'movement.discharge-cancelled': ['17:10', { ...of, place: next, movement: { id: 'M4' } }],
  'movement.corrected': ['11:05', { ...of, place: next, movement: { id: 'M3', historic: true } }],
  'movement.cancelled': ['11:05', { ...of, movement: { id: 'M3' } }],
  'visit.updated': ['10:30', { ...of, patient, specialty: 'CARD' }],
  'visit.merged': ['10:40', { ...of, patient, retiredVisit: { number: 'V4710' } }],
  'visit.moved': ['10:50', { ...of, patient, formerPatient: { id: '4709' } }],
  'visit.deleted': ['18:00', { ...of }],
  'patient.updated': ['08:10', { facility, patient }],
  'patient.merged': ['08:20', { facility, patient, retiredPatient: { id: '4708' } }],
  'patient.deleted': ['18:10', { facility, patient: { id: '4711', domain: 'NGH' } }],
  'bed.status-reported': ['17:20', { facility, place: bed, status: 'housekeeping' }],
};

/** One example of each type: valid by its schema, and taken by the service as it stands. */
export const inboundExamples: readonly ExampleEvent[] = inboundTypes.map(({ type }, i) => {
  const [at, { facility: where, ...data }] = said[type]!;
  return {
    specversion: '1.0',
    id: `e-${String(i + 1).padStart(4, '0')}`,
    source: 'NGH-ED-EVENTS',
    type,
    subject: 'place' in data && !('visit' in data) ? '4A-01' : 'visit' in data ? visit.number : '4711',
    time: day(at, '30'),
    datacontenttype: 'application/json',
    data: { facility: where, at: day(at), ...data },
  };
});

function day(time: string, seconds = '00'): string {
  return `2026-01-13T${time}:${seconds}Z`;
}
