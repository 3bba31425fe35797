import { backAt, ownTime, type ResolvedCancels, saysWhere } from './cancels.js';
import { compareTimed, PLACEMENT_RANK, rankOf, type Timed } from './event-order.js';
import type { Departure } from './houses.js';
import type { Cancel, Movement, Update } from './visit-history.js';
import { isPlan } from './pendings.js';
import { type Retimed, settleTimes } from './settle-times.js';

/** One step of a visit's history: when it acts, and what acts. */
export type Step = Timed &
  (
    | { readonly type: 'movement'; readonly movement: Movement }
    /** A movement that a cancel or a better statement undid. `restores`: undone alone, so that the patient stayed where it began. */
    | { readonly type: 'undone'; readonly movement: Movement; readonly restores: Cancel | null }
    /** A plan that was made and taken back later; and when. */
    | { readonly type: 'planned'; readonly movement: Movement }
    | { readonly type: 'withdrawn'; readonly movement: Movement; readonly cancel: Cancel }
    /** What an A12 or A13 of nothing known says; believed (rules 4, 5, 8, 16). */
    | { readonly type: 'believed'; readonly cancel: Cancel; readonly isKnown: boolean }
    /** An A13 that says where the patient is, whose discharge is known. */
    | { readonly type: 'back'; readonly cancel: Cancel; readonly movement: Movement }
    /** An update that its sender's profile lets move the patient, or change the class (rule 11). */
    | { readonly type: 'updated'; readonly update: Update }
    /** Another house says that the patient came there from here. */
    | { readonly type: 'went'; readonly departure: Departure }
  );

type Believed = Step & { readonly type: 'believed' | 'back' };

export interface TimelineInput {
  readonly movements: readonly Movement[];
  readonly cancels: readonly Cancel[];
  /** Those that change something, and still stand. */
  readonly updates: readonly Update[];
  readonly resolved: ResolvedCancels;
  /** Movements of a merged visit that do not say where the patient is. */
  readonly aside: ReadonlySet<string>;
  readonly departures?: readonly Departure[];
}

/** The steps of a visit by event time. */
export function stepsOf({ movements, cancels, updates, resolved, aside, departures = [] }: TimelineInput): {
  steps: Step[];
  retimed: Retimed;
} {
  // Of who left for another house nothing is known anyway: a cancel here says that they are here.
  const known = departures.length > 0 ? { ...resolved, knownAnyway: new Set<string>() } : resolved;
  const believed = cancels.flatMap((cancel) => (resolved.voided.has(cancel.id) ? [] : placements(cancel, known)));
  const updated = updates.map((update) => ({ ...timed(update, update.at, PLACEMENT_RANK), update }));
  const told = [
    ...believed.flatMap((b) => (b.type === 'back' || !b.isKnown ? [{ ...b, deletes: b.cancel.deletes }] : [])),
    ...updated.flatMap((u) => (u.update.changes.includes('place') ? [{ ...u, deletes: u.update.deletes }] : [])),
  ];
  const happened = movements.filter((m) => !resolved.cancelled.has(m.id) && !aside.has(m.id));
  const retimed = settleTimes(happened, told);
  const steps = movements.flatMap((movement): Step[] => {
    const acts = timed(movement, retimed.actsAt.get(movement.id) ?? movement.at, rankOf(movement.kind));
    const cancel = resolved.cancelled.get(movement.id) ?? null;
    if (cancel === null && !retimed.superseded.has(movement.id) && !aside.has(movement.id))
      return [{ ...acts, type: 'movement', movement }];
    const alone = cancel !== null && resolved.named.get(cancel.id) === movement && !resolved.voided.has(cancel.id);
    const until = alone && isPlan(movement.kind) ? ownTime(cancel, movement) : acts.at;
    if (alone && until > acts.at)
      return [
        { ...acts, type: 'planned', movement },
        { ...timed(cancel, until, acts.rank), type: 'withdrawn', movement, cancel },
      ];
    return [{ ...acts, type: 'undone', movement, restores: alone ? cancel : null }];
  });
  steps.push(...believed);
  for (const acts of updated) steps.push({ ...acts, type: 'updated' });
  for (const departure of departures)
    steps.push({ ...timed(departure, departure.at, rankOf('discharge')), type: 'went', departure });
  steps.sort(compareTimed);
  return { steps, retimed };
}

function placements(cancel: Cancel, { named, cancelled, knownAnyway }: ResolvedCancels): Believed[] {
  const movement = named.get(cancel.id);
  const isKnown = knownAnyway.has(cancel.id);
  if (movement === undefined) {
    const acts = timed(cancel, cancel.at, PLACEMENT_RANK);
    return saysWhere(cancel) ? [{ ...acts, type: 'believed', cancel, isKnown }] : [];
  }
  const returns = cancel.kind === 'cancel-discharge' && cancelled.get(movement.id) === cancel;
  if (!returns || cancel.place === null || isKnown) return [];
  return [{ ...timed(cancel, backAt(cancel, movement), PLACEMENT_RANK), type: 'back', cancel, movement }];
}

function timed(
  { id, recordedAt, sentAt, receivedAt, place }: Movement | Cancel | Update | Departure,
  at: string,
  rank: number,
): Timed {
  return { id, at, recordedAt, sentAt, receivedAt, place, rank };
}
