import type { FacilityData, SentPlace } from '@wardstream/events';
import type { BedStatusCode } from '@wardstream/hl7v2';
import type { FacilityDirectory } from '@wardstream/encounter-model';
import { faultOf, PlaceMap, type PlaceRule } from '../../directory/names/index.js';

/** What a code of a sender most likely means here. */
export interface Suggestion {
  readonly code: string;
  readonly to: string;
  /** Sure enough to be put into force once a person has looked at it; else it is only a hint. */
  readonly sure: boolean;
}

/** Letters and digits alone, in capitals, numbers without leading zeros: '4-A', '4 a' and '04A' are one. */
export function normal(code: string): string {
  return code
    .normalize('NFKD')
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '')
    .replaceAll(/(?<![0-9])0+(?=[0-9])/g, '');
}

/** Words that say what kind of place it is, not which. */
const idle = /\b(?:ward|unit|station|department|dept|room|bay|bed|bett|zimmer|rm)\b\.?/giu;

/**
 * The unit that a code most likely means: the one whose code or name is the same but for its writing, else the nearest name. Null
 * where nothing is near.
 */
export function nearestUnit(code: string, { units }: FacilityData): Suggestion | null {
  const said = [normal(code), normal(code.replaceAll(idle, ' '))].filter((text) => text !== '');
  const same = units.filter(({ id, name }) =>
    [normal(id), normal(name), normal(name.replaceAll(idle, ' '))].some((text) => said.includes(text)),
  );
  if (same.length === 1) return { code, to: same[0]!.id, sure: true };
  const ranked = units
    .map(({ id, name }) => ({
      id,
      near: Math.max(...said.flatMap((s) => [likeness(s, normal(id)), likeness(s, normal(name))])),
    }))
    .sort((a, b) => b.near - a.near || (a.id < b.id ? -1 : 1));
  const [best] = ranked;
  return best === undefined || best.near < 0.4 ? null : { code, to: best.id, sure: false };
}

/**
 * The bed of `unit` that room and bed most likely mean, as a target of a rule: the only one whose bed code, or room and bed together,
 * are the same but for their writing. Null where none or several are.
 */
export function nearestBed(
  unit: string,
  sent: Pick<SentPlace, 'room' | 'bed'>,
  { beds, rooms }: FacilityData,
): string | null {
  if (sent.bed === null) return null;
  const said = normal(sent.bed.replaceAll(idle, ' ')) || normal(sent.bed);
  const room = normal((sent.room ?? '').replaceAll(idle, ' '));
  const own = beds.filter((b) => b.unit === unit);
  const ofRoom = (b: (typeof beds)[number]): boolean => {
    const name = rooms.find((r) => r.unit === unit && r.id === b.room)?.name ?? b.room;
    return [normal(b.room), normal(name.replaceAll(idle, ' '))].includes(room);
  };
  const written = own.filter(({ bed, id }) => [normal(bed), normal(id)].includes(said));
  const joined = own.filter((b) => [`${normal(b.room)}${normal(b.bed)}`, normal(b.bed)].includes(`${room}${said}`));
  const candidates = written.length > 1 ? written.filter(ofRoom) : written.length === 1 ? written : joined;
  const [found] = candidates;
  if (found === undefined || candidates.length > 1) return null;
  const alone = own.filter((b) => b.bed === found.bed).length === 1;
  return `${unit}^${alone ? '' : found.room}^${found.bed}`;
}

/** What all beds of one unit may have in common: the room left out, numbers written with more or fewer zeros, a word before them. */
function patternsOf(from: string, to: string, beds: readonly string[]): PlaceRule[] {
  const prefix = /^[^0-9{}*^]*/.exec(beds[0] ?? '')![0];
  const shared = prefix !== '' && beds.every((bed) => bed.startsWith(prefix));
  const numbered = ['{b:1}', '{b:2}', '{b:3}'].map((b) => `${to}^^${b}`);
  return [
    { from: `${from}^*^*`, to: `${to}^^*` },
    ...numbered.map((target) => ({ from: `${from}^*^{b:digits}`, to: target })),
    ...(shared ? numbered.map((target) => ({ from: `${from}^*^${prefix}{b:digits}`, to: target })) : []),
  ];
}

/** A rule that is suggested, with the codes behind it. */
export interface SuggestedRule extends PlaceRule {
  readonly sure: boolean;
  readonly count: number;
}

