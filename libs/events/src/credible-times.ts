import { heldInstant } from '@wardstream/kernel';
import type { DoubtedTime, MovementFact } from './movement-fact.js';

/** How long a sender's clock may be ahead of ours, minutes, where its profile says nothing else. */
export const AHEAD_MINUTES = 15;
const DAY_MS = 24 * 3_600_000;
const YEAR_MS = 366 * DAY_MS;
const FIRST_YEAR = '1900';
const MOST_YEARS = 130;

/** What times of one message are held against. */
export interface Receipt {
  /** When it was received, ISO. */
  readonly receivedAt: string;
  /** How far the sender's clock may be ahead, milliseconds. */
  readonly aheadMs: number;
}

/** When a message says that it was sent; `endMs` is where the period ends that a truncated time names. */
export interface SentTime {
  readonly iso: string;
  readonly endMs: number;
}

/** Whether an instant is a time at all: not before 1900, nor over a year ahead of `receivedAt`. */
export function isTime(iso: string, receivedAt: string): boolean {
  return iso >= FIRST_YEAR && iso.length === 24 && Date.parse(iso) <= Date.parse(receivedAt) + YEAR_MS;
}

/** Whether a date of birth (YYYY, YYYY-MM or YYYY-MM-DD) can be one: not ahead of `receivedAt`, in whatever zone, nor over 130 years before. */
export function isBirthDate(birthDate: string, receivedAt: string): boolean {
  const age = Number(receivedAt.slice(0, 4)) - Number(birthDate.slice(0, 4));
  if (age > 0 && age < MOST_YEARS) return true;
  const tomorrow = new Date(Date.parse(receivedAt) + DAY_MS).toISOString().slice(0, birthDate.length);
  const oldest = `${Number(receivedAt.slice(0, 4)) - MOST_YEARS}${receivedAt.slice(4, 10)}`.slice(0, birthDate.length);
  return birthDate <= tomorrow && birthDate >= oldest;
}

/**
 * What can be (docs/encounter-rules.md no. 19): nothing has happened, or was recorded, longer after its receipt than the sender's clock may
 * be ahead, nor more than a day after its message was sent. A function of the message and of when it was received.
 */
export class Credence {
  /** What counts where nothing that was said can be. */
  readonly instead: { readonly at: string; readonly from: 'MSH-7' | 'receipt' };
  private readonly latestMs: number;
  private readonly yearAheadMs: number;

  constructor({ receivedAt, aheadMs }: Receipt, sent: SentTime | null) {
    const receivedMs = Date.parse(receivedAt);
    const byReceipt = receivedMs + aheadMs;
    this.yearAheadMs = receivedMs + YEAR_MS;
    const credible = sent !== null && sent.iso >= FIRST_YEAR && Date.parse(sent.iso) <= byReceipt;
    this.latestMs = credible ? Math.min(byReceipt, sent.endMs + DAY_MS) : byReceipt;
    this.instead = credible ? { at: sent.iso, from: 'MSH-7' } : { at: receivedAt, from: 'receipt' };
  }

  /** `none`: no time at all, the next field counts. `ahead`: it cannot have happened yet. */
  of(iso: string): 'credible' | 'ahead' | 'none' {
    if (iso < FIRST_YEAR || iso.length !== 24) return 'none';
    const ms = Date.parse(iso);
    return ms > this.yearAheadMs ? 'none' : ms > this.latestMs ? 'ahead' : 'credible';
  }
}

export type StatedTimes = Pick<MovementFact, 'at' | 'recordedAt' | 'atFrom' | 'doubtedTimes'>;

/** A statement with the times that count, of a format whose times were read already; `fields` are what it calls them. */
export function credible<T extends StatedTimes>(
  stated: T,
  credence: Credence,
  fields: Readonly<Record<DoubtedTime['of'], string>>,
): T {
  const doubted: DoubtedTime[] = [];
  const { at: instead, from } = credence.instead;
  const { at, recordedAt } = stated;
  const wrong = (of: DoubtedTime['of'], said: string): boolean => {
    if (credence.of(said) === 'credible') return false;
    doubted.push({ of, field: fields[of], sent: said, at: heldInstant(said) });
    return true;
  };
  const [atWrong, recordedWrong] = [wrong('at', at), wrong('recordedAt', recordedAt)];
  if (doubted.length === 0) return stated;
  return {
    ...stated,
    ...(atWrong ? { at: instead, atFrom: from } : {}),
    ...(recordedWrong ? { recordedAt: instead } : {}),
    doubtedTimes: [...(stated.doubtedTimes ?? []), ...doubted],
  };
}
