import type { HousekeepingItem } from '@wardstream/api-contract';
import type { Action, Done } from '../actions/action.js';
import { api, Problem } from '../commands/api.js';
import { t } from '../texts/parts/housekeeping.js';
import type { JobStep } from './job-list.js';

/** Where the steps of cleaning are sent, and by whom they are taken. */
export interface AtWork {
  readonly facility: string;
  readonly me: string;
  readonly clock: (ms: number) => string;
  readonly reload: () => void;
  /** What this person is cleaning now: a second bed is begun when that is done or paused. */
  readonly running: HousekeepingItem | null;
}

type Step = 'request' | 'claim' | 'start' | 'pause' | 'resume' | 'complete' | 'cancel';

/** Takes a step of cleaning a bed. Where somebody else was first, the refusal says who and when. */
async function take(
  at: AtWork,
  bed: string,
  step: Step,
  body: Readonly<Record<string, string>>,
  text: string,
): Promise<Done> {
  const path = `/api/v1/facilities/${encodeURIComponent(at.facility)}/beds/${encodeURIComponent(bed)}/cleaning/${step}`;
  try {
    await api(path, { method: 'POST', body });
    return { text };
  } catch (error) {
    if (error instanceof Problem) throw withFirst(error, at);
    throw error;
  } finally {
    // What is shown follows what the service says, whatever it was.
    at.reload();
  }
}

function withFirst(problem: Problem, { clock }: AtWork): Problem {
  const first = problem.details['first'] as { by?: unknown; at?: unknown } | undefined;
  if (typeof first?.by !== 'string' || typeof first.at !== 'string') return problem;
  const text = t('housekeeping.firstWas', { name: first.by, at: clock(Date.parse(first.at)), why: problem.message });
  return new Problem(problem.status, problem.code, text, problem.errors, problem.details);
}

/** The action of a step; `problem` is none, it opens the choice of what it is. */
export function jobAction(at: AtWork, { job }: HousekeepingItem, step: Exclude<JobStep, 'problem'>): Action {
  const bed = job.bedId;
  const said = {
    claim: t('housekeeping.claimed', { bed }),
    start: t('housekeeping.started', { bed }),
    resume: t('housekeeping.resumed', { bed }),
    complete: t('housekeeping.completed', { bed }),
  }[step];
  const other = at.running?.job.bedId ?? null;
  const begins = step === 'start' || step === 'resume';
  return {
    id: `clean.${step}.${bed}`,
    group: 'here',
    label: t(`housekeeping.${step}`),
    does: said,
    permission: 'bed.clean',
    refusal: begins && other !== null && other !== bed ? t('housekeeping.openFirst', { bed: other }) : null,
    perform: () => take(at, bed, step, step === 'complete' ? {} : { claimedBy: at.me }, said),
  };
}

/** What may keep a crew from a bed: a pause of a clean that was begun, and that somebody is in the bed. */
export function problemActions(at: AtWork, { job }: HousekeepingItem): Action[] {
  const bed = job.bedId;
  const isRunning = job.status === 'started' && job.pausedAt === undefined;
  const pauses = (['calledAway', 'noLinen', 'repair'] as const).map((why): Action => {
    const reason = t(`housekeeping.${why}`);
    return {
      id: `clean.pause.${why}.${bed}`,
      group: 'here',
      label: reason,
      permission: 'bed.clean',
      perform: () => take(at, bed, 'pause', { reason }, t('housekeeping.paused', { bed })),
    };
  });
  const found: Action = {
    id: `clean.found.${bed}`,
    group: 'here',
    label: t('housekeeping.patientInBed'),
    permission: 'bed.clean',
    perform: () => take(at, bed, 'cancel', { reason: 'patient-in-bed' }, t('housekeeping.found', { bed })),
  };
  return [...(isRunning ? pauses : []), found];
}

/** Puts a bed that was found dirty on the list. */
export function reportAction(at: AtWork, bed: string): Action {
  return {
    id: 'clean.report',
    group: 'here',
    label: t('housekeeping.report'),
    permission: 'bed.clean',
    refusal: bed === '' ? t('housekeeping.chooseBed') : null,
    perform: () => take(at, bed, 'request', {}, t('housekeeping.reported', { bed })),
  };
}
