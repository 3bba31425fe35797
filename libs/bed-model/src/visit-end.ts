import type { EncounterData } from '@wardstream/events';

/**
 * When the visit was over, by event time; null while it is not. Of a cancelled one as the event says it; one that does not say it
 * is over since the cancellation that was heard first.
 */
export function endOf(
  data: Pick<EncounterData, 'status' | 'dischargedAt' | 'cancelledAt' | 'cause'>,
  before: { readonly status: string; readonly endedAt: number | null } | undefined,
): number | null {
  if (data.status === 'discharged') return Date.parse(data.dischargedAt ?? data.cause.at);
  if (data.status !== 'cancelled') return null;
  if (data.cancelledAt !== undefined) return Date.parse(data.cancelledAt);
  return before?.status === 'cancelled' ? before.endedAt : Date.parse(data.cause.at);
}
