import { z } from 'zod';
import type { FactKind } from '../movement-fact.js';
import {
  bedPlace,
  bedStatus,
  cancelledMovement,
  correctedMovement,
  facilityName,
  insertedMovement,
  knownPatient,
  moment,
  patientIdentifier,
  visitFields,
  visitIdentifier,
} from './fields.js';

/** What the data of an event is about, and so how it is read. */
export type InboundShape =
  | 'visit'
  | 'cancel'
  | 'correction'
  | 'revocation'
  | 'swap'
  | 'visit-merge'
  | 'visit-move'
  | 'deletion'
  | 'person'
  | 'merge'
  | 'bed';

/** One type of event that a department may publish. */
export interface InboundType {
  /** The `type` attribute. */
  readonly type: string;
  readonly shape: InboundShape;
  readonly kind: FactKind | 'bed-status';
  /** The HL7 v2 trigger that says the same. */
  readonly trigger: string;
  readonly summary: string;
  /** Whether it says nothing without a place, unless it corrects a movement. */
  readonly needsPlace: boolean;
}

const head = { facility: facilityName };
const at = (description: string) => ({ at: moment.describe(description) });
const happened = at('When it happened, with its offset');

const oneOfTheTwo = 'must name a visit, or a patient by id';
const someone = {
  anyOf: [
    { required: ['visit'], properties: { visit: { type: 'object' } } },
    {
      required: ['patient'],
      properties: { patient: { type: 'object', required: ['id'], properties: { id: { type: 'string' } } } },
    },
  ],
};

interface Someone {
  readonly visit?: object | null | undefined;
  readonly patient?: { readonly id?: string | null | undefined } | null | undefined;
}
function names({ visit, patient }: Someone): boolean {
  return (visit ?? patient?.id ?? null) !== null;
}

const visitData = z
  .object({ ...head, ...happened, ...visitFields, movement: insertedMovement.nullish() })
  .refine(names, { message: oneOfTheTwo })
  .meta(someone);

const cancelData = z
  .object({
    ...head,
    ...at('When the movement that is cancelled happened, if you know it; else when it was cancelled'),
    ...visitFields,
    movement: cancelledMovement.nullish(),
  })
  .refine(names, { message: oneOfTheTwo })
  .meta(someone);

const correctionData = z
  .object({ ...head, ...happened, ...visitFields, movement: correctedMovement })
  .refine(names, { message: oneOfTheTwo })
  .meta(someone);

const revocationData = z
  .object({ ...head, ...happened, ...visitFields, movement: cancelledMovement })
  .refine(names, { message: oneOfTheTwo })
  .meta(someone);

const swapped = z
  .object({ ...visitFields, movement: insertedMovement.nullish() })
  .refine(names, { message: oneOfTheTwo })
  .meta({ ...someone, description: 'One of the two, and where the patient is now' });
const swapData = z.object({
  ...head,
  ...happened,
  visits: z.array(swapped).length(2).describe('The two visits, each with its new place'),
});

const ofVisit = { visit: visitIdentifier, patient: visitFields.patient };
const recorded = at('When it was decided or recorded');

/** How the data of each shape is checked. Fields that are not named here are let pass and not kept apart. */
export const shapes = {
  visit: visitData,
  cancel: cancelData,
  correction: correctionData,
  revocation: revocationData,
  swap: swapData,
  'visit-merge': z.object({
    ...head,
    ...recorded,
    ...ofVisit,
    retiredVisit: visitIdentifier.describe(
      'The visit that is no more; what was and will be said of it is said of `visit`',
    ),
  }),
  'visit-move': z.object({
    ...head,
    ...recorded,
    visit: visitIdentifier,
    patient: knownPatient.describe('Whose visit it is from now on'),
    formerPatient: patientIdentifier.nullish().describe('Whose visit it was'),
  }),
  deletion: z.object({ ...head, ...recorded, ...ofVisit }),
  person: z.object({ ...head, ...recorded, patient: knownPatient, deletes: visitFields.deletes }),
  merge: z.object({
    ...head,
    ...recorded,
    patient: knownPatient,
    retiredPatient: patientIdentifier.describe('The identifier that is no more; what goes by it is that of `patient`'),
  }),
  bed: z.object({ ...head, ...at('Since when the bed has this status'), place: bedPlace, status: bedStatus }),
} as const satisfies Record<InboundShape, z.ZodType>;

const is =
  (shape: InboundShape, needsPlace = false) =>
  (type: string, kind: InboundType['kind'], trigger: string, summary: string): InboundType => ({
    ...{ type, shape, kind, trigger, summary, needsPlace },
  });
