import type { Me } from '@wardstream/api-contract';
import type { Isolation } from '@wardstream/events';
import type { Action, Done } from '../actions/action.js';
import { Problem } from '../commands/problem.js';
import { t } from '../texts/parts/ward.js';
import { acts, newKey } from './acts.js';
import type { WardPatient } from './ward-list.js';
import { sourceOf } from './ward-list.js';
import { isOwn, type WardUnit } from './ward-picture.js';

/** Where acts are done: by whom, in which unit, at what time of the facility. */
export interface OnWard {
  readonly me: Me;
  readonly facility: string;
  readonly unit: WardUnit;
  /** Null before the facility's time is known. */
  readonly now: () => number | null;
  /** A time as it is said, near the present one. */
  readonly near: (iso: string) => string;
}

/** What a bed is asked for with. */
export interface Wanted {
  readonly toUnit: WardUnit | null;
  readonly priority: 'routine' | 'urgent' | 'stat';
  readonly isolation: Isolation;
}

interface Step {
  readonly id: string;
  readonly label: string;
  readonly said: string;
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** What takes it back, of what the service answered; left out where that would take back more than this. */
  readonly undo?: (answer: unknown) => Omit<Step, 'id' | 'label'>;
  readonly permission?: 'request.make' | 'discharge.plan';
}

/** What the patient is called in a list of acts: by their bed, never by who they are. */
export const calledBy = ({ bedId }: WardPatient): string => bedId ?? t('ward.thePatient');

export function askForBed(at: OnWard, patient: WardPatient, wanted: Wanted): Action {
  const { toUnit, priority, isolation } = wanted;
  const needs = {
    levelOfCare: toUnit?.levelOfCare ?? 'ward',
    isolation,
    telemetry: patient.needs.includes('telemetry'),
    equipment: patient.needs.filter((need) => !isolations.has(need) && need !== 'telemetry'),
  };
  return action(at, patient, {
    id: 'ask',
    label: t('ward.ask'),
    permission: 'request.make',
    said: t('ward.saidAsked', { bed: calledBy(patient), unit: toUnit?.name ?? t('ward.anyUnit') }),
    path: 'bed-requests',
    body: {
      encounterId: patient.encounterId,
      source: sourceOf(at.unit.levelOfCare),
      toUnit: toUnit?.id ?? null,
      priority,
      needs,
    },
    undo: (answer) => takenBack(patient, (answer as { id: string }).id),
  });
}

const isolations: ReadonlySet<string> = new Set<Isolation>(['contact', 'droplet', 'airborne', 'protective']);

/** The isolation that the patient has now. */
export const isolationOf = ({ needs }: WardPatient): Isolation =>
  needs.find((need): need is 'contact' | 'droplet' | 'airborne' | 'protective' => isolations.has(need)) ?? 'none';

function takenBack(patient: WardPatient, request: string): Omit<Step, 'id' | 'label'> {
  return {
    said: t('ward.saidRequestBack', { bed: calledBy(patient) }),
    path: `bed-requests/${encodeURIComponent(request)}/cancel`,
    permission: 'request.make',
  };
}

export const takeBackRequest = (at: OnWard, patient: WardPatient, request: string): Action =>
  action(at, patient, { id: `back.${request}`, label: t('ward.takeBackRequest'), ...takenBack(patient, request) });

/** Ready to move now, or from `readyAt` on (milliseconds). */
export function readyToMove(at: OnWard, patient: WardPatient, request: string, readyAt: number | null): Action {
  const iso = readyAt === null ? null : new Date(readyAt).toISOString();
  const bed = calledBy(patient);
  return action(at, patient, {
    id: `ready.${request}.${readyAt ?? 'now'}`,
    label: iso === null ? t('ward.readyNow') : at.near(iso),
    permission: 'request.make',
    said: iso === null ? t('ward.saidReady', { bed }) : t('ward.saidReadyAt', { bed, at: at.near(iso) }),
    path: `bed-requests/${encodeURIComponent(request)}/ready-to-move`,
    ...(iso === null ? {} : { body: { readyAt: iso } }),
  });
}

