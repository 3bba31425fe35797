import type { BottleneckData } from '@wardstream/events';

/** What an alert says. Holds places and numbers, never anything of a patient. */
export interface AlertText {
  readonly title: string;
  readonly detail: string;
}

/** The words for a bottleneck as it is now, with the numbers against the limit. */
export function alertText(bottleneck: BottleneckData): AlertText {
  const { rule, measured, limit } = bottleneck;
  const against = `limit ${minutes(limit)}`;
  const waited = minutes(measured);
  switch (rule) {
    case 'ed-boarding':
      return {
        title: `Boarder over ${hours(limit)}`,
        detail: `Waits ${waited} since the decision to admit, ${against}.`,
      };
    case 'request-unassigned':
      return { title: 'Bed request not assigned', detail: `No bed for ${waited} since the request, ${against}.` };
    case 'dirty-not-started':
      return bottleneck.aspect === 'turn'
        ? { title: `Bed turn over ${hours(limit)}`, detail: `Not clean for ${waited} since it was left, ${against}.` }
        : { title: 'Cleaning not started', detail: `Dirty for ${waited}, ${against}.` };
    case 'confirmed-not-left':
      return {
        title: 'Confirmed, not left',
        detail: `Still here ${waited} after the discharge was confirmed, ${against}.`,
      };
    case 'unit-occupancy':
      return {
        title: bottleneck.severity === 'warn' ? 'Unit filling up' : 'Unit full',
        detail: `${percent(measured)} of staffed, unblocked beds occupied, limit for a unit of this size ${percent(limit)}.`,
      };
  }
}

function minutes(n: number): string {
  return `${Math.floor(n)} min`;
}

/** 120 is '2 h', 90 is '90 min'. */
function hours(n: number): string {
  return n % 60 === 0 ? `${n / 60} h` : minutes(n);
}

function percent(n: number): string {
  return `${n.toFixed(1)} %`;
}
