import type { ResolvedCancels } from './cancels.js';
import { type Discharges, settleDischarges } from './discharges.js';
import { compareRecorded, PLACEMENT_RANK, rankOf } from './event-order.js';
import { type Cancel, compare, type Movement, type Update } from './movements.js';
import { isPlan } from './pendings.js';

/** One step of a visit's history: when it acts, and what acts. */
export type Step = { readonly at: string; readonly rank: number } & (
  | { readonly type: 'movement'; readonly movement: Movement }
  /** A movement that a cancel or a better statement undid. `restores`: undone alone, so that the patient stayed where it began. */
  | { readonly type: 'undone'; readonly movement: Movement; readonly restores: Cancel | null }
  /** A plan that was made and taken back later; and when. */
  | { readonly type: 'planned'; readonly movement: Movement }
  | { readonly type: 'withdrawn'; readonly movement: Movement; readonly cancel: Cancel }
  /** The place an A12 or A13 of nothing known says; believed (rules 4, 5, 8). */
  | { readonly type: 'believed'; readonly cancel: Cancel }
  /** An A13 whose place may be another one: the bed was left at the cancelled discharge, the patient is back at the cancel. */
  | { readonly type: 'left' | 'back'; readonly cancel: Cancel }
  /** An update that its sender's profile lets move the patient, or change the class (rule 11). */
  | { readonly type: 'updated'; readonly update: Update }
);

export interface WalkInput {
  readonly movements: readonly Movement[];
  readonly cancels: readonly Cancel[];
  /** Those that change something, and still stand. */
  readonly updates: readonly Update[];
  readonly resolved: ResolvedCancels;
  /** Movements of a merged visit that do not say where the patient is. */
  readonly aside: ReadonlySet<string>;
}

/** The steps of a visit by event time. */
export function stepsOf({ movements, cancels, updates, resolved, aside }: WalkInput): {
  steps: Step[];
  discharges: Discharges;
} {
  const discharges = settleDischarges(movements.filter((m) => !resolved.cancelled.has(m.id) && !aside.has(m.id)));
  const steps = movements.flatMap((movement): Step[] => {
    const at = discharges.actsAt.get(movement.id) ?? movement.at;
    const rank = rankOf(movement.kind);
    const cancel = resolved.cancelled.get(movement.id) ?? null;
    if (cancel === null && !discharges.superseded.has(movement.id) && !aside.has(movement.id))
      return [{ type: 'movement', movement, at, rank }];
    const alone = cancel !== null && resolved.named.get(cancel.id) === movement && !resolved.voided.has(cancel.id);
    const until = alone && isPlan(movement.kind) ? ownTime(cancel, movement) : at;
    if (alone && until > at)
      return [
        { type: 'planned', movement, at, rank },
        { type: 'withdrawn', movement, cancel, at: until, rank },
      ];
    return [{ type: 'undone', movement, restores: alone ? cancel : null, at, rank }];
  });
  for (const cancel of cancels) {
    if (cancel.place !== null && !resolved.voided.has(cancel.id)) steps.push(...placements(cancel, resolved));
  }
  // What moves the patient at the same time comes first: that an update says otherwise is then a conflict.
  for (const update of updates) steps.push({ type: 'updated', update, at: update.at, rank: PLACEMENT_RANK + 1 });
  steps.sort((a, b) => compare(a.at, b.at) || a.rank - b.rank || compareRecorded(statementOf(a), statementOf(b)));
  return { steps, discharges };
}

function placements(cancel: Cancel, { named, cancelled }: ResolvedCancels): Step[] {
  const movement = named.get(cancel.id);
  if (movement === undefined) {
    const says = cancel.kind === 'cancel-transfer' || cancel.kind === 'cancel-discharge';
    return says ? [{ type: 'believed', cancel, at: cancel.at, rank: PLACEMENT_RANK }] : [];
  }
  if (cancel.kind !== 'cancel-discharge' || cancelled.get(movement.id) !== cancel) return [];
  const own = ownTime(cancel, movement);
  const end = rankOf('discharge');
  return [
    { type: 'left', cancel, at: movement.at, rank: end },
    own > movement.at
      ? { type: 'back', cancel, at: own, rank: PLACEMENT_RANK }
      : { type: 'back', cancel, at: movement.at, rank: end + 1 },
  ];
}

/** When it was cancelled. Where the cancel's event time is that of the movement it names, its own time is when it was recorded. */
function ownTime(cancel: Cancel, movement: Movement): string {
  return cancel.at === movement.at ? cancel.recordedAt : cancel.at;
}

function statementOf(step: Step): Movement | Cancel | Update {
  if (step.type === 'updated') return step.update;
  return 'cancel' in step ? step.cancel : step.movement;
}
