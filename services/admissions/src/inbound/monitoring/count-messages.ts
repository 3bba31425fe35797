import { delayBounds, NO_FACILITY, type SenderHour } from '@wardstream/events';
import type { Verdict } from '../interpretation/verdict.js';

/** A message of one batch, once it is known whether it was new. */
export interface CountedMessage {
  readonly receivedAt: string;
  readonly verdict: Pick<
    Verdict,
    'facility' | 'application' | 'senderFacility' | 'disposition' | 'facts' | 'bedStatuses' | 'processingId'
  >;
  /** It came before, byte for byte. */
  readonly repeat: boolean;
  /** Its control id was used for another message. */
  readonly reused: boolean;
}

/** The numbers of an hour, in the order in which they are kept. */
export const countNames = [
  'received',
  'processed',
  'unplaced',
  'notActedOn',
  'quarantined',
  'refused',
  'repeats',
  'controlIdsReused',
  'timed',
  'recordedAhead',
  'eventInFuture',
  'eventLongPast',
] as const satisfies readonly (keyof SenderHour)[];
export type CountName = (typeof countNames)[number];
export type Counts = Readonly<Record<CountName, number>>;

/** What is to be added to the counts of one sender in one hour. */
export interface SenderCount extends Counts {
  readonly facility: string;
  readonly sender: string;
  /** What the first of the messages calls its facility. */
  readonly senderFacility: string;
  /** Begin of the hour. */
  readonly at: string;
  readonly firstAt: string;
  readonly lastAt: string;
  /** New messages for training or debugging, by their MSH-11. */
  readonly notProduction: number;
  /** Messages in each class of `delayBounds`. */
  readonly delays: readonly number[];
}

const DAY_MS = 24 * 3_600_000;
/** How far a sender's clock may be ahead of ours before it counts as ahead. */
const AHEAD_MS = 60_000;
const LONG_PAST_MS = 365 * DAY_MS;

const columnOf = {
  processed: 'processed',
  unplaced: 'unplaced',
  'not-acted-on': 'notActedOn',
  quarantined: 'quarantined',
  refused: 'refused',
} as const satisfies Record<Verdict['disposition'], CountName>;

/** What the messages of a batch add to the counts; one for each sender and hour in it, whatever format they came in. */
export function countMessages(messages: readonly CountedMessage[]): SenderCount[] {
  const counts = new Map<string, Writable<SenderCount>>();
  for (const { receivedAt, verdict, repeat, reused } of messages) {
    const facility = verdict.facility ?? NO_FACILITY;
    // An instant's first thirteen characters are its hour.
    const hour = receivedAt.slice(0, 13);
    const key = `${hour} ${facility} ${verdict.application}`;
    let count = counts.get(key);
    if (count === undefined) {
      count = nothing(facility, verdict, `${hour}:00:00.000Z`, receivedAt);
      counts.set(key, count);
    }
    if (receivedAt > count.lastAt) count.lastAt = receivedAt;
    if (repeat) {
      count.repeats += 1;
      continue;
    }
    count.received += 1;
    count[columnOf[verdict.disposition]] += 1;
    if (verdict.processingId === 'T' || verdict.processingId === 'D') count.notProduction += 1;
    if (reused) count.controlIdsReused += 1;
    const published = verdict.facts[0] ?? verdict.bedStatuses[0];
    if (published === undefined) continue;
    const receivedMs = Date.parse(receivedAt);
    const recordedMs = Date.parse(published.recordedAt);
    const atMs = published.at === published.recordedAt ? recordedMs : Date.parse(published.at);
    count.timed += 1;
    count.delays[delayClass((receivedMs - recordedMs) / 1000)]! += 1;
    if (recordedMs > receivedMs + AHEAD_MS) count.recordedAhead += 1;
    if (atMs > receivedMs + AHEAD_MS) count.eventInFuture += 1;
    if (atMs < receivedMs - LONG_PAST_MS) count.eventLongPast += 1;
  }
  return [...counts.values()];
}

/** The class of `delayBounds` a delay falls into: the first whose bound is not below it. */
export function delayClass(seconds: number): number {
  const found = delayBounds.findIndex((bound) => seconds <= bound);
  return found < 0 ? delayBounds.length : found;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

function nothing(
  facility: string,
  { application: sender, senderFacility }: Pick<Verdict, 'application' | 'senderFacility'>,
  at: string,
  firstAt: string,
): Writable<SenderCount> {
  return {
    senderFacility,
    ...{ facility, sender, at, firstAt, lastAt: firstAt },
    ...{ received: 0, processed: 0, unplaced: 0, notActedOn: 0, quarantined: 0, refused: 0 },
    ...{ repeats: 0, controlIdsReused: 0, timed: 0, recordedAhead: 0, eventInFuture: 0, eventLongPast: 0 },
    notProduction: 0,
    delays: new Array<number>(delayBounds.length + 1).fill(0),
  };
}
