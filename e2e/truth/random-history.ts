import fc from 'fast-check';
import { type Nulls, randomNulls, withNulls } from './random-nulls.js';
import { placesOf, type RandomHospital } from './random-hospital.js';

/** One message of a random history, before duplicates and disorder. */
export interface ToldMessage {
  readonly trigger: string;
  readonly text: string;
  /** The same statement under another MSH-10. */
  readonly again: string;
  readonly recordedAt: number;
}

/** Every trigger that is acted on. */
export const allTriggers = [
  ...['A01', 'A02', 'A03', 'A04', 'A05', 'A06', 'A07', 'A08', 'A09', 'A10', 'A11', 'A12', 'A13', 'A14', 'A15', 'A16'],
  ...['A17', 'A18', 'A20', 'A21', 'A22', 'A23', 'A24', 'A25', 'A26', 'A27', 'A28', 'A29', 'A30', 'A31', 'A32', 'A33'],
  ...['A34', 'A35', 'A36', 'A37', 'A38', 'A39', 'A40', 'A41', 'A42', 'A43', 'A44', 'A45', 'A46', 'A47', 'A48', 'A49'],
  ...['A50', 'A51', 'A52', 'A53', 'A54', 'A55', 'A60', 'A61', 'A62', 'Z99'],
] as const;

const begin = Date.parse('2026-03-02T06:00:00.000Z');

interface Act {
  readonly trigger: string;
  readonly visit: number;
  readonly other: number;
  readonly place: string | null;
  readonly otherPlace: string;
  readonly prior: string | null;
  readonly pending: string | null;
  readonly temporary: string | null;
  readonly class: string;
  readonly nulls: Nulls;
  /** Minutes since the beginning; the second is the act's own, so that no two acts have both times in common. */
  readonly at: number;
  readonly recordedAfter: number;
  /** EVN-2 to the minute, as some senders write it. */
  readonly toTheMinute: boolean;
  /** The act whose event time this one has too: what a cancel names by EVN-6, or what happens at the same time. */
  readonly timeOf: number | null;
  /** Told as it would be by a sender who knows where the patient is, and of what there is to cancel. */
  readonly likely: boolean;
  readonly evn6: boolean;
  /** A transfer of which no message came, though the sender goes on from it, and may cancel it. */
  readonly isLost: boolean;
  /** A cancel that names by its place alone what it undoes. */
  readonly byPlace: boolean;
  /** An A06 or A07 gives the visit another number: what it had before. */
  readonly former: number | null;
  /** At the very time of the act before it of the same visit, as recorded by senders whose clocks have no seconds. */
  readonly atOnce: boolean;
  readonly movement: { readonly id: number; readonly action: string; readonly original: string } | null;
  readonly sender: string;
  readonly name: string;
  readonly status: string;
  readonly expectedAfter: number | null;
}

/** Which triggers each cancel undoes. */
const cancelOf: ReadonlyMap<string, readonly string[]> = new Map([
  ['A11', ['A01', 'A04']],
  ['A12', ['A02']],
  ['A13', ['A03']],
  ['A25', ['A16']],
  ['A26', ['A15']],
  ['A27', ['A14']],
  ['A32', ['A10']],
  ['A33', ['A09']],
  ['A38', ['A05']],
  ['A52', ['A21']],
  ['A53', ['A22']],
  ['A55', ['A54']],
]);
const inHouse = new Set(['A02', 'A03', 'A07', 'A12', 'A13', 'A15', 'A16', 'A17', 'A21', 'A22', 'A09', 'A10']);
/** What happens in every hospital all day, before what happens seldom. */
const triggers = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('A01', 'A01', 'A02', 'A02', 'A03', 'A13', 'A12', 'A11', 'A17', 'A20', 'A04'),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom('A05', 'A06', 'A07', 'A14', 'A15', 'A16', 'A21', 'A22', 'A40', 'A42', 'A45'),
  },
  { weight: 4, arbitrary: fc.constantFrom(...allTriggers) },
);

