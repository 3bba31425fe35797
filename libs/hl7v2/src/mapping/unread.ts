import type { Delimiters } from '../encoding/delimiters.js';
import { type Hl7Fault, fault } from '../message/fault.js';
import type { FieldReading, Hl7Message, Segment } from '../message/message.js';
import { parseBirthDate } from '../message/timestamp.js';
import { triggerKinds } from './triggers.js';

/** Components that only qualify one that is read: check digits, types, coding systems and texts of a code. By data type. */
const qualifiers = {
  CX: [2, 3, 5, 6, 7, 8],
  EI: [4],
  HD: [2, 3],
  IS: [2, 3],
  MSG: [3],
  PL: [5, 6],
  PT: [2],
  TS: [2],
  VID: [2, 3],
  XPN: [7, 8],
} as const;

/** The data types of the fields that rules read; a field that is not in here has a single component. */
const dataTypes: ReadonlyMap<string, keyof typeof qualifiers> = new Map([
  ...(['MSH-3', 'MSH-4'] as const).map((name) => [name, 'HD'] as const),
  ...(['MSH-7', 'EVN-2', 'EVN-3', 'EVN-6', 'PID-7', 'PV1-44', 'PV1-45'] as const).map((name) => [name, 'TS'] as const),
  ...(['PV2-8', 'PV2-9', 'PV2-47', 'ZBE-2', 'ZBE-3'] as const).map((name) => [name, 'TS'] as const),
  ...(['PID-3', 'PID-18', 'PID-21', 'PV1-19', 'PV1-50'] as const).map((name) => [name, 'CX'] as const),
  ...(['MRG-1', 'MRG-3', 'MRG-5', 'MRG-6'] as const).map((name) => [name, 'CX'] as const),
  ...(['PV1-3', 'PV1-6', 'PV1-11', 'PV1-42', 'PV1-43', 'NPU-1'] as const).map((name) => [name, 'PL'] as const),
  ...(['EVN-1', 'PID-8', 'PV1-2', 'PV1-10', 'PV1-36', 'NPU-2'] as const).map((name) => [name, 'IS'] as const),
  ['PID-5', 'XPN'],
  ['MSH-9', 'MSG'],
  ['MSH-11', 'PT'],
  ['MSH-12', 'VID'],
  ['ZBE-1', 'EI'],
]);

/** Components whose further subcomponents only qualify their first, by data type: the authority of an identifier. */
const qualifiedComponents: Readonly<Record<string, readonly number[]>> = { CX: [4, 6] };

/** What a value of a field may be that means something here; classes and bed states, which senders map, are not among them. */
const meanings: ReadonlyMap<string, (value: string) => boolean> = new Map([
  ['MSH-11', (value) => /^[DPT]$/i.test(value)],
  ['PID-7', (value) => parseBirthDate(value) !== null],
  ['PID-8', (value) => /^[AFMNOU]/i.test(value)],
  ['ZBE-5', (value) => /^[NY]$/i.test(value)],
  ['ZBE-6', (value) => triggerKinds.has(value.toUpperCase())],
]);

/** What is known of a field beside what is read of it. */
interface ReadField {
  /** Components, and components whose further subcomponents only qualify what is read; bit n is component n. */
  readonly components: number;
  readonly subcomponents: number;
  readonly hasMeaning: ((value: string) => boolean) | undefined;
}

const ofNothing: ReadField = { components: 0, subcomponents: 0, hasMeaning: undefined };

/** By segment and field: looked up for every field of every message. */
const knownFields = new Map<string, ReadField[]>();
for (const where of new Set([...dataTypes.keys(), ...meanings.keys()])) {
  const [name, field] = where.split('-') as [string, string];
  const type = dataTypes.get(where);
  const mask = (numbers: readonly number[]): number => numbers.reduce((all, n) => all | (1 << n), 0);
  const fields = knownFields.get(name) ?? [];
  knownFields.set(name, fields);
  fields[Number(field)] = {
    components: type === undefined ? 0 : mask(qualifiers[type]),
    subcomponents: type === undefined ? 0 : mask(qualifiedComponents[type] ?? []),
    hasMeaning: meanings.get(where),
  };
}

/**
 * What a message says in the fields that were read for it and that was not asked for: a further segment of a name, a repetition, a
 * component, a subcomponent, a value that means nothing. One warning for each place, so that nothing of it is lost in silence; values are not quoted. To be
 * called once the message was read: whatever rule reads it, this follows from what was asked of its segments.
 */