const planPath = ({ encounterId }: WardPatient, step: 'pending' | 'confirm' | 'cancel'): string =>
  `discharge-plans/${encodeURIComponent(encounterId)}/${step}`;

/** The step that says something more of a plan and leaves it where it stands. */
const sameStep = ({ plan }: WardPatient) => (plan?.status === 'confirmed' ? 'confirm' : 'pending');

function planBack(patient: WardPatient): Omit<Step, 'id' | 'label'> {
  return { said: t('ward.saidPlanBack', { bed: calledBy(patient) }), path: planPath(patient, 'cancel') };
}

export const takeBackPlan = (at: OnWard, patient: WardPatient): Action =>
  action(at, patient, { id: 'plan.cancel', label: t('ward.takeBackPlan'), ...planBack(patient) });

export function makePending(at: OnWard, patient: WardPatient): Action {
  const said = t('ward.saidPending', { bed: calledBy(patient) });
  const label = t('ward.makePending');
  const step = { id: 'plan.pending', label, said, path: planPath(patient, 'pending') };
  return action(at, patient, { ...step, undo: () => planBack(patient) });
}

export function confirm(at: OnWard, patient: WardPatient): Action {
  const said = t('ward.saidConfirmed', { bed: calledBy(patient) });
  const step = { id: 'plan.confirm', label: t('ward.confirm'), said, path: planPath(patient, 'confirm') };
  // Taken back, a discharge that was pending before would not be pending either.
  return action(at, patient, patient.plan === null ? { ...step, undo: () => planBack(patient) } : step);
}

export function expect(at: OnWard, patient: WardPatient, expectedAt: number): Action {
  const iso = new Date(expectedAt).toISOString();
  const label = at.near(iso);
  return action(at, patient, {
    ...{ id: `plan.expect.${expectedAt}`, label, body: { expectedAt: iso } },
    said: t('ward.saidExpected', { bed: calledBy(patient), at: label }),
    path: planPath(patient, sameStep(patient)),
  });
}

export const barriers = ['medicines', 'transport', 'letter', 'doctor', 'family', 'therapy', 'homeCare'] as const;

/** What the discharge waits for, in the ward's own word; null: nothing more. */
export function waitsFor(at: OnWard, patient: WardPatient, barrier: (typeof barriers)[number] | null): Action {
  const what = barrier === null ? null : t(`ward.${barrier}`);
  const bed = calledBy(patient);
  return action(at, patient, {
    ...{ id: `plan.waits.${barrier ?? 'none'}`, label: what ?? t('ward.nothing'), body: { waitingFor: what } },
    said: what === null ? t('ward.saidWaitsNot', { bed }) : t('ward.saidWaits', { bed, what }),
    path: planPath(patient, sameStep(patient)),
  });
}

function action(at: OnWard, patient: WardPatient, step: Step): Action {
  const { permission = 'discharge.plan' } = step;
  return {
    id: `ward.${patient.encounterId}.${step.id}`,
    group: 'here',
    label: step.label,
    does: step.said,
    permission,
    refusal: isOwn(at.me, at.facility, at.unit.id, permission) ? null : t('ward.notYourUnit'),
    perform: () => perform(at, patient, step),
  };
}

async function perform(at: OnWard, patient: WardPatient, step: Omit<Step, 'id' | 'label'>): Promise<Done> {
  const now = at.now();
  if (now === null) throw new Problem(0, 'no-time', t('ward.noTime'));
  const { encounterId, bedId } = patient;
  const { path, body = {}, said: text, undo } = step;
  const of = { subject: at.me.subject, facility: at.facility, encounterId, bedId };
  try {
    const sent = await acts.perform({ ...of, key: newKey(), path, body, text, at: new Date(now).toISOString() });
    if (sent.was === 'kept') return { text: t('ward.kept', { what: text }) };
    if (undo === undefined) return { text };
    return { text, undo: async () => (await perform(at, patient, undo(sent.body))).text };
  } catch (error) {
    if (error instanceof Problem && error.code === 'not-kept') throw new Problem(0, error.code, t('ward.notKept'));
    throw error;
  }
}
