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

const masks = new Map(
  [...dataTypes].map(([name, type]) => {
    const components = qualifiers[type].reduce((mask, n) => mask | (1 << n), 0);
    const subcomponents = (qualifiedComponents[type] ?? []).reduce((mask, n) => mask | (1 << n), 0);
    return [name, { components, subcomponents }];
  }),
);
const none = { components: 0, subcomponents: 0 };

/** What a value of a field may be that means something here; classes and bed states, which senders map, are not among them. */
const meanings: ReadonlyMap<string, (value: string) => boolean> = new Map([
  ['MSH-11', (value) => /^[DPT]$/i.test(value)],
  ['PID-7', (value) => parseBirthDate(value) !== null],
  ['PID-8', (value) => /^[AFMNOU]/i.test(value)],
  ['ZBE-5', (value) => /^[NY]$/i.test(value)],
  ['ZBE-6', (value) => triggerKinds.has(value.toUpperCase())],
]);

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
    for (const read of reading) {
      unreadOfField(message, segment, occurrence, read, found);
      const isKnown = meanings.get(`${segment.name}-${read.field}`);
      const value = isKnown === undefined ? '' : segment.value(read.field);
      if (isKnown === undefined || value === '' || isKnown(value)) continue;
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
  found: Hl7Fault[],
): void {
  const { delimiters: d } = message;
  const { name } = segment;
  const { field } = read;
  // MSH-1 and MSH-2 are the separators themselves.
  if (name === 'MSH' && field < 3) return;
  const raw = segment.raw(field);
  const repeated = raw.includes(d.repetition);
  if (!repeated && !raw.includes(d.component) && !raw.includes(d.subcomponent)) return;
  const where = `${name}-${field}`;
  const repetitions = repeated ? raw.split(d.repetition) : [raw];
  const first = repetitions[0]!;
  if (repetitions.slice(read.repetitions).some((other) => isSaid(other, message) && other !== first)) {
    found.push(fault({ segment: name, occurrence, field }, 102, `${where} repeats: only the first is used`, 'W'));
  }
  const mask = masks.get(where) ?? none;
  const components = new Set<number>();
  const subcomponents = new Set<number>();
  for (const repetition of repetitions.slice(0, read.repetitions)) {
    const parts = repetition.split(d.component);
    parts.forEach((part, i) => {
      if (!isSaid(part, message)) return;
      // Beyond component 30 there is none that any rule reads.
      const bit = i >= 30 ? 0 : 1 << (i + 1);
      if (((read.components | mask.components) & bit) === 0) components.add(i + 1);
      else if (((read.subcomponents | mask.subcomponents | mask.components) & bit) === 0 && saysMore(part, message))
        subcomponents.add(i + 1);
    });
  }
  if (components.size > 0) {
    const [component] = components;
    const text = `${where}.${[...components].join(', .')} is not used`;
    found.push(fault({ segment: name, occurrence, field, component: component! }, 102, text, 'W'));
  }
  if (subcomponents.size > 0) {
    const [component] = subcomponents;
    const text = `${where}.${[...subcomponents].join(', .')}: only the first subcomponent is used`;
    found.push(fault({ segment: name, occurrence, field, component: component! }, 102, text, 'W'));
  }
}

/** Whether anything but separators, space and nulls stands there. */
function isSaid(text: string, { delimiters: d }: Hl7Message): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i]!;
    if (c !== d.component && c !== d.subcomponent && c !== ' ' && c !== '"') return true;
  }
  return false;
}

function saysMore(part: string, message: Hl7Message): boolean {
  const at = part.indexOf(message.delimiters.subcomponent);
  return at !== -1 && isSaid(part.slice(at), message);
}