/** How a hospital numbers its visits: in PV1-19, as accounts (PID-18), or by the alternate number (PV1-50). */
const numberings = ['visit', 'visit', 'account', 'visit', 'alternate', 'account', 'alternate'] as const;

/** Histories of a hospital: acts of any kind on a few visits and persons, with corrections, wrong clocks and unknown places. */
export function historiesOf(hospital: RandomHospital, most = 24): fc.Arbitrary<ToldMessage[]> {
  const place = placesOf(hospital);
  const maybe = <T>(value: fc.Arbitrary<T>, freq = 3): fc.Arbitrary<T | null> => fc.option(value, { nil: null, freq });
  const act: fc.Arbitrary<Act> = fc.record({
    trigger: triggers,
    visit: fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 0, max: 2 }) }, fc.integer({ min: 0, max: 6 })),
    other: fc.integer({ min: 0, max: 6 }),
    place: maybe(place, 9),
    otherPlace: place,
    prior: maybe(place, 1),
    pending: maybe(place, 1),
    temporary: maybe(place, 1),
    class: fc.constantFrom('I', 'I', 'I', 'I', 'E', 'O', 'P', 'R', 'C', 'N', 'B', ''),
    nulls: randomNulls,
    at: fc.integer({ min: 0, max: 600 }),
    recordedAfter: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 30 }), fc.integer({ min: -20, max: 400 })),
    toTheMinute: fc.nat(9).map((n) => n === 0),
    timeOf: maybe(fc.nat(most), 1),
    likely: fc.nat(9).map((n) => n > 1),
    evn6: fc.boolean(),
    isLost: fc.nat(11).map((n) => n === 0),
    byPlace: fc.boolean(),
    former: maybe(fc.integer({ min: 0, max: 6 }), 1),
    atOnce: fc.nat(7).map((n) => n === 0),
    movement: maybe(
      fc.record({
        id: fc.integer({ min: 0, max: 3 }),
        action: fc.constantFrom('INSERT', 'INSERT', 'UPDATE', 'CANCEL'),
        original: fc.constantFrom('', 'A01', 'A02', 'A03'),
      }),
      1,
    ),
    sender: fc.constantFrom('ADT1', 'ADT1', 'ADT2'),
    name: fc.constantFrom('Ward', 'Ward', 'Wood'),
    status: fc.constantFrom('C', 'H', 'I', 'K', 'O', 'U', 'U'),
    expectedAfter: maybe(fc.integer({ min: 0, max: 900 }), 1),
  });
  return fc.array(act, { minLength: 1, maxLength: most, size: 'max' }).map((drawn) => {
    const house = new LikelyHouse();
    const likely = [...drawn].sort((a, b) => a.at - b.at).map((of, i) => (of.likely ? house.likely(of, i) : of));
    const acts = apart(likely);
    return acts.flatMap((of, i) => (of.isLost && of.trigger === 'A02' ? [] : [told(hospital, acts, of, i)]));
  });
}

/** What a sender knows: where each visit is, and which of its acts can be cancelled. */
class LikelyHouse {
  private readonly places = new Map<number, string>();
  /** Where transfers of each visit led from, the last at the end. */
  private readonly origins = new Map<number, (string | null)[]>();
  private readonly last = new Map<number, number>();
  private readonly phases = new Map<number, 'new' | 'in' | 'out'>();
  private readonly acts = new Map<string, number[]>();

  likely(act: Act, i: number): Act {
    const phase = this.phases.get(act.visit) ?? 'new';
    const here = this.places.get(act.visit) ?? null;
    const cancelled = cancelOf.get(act.trigger);
    if (cancelled !== undefined) {
      const named = cancelled.flatMap((t) => this.acts.get(`${act.visit} ${t}`) ?? []).sort((a, b) => a - b);
      if (named.length > 0) return this.undo(act, i, named.at(-1)!);
    }
    if (phase === 'new' && inHouse.has(act.trigger))
      return this.note({ ...act, trigger: 'A01', timeOf: null, place: act.place ?? act.otherPlace }, i);
    const stays = act.trigger === 'A03' || act.trigger === 'A21' || act.trigger === 'A22' || act.trigger === 'A16';
    const place = stays ? here : act.place;
    return this.note({ ...act, timeOf: act.atOnce ? (this.last.get(act.visit) ?? null) : null, prior: here, place }, i);
  }

