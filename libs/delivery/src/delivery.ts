/** What is to be sent to one destination. */
export interface NewDelivery {
  /**
   * The same for the same message to the same destination, however often it is asked for: it is queued once. A receiver may know
   * it too, to recognise a repeat.
   */
  readonly id: string;
  readonly destination: string;
  /** What kind of message it is, e.g. its trigger. */
  readonly kind: string;
  readonly facility: string | null;
  /** Opaque id of what it tells of; nothing of a person. */
  readonly about: string;
  readonly content: Buffer;
  /** What else is needed to send it. JSON. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** The next message of a destination. */
export interface DueDelivery {
  readonly position: string;
  readonly id: string;
  readonly kind: string;
  readonly facility: string | null;
  readonly about: string;
  readonly content: Buffer;
  readonly details: Readonly<Record<string, unknown>>;
  /** Attempts that failed. */
  readonly attempts: number;
  /** Attempts that the receiver answered with a refusal. */
  readonly refusals: number;
  /** Milliseconds of real time until it may be tried; 0 or less if now. */
  readonly dueInMs: number;
  /** Since it was queued, milliseconds. */
  readonly ageMs: number;
}

/** `pending` waits its turn; `rejected` was refused by its receiver and waits for a person; the others are done. */
export type DeliveryState = 'pending' | 'delivered' | 'rejected' | 'skipped';

/** What a person sees of a delivery; never its content. */
export interface DeliveryView {
  readonly id: string;
  readonly position: string;
  readonly destination: string;
  readonly kind: string;
  readonly facility: string | null;
  readonly about: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly refusals: number;
  readonly createdAt: Date;
  readonly nextAttemptAt: Date | null;
  readonly lastAttemptAt: Date | null;
  readonly lastCause: string | null;
  readonly settledAt: Date | null;
  readonly settledBy: string | null;
  readonly reason: string | null;
}

/** How a destination stands. */
export interface DestinationStanding {
  readonly destination: string;
  readonly pending: number;
  readonly rejected: number;
  /** When the oldest pending one was queued. */
  readonly oldestAt: Date | null;
  /** Since then; 0 if nothing is pending. */
  readonly ageSeconds: number;
  /** How often the first one was tried, and what became of the last attempt. */
  readonly headAttempts: number;
  readonly headCause: string | null;
  readonly lastDeliveredAt: Date | null;
  readonly pausedAt: Date | null;
  readonly pausedBy: string | null;
  readonly pauseReason: string | null;
}

/** What came of one attempt. Causes are words without personal data. */
export type AttemptOutcome =
  | { readonly kind: 'delivered'; readonly note?: string }
  /** No answer that counts: it is sent again, for ever or until it is given up; not before `notBeforeMs`. */
  | { readonly kind: 'failed'; readonly cause: string; readonly notBeforeMs?: number; readonly giveUpAfterMs?: number }
  /** The receiver refused it: sent again until it was refused `most` times, then set aside, and the next one is sent. */
  | { readonly kind: 'refused'; readonly cause: string; readonly most: number; readonly notBeforeMs?: number };

/** How an attempt is to be written down. */
export type Settlement =
  | { readonly state: 'delivered'; readonly cause: string | null }
  | { readonly state: 'rejected'; readonly cause: string }
  | { readonly state: 'pending'; readonly cause: string; readonly refused: boolean; readonly inMs: number };

/** Pure: what follows from an outcome. `pauseMs`: the pause after so many attempts. */
export function settlementOf(
  { attempts, refusals, ageMs }: Pick<DueDelivery, 'attempts' | 'refusals' | 'ageMs'>,
  outcome: AttemptOutcome,
  pauseMs: (attempts: number) => number,
): Settlement {
  if (outcome.kind === 'delivered') return { state: 'delivered', cause: outcome.note ?? null };
  const inMs = Math.max(outcome.notBeforeMs ?? 0, pauseMs(attempts + 1));
  if (outcome.kind === 'refused') {
    if (refusals + 1 >= outcome.most) return { state: 'rejected', cause: outcome.cause };
    return { state: 'pending', cause: outcome.cause, refused: true, inMs };
  }
  if (outcome.giveUpAfterMs !== undefined && ageMs > outcome.giveUpAfterMs) {
    return { state: 'rejected', cause: `given up: ${outcome.cause}` };
  }
  return { state: 'pending', cause: outcome.cause, refused: false, inMs };
}