const movement = is('visit');
const placing = is('visit', true);
const cancel = is('cancel');

/** Every type of event that departments may publish, in the order of a stay. */
export const inboundTypes: readonly InboundType[] = [
  movement('movement.preadmitted', 'preadmit', 'A05', 'A patient was preadmitted.'),
  movement('movement.admission-expected', 'pending-admit', 'A14', 'An admission was announced; `to` is held for it.'),
  movement('movement.registered', 'register', 'A04', 'An outpatient or emergency patient was registered.'),
  movement('movement.admitted', 'admit', 'A01', 'A patient was admitted.'),
  movement(
    'movement.changed-to-inpatient',
    'to-inpatient',
    'A06',
    'An outpatient or emergency patient became inpatient.',
  ),
  movement('movement.changed-to-outpatient', 'to-outpatient', 'A07', 'An inpatient became outpatient.'),
  movement('movement.transfer-expected', 'pending-transfer', 'A15', 'A transfer was announced; `to` is held for it.'),
  placing('movement.transferred', 'transfer', 'A02', 'A patient moved to another place.'),
  is('swap', true)('movement.swapped', 'swap', 'A17', 'Two patients changed places.'),
  movement(
    'movement.departed',
    'depart',
    'A09',
    'A patient left the bed for a while, e.g. for a procedure; the bed is kept.',
  ),
  movement('movement.arrived', 'arrive', 'A10', 'A patient who had departed has arrived.'),
  movement('movement.left-on-leave', 'leave', 'A21', 'A patient went on leave; the bed is kept.'),
  movement('movement.returned-from-leave', 'return', 'A22', 'A patient came back from leave.'),
  movement('movement.attending-changed', 'attending', 'A54', 'Another doctor attends the patient.'),
  movement('movement.discharge-expected', 'pending-discharge', 'A16', 'A discharge was announced.'),
  movement('movement.discharged', 'discharge', 'A03', 'A patient left the facility.'),
  cancel('movement.preadmission-cancelled', 'cancel-preadmit', 'A38', 'The preadmission does not hold.'),
  cancel(
    'movement.expected-admission-cancelled',
    'cancel-pending-admit',
    'A27',
    'The announced admission will not be.',
  ),
  cancel('movement.admission-cancelled', 'cancel-admit', 'A11', 'The admission or registration did not happen.'),
  cancel(
    'movement.expected-transfer-cancelled',
    'cancel-pending-transfer',
    'A26',
    'The announced transfer will not be.',
  ),
  cancel('movement.transfer-cancelled', 'cancel-transfer', 'A12', 'The transfer did not happen.'),
  cancel('movement.departure-cancelled', 'cancel-depart', 'A33', 'The patient had not departed.'),
  cancel('movement.arrival-cancelled', 'cancel-arrive', 'A32', 'The patient had not arrived.'),
  cancel('movement.leave-cancelled', 'cancel-leave', 'A52', 'The patient did not go on leave.'),
  cancel('movement.return-cancelled', 'cancel-return', 'A53', 'The patient has not come back from leave.'),
  cancel('movement.attending-change-cancelled', 'cancel-attending', 'A55', 'The doctor did not change.'),
  cancel(
    'movement.expected-discharge-cancelled',
    'cancel-pending-discharge',
    'A25',
    'The announced discharge will not be.',
  ),
  cancel('movement.discharge-cancelled', 'cancel-discharge', 'A13', 'The patient did not leave.'),
  is('correction')(
    'movement.corrected',
    'correct',
    'Z99',
    'A movement was other than said before, by your number of it.',
  ),
  is('revocation')('movement.cancelled', 'correct', 'Z99', 'A movement did not happen, by your number of it.'),
  movement('visit.updated', 'update', 'A08', 'What is known of a visit; it moves nobody.'),
  is('visit-merge')('visit.merged', 'merge-visit', 'A42', 'Two visits are one.'),
  is('visit-move')('visit.moved', 'move-visit', 'A45', 'A visit is that of another patient.'),
  is('deletion')('visit.deleted', 'delete', 'A23', 'All that was recorded of a visit until now was a mistake.'),
  is('person')('patient.updated', 'person', 'A31', 'Who a patient is.'),
  is('merge')('patient.merged', 'merge-patient', 'A40', 'Two patient identifiers are of one patient.'),
  is('person')(
    'patient.deleted',
    'delete-person',
    'A29',
    'All that was recorded of a patient until now was a mistake.',
  ),
  is('bed')('bed.status-reported', 'bed-status', 'A20', 'What the status of a bed is.'),
];
