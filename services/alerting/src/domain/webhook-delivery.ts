import type { AlertData } from '@wardstream/events';

/** `alert.firing`, `alert.acknowledged` or `alert.resolved`. */
export function deliveryType(alert: AlertData): string {
  return `alert.${alert.state}`;
}

/** The body: the alert without who took it. It holds places, numbers and opaque ids, nothing of a person. */
export function deliveryBody(id: string, alert: AlertData, at: string): string {
  const { acknowledgedBy: _acknowledgedBy, ...told } = alert;
  return JSON.stringify({ id, type: deliveryType(alert), at, alert: told });
}