  /** The last act of its kind, of several one after the other. */
  private undo(act: Act, i: number, named: number): Act {
    const here = this.places.get(act.visit) ?? act.place;
    const origin = act.trigger === 'A12' ? (this.origins.get(act.visit)?.pop() ?? here) : here;
    for (const acts of this.acts.values()) if (acts.at(-1) === named) acts.pop();
    const names = act.byPlace && act.trigger === 'A12' ? null : named;
    return this.note({ ...act, timeOf: names, place: origin, movement: null }, i);
  }

  private note(act: Act, i: number): Act {
    const key = `${act.visit} ${act.trigger}`;
    this.last.set(act.visit, i);
    if (act.trigger === 'A02')
      this.origins.set(act.visit, [...(this.origins.get(act.visit) ?? []), this.places.get(act.visit) ?? null]);
    this.acts.set(key, [...(this.acts.get(key) ?? []), i]);
    if (act.trigger === 'A03' || act.trigger === 'A11')
      this.phases.set(act.visit, act.trigger === 'A03' ? 'out' : 'new');
    else if (['A01', 'A02', 'A04', 'A06', 'A13'].includes(act.trigger)) this.phases.set(act.visit, 'in');
    if (['A01', 'A02', 'A04', 'A06', 'A07', 'A13', 'A12', 'A17'].includes(act.trigger) && act.place !== null)
      this.places.set(act.visit, act.place);
    return act;
  }
}

const eventTime = (of: Act, index: number): number => begin + of.at * 60_000 + index * 1000;

function recordedTime(of: Act, index: number): number {
  const recorded = eventTime(of, index) + of.recordedAfter * 60_000;
  return of.toTheMinute ? recorded - (recorded % 60_000) : recorded;
}

/**
 * To the minute only where nothing else was recorded at that very time: of two that were, the later received counts
 * (docs/encounter-rules.md, preamble), so that the order of arrival does matter.
 */
function apart(acts: readonly Act[]): Act[] {
  const taken = new Set(acts.flatMap((of, i) => (of.toTheMinute ? [] : [recordedTime(of, i)])));
  return acts.map((of, i) => {
    if (!of.toTheMinute) return of;
    if (taken.has(recordedTime(of, i))) return { ...of, toTheMinute: false };
    taken.add(recordedTime(of, i));
    return of;
  });
}

function told(hospital: RandomHospital, acts: readonly Act[], act: Act, i: number): ToldMessage {
  // Mostly a cancel names what it cancels by its time; anything else is seldom at the very time of another act.
  const named = act.timeOf === null ? undefined : acts[act.timeOf];
  const shares = named !== undefined && named !== act && !act.toTheMinute && !named.toTheMinute;
  const at = shares && named !== undefined ? eventTime(named, acts.indexOf(named)) : eventTime(act, i);
  const recordedAt = recordedTime(act, i);
  const evn6 = act.evn6 || shares || (cancelOf.has(act.trigger) && !(act.likely && act.byPlace));
  const text = (control: string): string => segmentsOf(hospital, act, at, recordedAt, evn6, control).join('\r');
  return {
    trigger: act.trigger,
    recordedAt,
    text: text(`${hospital.id}-${i}`),
    again: text(`${hospital.id}-${i}-again`),
  };
}

