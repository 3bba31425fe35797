import type { BottleneckData, BottleneckRule } from '@wardstream/events';

/** What an alert says. Holds places and numbers, never anything of a patient. */
export interface AlertText {
  readonly title: string;
  readonly detail: string;
}

/** The words for a bottleneck as it is now, with the numbers against the limit. */
export function alertText(bottleneck: BottleneckData): AlertText {
  const { rule, measured, limit } = bottleneck;
  const against = `limit ${minutes(limit)}`;
  // A wait is told once and runs on: what is said of it must stay true.
  const waited = `at least ${minutes(measured)}`;
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
    case 'feed-silent':
      return {
        title: 'Feed silent',
        detail: `Nothing heard for ${waited}, usual silence under ${minutes(Math.ceil(bottleneck.usual ?? 0))}, ${against}.`,
      };
    case 'messages-quarantined':
      return {
        title: 'Messages refused',
        detail: `${percent(measured)} of messages quarantined or refused, limit ${percent(limit)}.`,
      };
    case 'messages-unplaced':
      return {
        title: 'Messages not placed',
        detail: `${percent(measured)} of messages wait for a mapping, limit ${percent(limit)}.`,
      };
    case 'sender-clock-ahead':
      return {
        title: 'Sender’s clock ahead',
        detail: `${percent(measured)} of messages recorded after they were received, limit ${percent(limit)}.`,
      };
    case 'invalid-clock':
      return {
        title: 'Invalid clocks',
        detail: `${measured} steps found in 24 h that end before they begin, limit ${limit}.`,
      };
    case 'ghost-bed':
      return {
        title: 'Bed without a visit',
        detail: `Occupied or held for ${waited} with no open visit behind it, ${against}.`,
      };
    case 'ghost-encounter':
      return {
        title: 'Visits without a bed',
        detail: `${measured} in the house for over 4 h and in no bed, limit ${limit}.`,
      };
    case 'silent-encounter':
      return {
        title: 'Visit not heard of',
        detail: `Nothing new for at least ${days(measured)} of the visit in this bed, limit ${days(limit)}.`,
      };
    default:
      // A later version of the flow engine knows more rules.
      return { title: inWords(rule), detail: `${measureInWords(bottleneck)}.` };
  }
}

function inWords(rule: string): string {
  const words = rule.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function measureInWords({ measured, limit, measuredIn }: BottleneckData): string {
  switch (measuredIn) {
    case 'minutes':
      return `For at least ${minutes(measured)}, limit ${minutes(limit)}`;
    case 'percent':
      return `${percent(measured)}, limit ${percent(limit)}`;
    case 'count':
      return `${measured}, limit ${limit}`;
  }
}

const interfaces = ['Interfaces/IT'];
const both = ['Interfaces/IT', 'Operations'];

/** Who an alert is for, where that is not its unit and the bed manager. */
const ownersOf: Partial<Record<BottleneckRule, readonly string[]>> = {
  'feed-silent': both,
  'messages-quarantined': interfaces,
  'messages-unplaced': interfaces,
  'sender-clock-ahead': interfaces,
  'invalid-clock': both,
  'ghost-bed': both,
  'ghost-encounter': both,
  'silent-encounter': both,
};

export function alertOwners({ rule }: BottleneckData): readonly string[] | undefined {
  return (ownersOf as Partial<Record<string, readonly string[]>>)[rule];
}

function days(n: number): string {
  return `${Math.floor(n / 1440)} d`;
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
