import type { AlertData } from '@wardstream/events';

/** One message to one destination, as it is sent each time. */
export interface NewDelivery {
  /** The same at every attempt: a receiver recognises a repeat by it. */
  readonly id: string;
  readonly destination: string;
  readonly alert: AlertData;
  readonly type: string;
  readonly body: string;
}

/** `alert.firing`, `alert.acknowledged` or `alert.resolved`. */
export function deliveryType(alert: AlertData): string {
  return `alert.${alert.state}`;
}

/** The body: the alert without who took it. It holds places, numbers and opaque ids, nothing of a person. */
export function deliveryBody(id: string, alert: AlertData, at: string): string {
  const { acknowledgedBy: _acknowledgedBy, ...told } = alert;
  return JSON.stringify({ id, type: deliveryType(alert), at, alert: told });
}

/** What came of one attempt. */
export type AttemptOutcome =
  | { readonly kind: 'delivered'; readonly status: number }
  /** Worth another attempt; not before `retryAfterSeconds`, where the receiver said so. */
  | {
      readonly kind: 'passing';
      readonly status: number | null;
      readonly cause: string;
      readonly retryAfterSeconds: number | null;
    }
  /** The receiver will never take it as it is. */
  | { readonly kind: 'final'; readonly status: number; readonly cause: string };

/**
 * What an answer means: 2xx delivered; 408, 429 and 5xx pass; every other answer, redirections included, is final,
 * because the same message would be answered the same.
 */
export function outcomeOf(status: number, retryAfter: string | null): AttemptOutcome {
  if (status >= 200 && status < 300) return { kind: 'delivered', status };
  const cause = `answered ${status}`;
  if (status !== 408 && status !== 429 && status < 500) return { kind: 'final', status, cause };
  const seconds = retryAfter !== null && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : null;
  return { kind: 'passing', status, cause, retryAfterSeconds: seconds };
}

export interface BackoffSettings {
  /** Pause after the first failure, milliseconds of real time. */
  readonly firstMs: number;
  readonly mostMs: number;
}

/**
 * The pause after `attempts` failures: doubled each time up to the most, then spread over its upper half by `spread`
 * (0..1, random) so that destinations do not come back all at once; never shorter than the receiver asked for, which is
 * heeded up to an hour.
 */
export function backoffMs(
  attempts: number,
  { firstMs, mostMs }: BackoffSettings,
  retryAfterSeconds: number | null,
  spread: number,
): number {
  const full = Math.min(mostMs, firstMs * 2 ** Math.min(attempts - 1, 30));
  const asked = Math.min(retryAfterSeconds ?? 0, 3600) * 1000;
  return Math.max(asked, Math.round(full * (0.5 + spread / 2)));
}