export function unreadIn(message: Hl7Message): Hl7Fault[] {
  const found: Hl7Fault[] = [];
  if (message.characterSet.mismatch)
    found.push(fault({ segment: 'MSH', field: 18 }, 103, 'MSH-18 is not the character set of the message', 'W'));
  for (const { segment, occurrence } of message.segmentsRead()) {
    const reading = segment.reading();
    if (occurrence > 1 && reading.length === 0) {
      if (segment.hasContent()) {
        const text = `${segment.name} is there more than once: this one is not used`;
        found.push(fault({ segment: segment.name, occurrence }, 100, text, 'W'));
      }
      continue;
    }
    const fields = knownFields.get(segment.name);
    for (const read of reading) {
      const known = fields?.[read.field] ?? ofNothing;
      unreadOfField(message, segment, occurrence, read, known, found);
      if (known.hasMeaning === undefined) continue;
      const value = segment.value(read.field);
      if (value === '' || known.hasMeaning(value)) continue;
      const text = `${segment.name}-${read.field} is no value that means anything here`;
      found.push(fault({ segment: segment.name, occurrence, field: read.field }, 103, text, 'W'));
    }
  }
  return found;
}

function unreadOfField(
  message: Hl7Message,
  segment: Segment,
  occurrence: number,
  read: FieldReading,
  mask: ReadField,
  found: Hl7Fault[],
): void {
  const { delimiters: d } = message;
  const { name } = segment;
  const { field } = read;
  // MSH-1 and MSH-2 are the separators themselves.
  if (name === 'MSH' && field < 3) return;
  const raw = segment.raw(field);
  if (!raw.includes(d.repetition) && !raw.includes(d.component) && !raw.includes(d.subcomponent)) return;
  const first = raw.slice(0, endOf(raw, d.repetition, 0, raw.length));
  let [repeats, components, subcomponents] = [false, 0, 0];
  for (let nth = 1, from = 0; from <= raw.length; nth += 1) {
    const end = endOf(raw, d.repetition, from, raw.length);
    if (nth > read.repetitions) {
      if (hasContent(raw, from, end, d) && raw.slice(from, end) !== first) repeats = true;
    } else {
      for (let number = 1, at = from; at <= end; number += 1) {
        const to = endOf(raw, d.component, at, end);
        // Beyond component 30 there is none that any rule reads.
        const bit = 1 << Math.min(number, 31);
        if (to > at && ((read.components | mask.components) & bit) === 0) {
          if (hasContent(raw, at, to, d)) components |= bit;
        } else if (to > at && ((read.subcomponents | mask.subcomponents | mask.components) & bit) === 0) {
          if (hasContent(raw, endOf(raw, d.subcomponent, at, to), to, d)) subcomponents |= bit;
        }
        at = to + 1;
      }
    }
    from = end + 1;
  }
  if (!repeats && components === 0 && subcomponents === 0) return;
  const where = `${name}-${field}`;
  const note = (text: string, component?: number): void => {
    const location = { segment: name, occurrence, field, ...(component === undefined ? {} : { component }) };
    found.push(fault(location, 102, text, 'W'));
  };
  if (repeats) note(`${where} repeats: only the first is used`);
  const unread = numbersIn(components);
  if (unread.length > 0) note(`${where}.${unread.join(', .')} is not used`, unread[0]);
  const cut = numbersIn(subcomponents);
  if (cut.length > 0) note(`${where}.${cut.join(', .')}: only the first subcomponent is used`, cut[0]);
}

function endOf(text: string, separator: string, from: number, end: number): number {
  const at = text.indexOf(separator, from);
  return at === -1 || at > end ? end : at;
}

function numbersIn(mask: number): number[] {
  return mask === 0 ? [] : Array.from({ length: 31 }, (_, i) => i + 1).filter((n) => (mask & (1 << n)) !== 0);
}

/** Whether anything but separators, space and nulls stands in a part of a text. */
function hasContent(text: string, from: number, to: number, d: Delimiters): boolean {
  for (let i = from; i < to; i += 1) {
    const c = text[i]!;
    if (c !== d.component && c !== d.subcomponent && c !== ' ' && c !== '"') return true;
  }
  return false;
}