function segmentsOf(
  hospital: RandomHospital,
  act: Act,
  at: number,
  recordedAt: number,
  evn6: boolean,
  control: string,
): string[] {
  const { trigger, visit, other, movement } = act;
  const head = [
    `MSH|^~\\&|${act.sender}|${hospital.id}|WARDSTREAM|${hospital.id}|${dtm(recordedAt)}||ADT^${trigger}|${control}|P|2.5.1`,
    `EVN|${trigger}|${dtm(recordedAt)}||||${evn6 ? dtm(at) : ''}`,
  ];
  if (trigger === 'A20') return [...head, `NPU|${act.place ?? act.otherPlace}|${act.status}`];
  const zbe =
    movement === null && trigger !== 'Z99'
      ? []
      : [zbeOf(movement ?? { id: visit % 4, action: 'UPDATE', original: '' }, trigger, evn6 ? at : recordedAt)];
  const swapped =
    trigger === 'A17' ? [pidOf(hospital, act, other, 2), pv1Of(hospital, act, other, act.otherPlace)] : [];
  return [
    ...head,
    pidOf(hospital, act, visit, 1),
    ...mrgOf(hospital, trigger, goesOn.has(trigger) ? act.former : other),
    pv1Of(hospital, act, visit, act.place ?? (trigger === 'A02' || trigger === 'A17' ? act.otherPlace : '')),
    ...swapped,
    ...pv2Of(act, at),
    ...zbe,
  ];
}

function dtm(at: number): string {
  return `${new Date(at)
    .toISOString()
    .replaceAll(/[-:TZ]/g, '')
    .slice(0, 14)}+0000`;
}

/** Persons 0 to 4; visits 5 and 6 are of persons who have another. */
function personOf(visit: number): number {
  return visit % 5;
}

function numberingOf(visit: number): (typeof numberings)[number] {
  return numberings[visit]!;
}

function pidOf({ id }: RandomHospital, { name, nulls }: Act, visit: number, set: number): string {
  const pid = ['PID', String(set), '', `P${personOf(visit)}^^^${id}^MR`, '', ...personal(name, nulls)];
  pid[18] = numberingOf(visit) === 'account' ? `A${visit}^^^${id}` : '';
  return pid.map((field) => field ?? '').join('|');
}

function personal(name: string, { person }: Nulls): string[] {
  return person ? ['""', '', '""', '""'] : [`${name}^Ada`, '', '19560704', 'F'];
}

function pv1Of({ id }: RandomHospital, act: Act, visit: number, place: string): string {
  const pv1: string[] = ['PV1', '1', act.nulls.class ? '""' : act.class, withNulls(place, act.nulls)];
  pv1[6] = act.prior ?? '';
  pv1[10] = act.sender === 'ADT1' ? 'MED' : '';
  pv1[11] = act.temporary ?? '';
  pv1[19] = numberingOf(visit) === 'visit' ? `V${visit}^^^${id}` : '';
  pv1[42] = act.pending ?? '';
  pv1[50] = numberingOf(visit) === 'alternate' ? `W${visit}^^^${id}` : '';
  return Array.from(pv1, (field) => field ?? '').join('|');
}

const merging = new Set([
  'A18',
  'A30',
  'A34',
  'A35',
  'A36',
  'A39',
  'A40',
  'A41',
  'A42',
  'A43',
  'A44',
  'A45',
  'A47',
  'A49',
]);

/** Triggers that may say that the visit goes on under another number. */
const goesOn = new Set(['A06', 'A07']);

function mrgOf(_: RandomHospital, trigger: string, other: number | null): string[] {
  if (other === null || (!merging.has(trigger) && !goesOn.has(trigger) && trigger !== 'A50' && trigger !== 'A51'))
    return [];
  return [`MRG|P${personOf(other)}||A${other}||V${other}|W${other}`];
}

function pv2Of({ expectedAfter }: Act, at: number): string[] {
  if (expectedAfter === null) return [];
  const pv2: string[] = ['PV2'];
  for (const field of [8, 9, 47]) pv2[field] = dtm(at + expectedAfter * 60_000);
  return [Array.from(pv2, (field) => field ?? '').join('|')];
}

function zbeOf(movement: NonNullable<Act['movement']>, trigger: string, at: number): string {
  const { id, action, original } = movement;
  const inserts = trigger === 'Z99' && action === 'INSERT' && original === '';
  return `ZBE|M${id}|${dtm(at)}||${action}|${trigger === 'Z99' ? 'Y' : 'N'}|${inserts ? 'A02' : original}`;
}
