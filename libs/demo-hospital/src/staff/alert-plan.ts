import { hash32 } from '../simulation/draws.js';
import { MINUTE, type LocalTime } from '../simulation/local-time.js';
import { operationsManagers, type StaffMember } from './people.js';

/** What of an alert decides who takes it, and when. */
export interface OpenAlert {
  readonly id: string;
  readonly unit: string | null;
  readonly severity: 'warn' | 'high' | 'critical';
  readonly state: 'firing' | 'acknowledged';
  readonly firedAt: string;
  readonly since: string;
}

const surgical = new Set(['3A', '3B', 'REC', 'MAT', '6A']);
/** Minutes from firing until somebody has looked at it, least and most. */
const attention = { warn: [6, 22], high: [3, 12], critical: [2, 8] } as const;
/** What has grown worse since it fired first waits for the director, who is sent for. */
const DIRECTOR_AFTER_MINUTES = 35;

/**
 * Who takes the alert, and from when on; the same for the same alert and seed; `share` (0..1) is how soon, among others. The longest of those that are worse than a warning is left
 * for the director, so that there is one to be seen that has been escalated.
 */
export function takenBy(
  alert: OpenAlert,
  local: LocalTime,
  seed: number,
  isEscalated: boolean,
): { readonly member: StaffMember; readonly at: number; readonly share: number } {
  const firedAt = Date.parse(alert.firedAt);
  const share = hash32(`${seed}:${alert.id}:${alert.firedAt}`) / 2 ** 32;
  if (isEscalated) return { member: operationsManagers.director, at: firedAt + DIRECTOR_AFTER_MINUTES * MINUTE, share };
  const [least, most] = attention[alert.severity];
  const at = firedAt + (least + share * (most - least)) * MINUTE;
  const hour = local.hour(at);
  const { medicine, surgery, night } = operationsManagers;
  const member = hour < 7.5 || hour >= 19.5 ? night : surgical.has(alert.unit ?? '') ? surgery : medicine;
  return { member, at, share };
}

const rank = { warn: 0, high: 1, critical: 2 } as const;

/** The one that is escalated: of those nobody has taken, the worst, and of several the one that fired last. None if all are warnings. */
export function escalated(alerts: readonly OpenAlert[]): OpenAlert | null {
  const worse = alerts.filter((a) => a.state === 'firing' && a.severity !== 'warn');
  const order = (a: OpenAlert, b: OpenAlert) =>
    rank[b.severity] - rank[a.severity] || b.firedAt.localeCompare(a.firedAt) || a.id.localeCompare(b.id);
  return [...worse].sort(order)[0] ?? null;
}