/** A place that was sent and is not known, and how often. */
export interface UnknownSent {
  readonly place: SentPlace;
  readonly count: number;
}

/**
 * Rules for the unknown places of one sender: one for a whole unit where that makes all its places known, else a pattern that does,
 * else the single beds. `sure` where only the writing differs.
 */
export function suggestRules(sent: readonly UnknownSent[], directory: FacilityDirectory): SuggestedRule[] {
  const units = new Map<string, UnknownSent[]>();
  for (const one of sent) {
    const unit = one.place.unit ?? '';
    units.set(unit, [...(units.get(unit) ?? []), one]);
  }
  return [...units].flatMap(([unit, places]) => rulesOfUnit(unit, places, directory));
}

function rulesOfUnit(unit: string, places: readonly UnknownSent[], directory: FacilityDirectory): SuggestedRule[] {
  const { facility } = directory;
  const count = places.reduce((sum, p) => sum + p.count, 0);
  const known = facility.units.some((u) => u.id === unit);
  const meant = known ? { to: unit, sure: true } : unit === '' ? null : nearestUnit(unit, facility);
  if (meant === null) return [];
  const beds = places.flatMap((p) => (p.place.bed === null ? [] : [p.place.bed]));
  const whole: PlaceRule[] = [{ from: unit, to: meant.to }, ...patternsOf(unit, meant.to, beds)];
  for (const rule of whole) {
    if (faultOf(rule) !== null || rule.from === rule.to) continue;
    const map = new PlaceMap([rule]);
    const all = places.every(({ place }) => {
      const mapped = map.map(place);
      return mapped !== null && directory.unknownPart(mapped) === null;
    });
    if (all) return [{ ...rule, sure: meant.sure, count }];
  }
  const rules: SuggestedRule[] = known ? [] : [{ from: unit, to: meant.to, sure: meant.sure, count }];
  for (const { place, count: times } of places) {
    if (directory.unknownPart({ ...place, unit: meant.to }) === null) continue;
    const bed = nearestBed(meant.to, place, facility);
    const from = [unit, place.room ?? '', place.bed ?? ''].join('^');
    if (/[{}*]/.test(from)) continue;
    rules.push({ from, to: bed ?? `${meant.to}^^?`, sure: bed !== null && meant.sure, count: times });
  }
  return rules;
}

/** What a local bed status may mean (table 0116), by the words that hospitals use. A person decides. */
export function likelyBedStatus(code: string): BedStatusCode | null {
  const text = normal(code);
  const words: readonly (readonly [BedStatusCode, RegExp])[] = [
    ['K', /DIRT|CONTAM|UNCLEAN|SOIL|^D$|^DI/],
    ['I', /ISOL/],
    ['H', /HOUSEK|CLEANING|EVS|INPROG/],
    ['C', /CLOS|BLOCK|OUTOF|MAINT|OOS/],
    ['O', /OCC|INUSE|TAKEN|FULL/],
    ['U', /VAC|FREE|EMPTY|AVAIL|CLEAN|READY|UNOCC/],
  ];
  if (/UNOCC/.test(text)) return 'U';
  return words.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
}

/** What a local patient class may mean (table 0004). */
export function likelyClass(code: string): string | null {
  const text = normal(code);
  if (/^(IN|STAT|INP|IMP|ACUTE)/.test(text)) return 'I';
  if (/^(ER|ED|EM|AE)/.test(text)) return 'E';
  if (/^(OUT|OP|AMB|DAY|CLIN|OBS)/.test(text)) return 'O';
  if (/^PRE/.test(text)) return 'P';
  return null;
}

/** 1 for the same text, 0 for nothing in common: pairs of neighbouring characters that both have (Dice). */
function likeness(a: string, b: string): number {
  if (a === b) return 1;
  if (a.length < 2 || b.length < 2) return 0;
  const pairs = (text: string): Map<string, number> => {
    const counts = new Map<string, number>();
    for (let i = 0; i < text.length - 1; i += 1) {
      const pair = text.slice(i, i + 2);
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
    return counts;
  };
  const [x, y] = [pairs(a), pairs(b)];
  let common = 0;
  for (const [pair, count] of x) common += Math.min(count, y.get(pair) ?? 0);
  return (2 * common) / (a.length + b.length - 2);
}
