import type { CharacterSet } from '../encoding/character-set.js';
import type { Delimiters } from '../encoding/delimiters.js';
import { unescapeText } from '../encoding/escapes.js';

/** One segment of a message. Fields, components, subcomponents and repetitions count from 1, as HL7 does. */
export class Segment {
  private readonly texts: string[];
  /** What was asked for, one number for each question: hundreds of them are asked for every message, and hardly any is looked at. */
  private readonly asked: number[] = [];

  constructor(
    readonly name: string,
    line: string,
    private readonly of: Hl7Message,
  ) {
    this.texts = line.split(of.delimiters.field);
    // MSH-1 is the separator itself, so that field n of MSH stands one place before.
    if (name === 'MSH') this.texts.splice(1, 0, of.delimiters.field);
  }

  /** The field as sent. */
  raw(field: number): string {
    return this.texts[field] ?? '';
  }

  /** Repetitions of a field; 0 if it is empty. */
  repetitions(field: number): number {
    const raw = this.raw(field);
    return raw === '' ? 0 : raw.split(this.of.delimiters.repetition).length;
  }

  /** Whether what is said there is no value, of a field or of one component of its first repetition. */
  hasOnlyNulls(field: number, component?: number): boolean {
    const { delimiters } = this.of;
    const first = nth(this.raw(field), delimiters.repetition, 1);
    const parts =
      component === undefined ? first.split(delimiters.component) : [nth(first, delimiters.component, component)];
    const said = parts.flatMap((part) => part.split(delimiters.subcomponent)).filter((part) => part !== '');
    return said.length > 0 && said.every((part) => part === '""');
  }

  /** A value without escapes and surrounding space; '' if absent, and for the explicit null `""`. */
  value(field: number, component = 1, subcomponent = 1, repetition = 1): string {
    const raw = this.texts[field];
    if (raw === undefined || raw === '') return '';
    this.note(field, component, subcomponent, repetition);
    const { delimiters, characterSet } = this.of;
    const sent = nth(nth(raw, delimiters.repetition, repetition), delimiters.component, component);
    if (sent === '' || sent === '""') return '';
    const part = nth(sent, delimiters.subcomponent, subcomponent);
    return part === '""' ? '' : unescapeText(part, delimiters, characterSet.encoding).trim();
  }

  /** Says that a component is known and means nothing here, as the sender's profile has it. */
  setAside(field: number, component: number): void {
    if (this.raw(field) !== '') this.note(field, component, 1, 1);
  }

  /** Whether it says anything beyond its name. */
  hasContent(): boolean {
    return this.texts.some((text, i) => i > 0 && text.trim() !== '');
  }

  /** What was asked of it so far, of fields that are not empty. */
  reading(): FieldReading[] {
    const read: { field: number; components: number; subcomponents: number; repetitions: number }[] = [];
    for (const question of this.asked) {
      const field = question >>> 16;
      const component = 1 << ((question >>> 11) & 0x1f);
      // Questions about one field mostly follow one another, and there are few fields.
      let of = read.at(-1);
      if (of?.field !== field) of = read.find((one) => one.field === field);
      if (of === undefined) {
        of = { field, components: 0, subcomponents: 0, repetitions: 1 };
        read.push(of);
      }
      of.components |= component;
      if ((question & 0x400) !== 0) of.subcomponents |= component;
      if ((question & 0x3ff) > of.repetitions) of.repetitions = question & 0x3ff;
    }
    return read;
  }

  private note(field: number, component: number, subcomponent: number, repetition: number): void {
    this.asked.push(
      (field << 16) | ((component & 0x1f) << 11) | (subcomponent > 1 ? 0x400 : 0) | Math.min(repetition, 0x3ff),
    );
  }
}

/** How far a field was read: what was not asked for means nothing to anyone here. */
export interface FieldReading {
  readonly field: number;
  /** Bit n is component n. */
  readonly components: number;
  /** Components of which more than the first subcomponent was read. */
  readonly subcomponents: number;
  /** Repetitions, from the first. */
  readonly repetitions: number;
}

/** Whether a field, or a component of it, is the explicit null: "" in it, and nothing else. */
export function isNull(segment: Segment | undefined, field: number, component?: number): boolean {
  const raw = segment?.raw(field) ?? '';
  return raw.includes('""') && segment!.hasOnlyNulls(field, component);
}

/** The `n`th part of `text` (from 1) without taking the others apart; '' if there are fewer. */
function nth(text: string, separator: string, n: number): string {
  let from = 0;
  for (let i = 1; i < n; i += 1) {
    const next = text.indexOf(separator, from);
    if (next === -1) return '';
    from = next + separator.length;
  }
  const end = text.indexOf(separator, from);
  return end === -1 ? text.slice(from) : text.slice(from, end);
}

/** What of a message tells who sent it and what it is; fields as values, `raw*` as sent. */
export interface MessageHead {
  readonly sendingApplication: string;
  readonly sendingFacility: string;
  readonly controlId: string;
  /** MSH-9.1, e.g. ADT. */
  readonly messageType: string;
  /** MSH-9.2; '' where absent. */
  readonly trigger: string;
  /** MSH-12.1 */
  readonly version: string;
  /** MSH-7 */
  readonly sentAt: string;
}

/**
 * A message whose header could be read. Segments and fields are taken apart when they are asked for: intake reads some twenty
 * of a message's several hundred fields.
 */
export class Hl7Message {
  readonly head: MessageHead;
  private readonly cache = new Map<string, readonly Segment[]>();

  constructor(
    private readonly lines: readonly string[],
    readonly delimiters: Delimiters,
    readonly characterSet: CharacterSet,
  ) {
    const msh = this.segments('MSH')[0]!;
    this.head = {
      sendingApplication: msh.value(3),
      sendingFacility: msh.value(4),
      controlId: msh.value(10),
      messageType: msh.value(9).toUpperCase(),
      trigger: msh.value(9, 2).toUpperCase(),
      version: msh.value(12),
      sentAt: msh.value(7),
    };
  }

  /** All segments of a name, in order. */
  segments(name: string): readonly Segment[] {
    const known = this.cache.get(name);
    if (known !== undefined) return known;
    const { field } = this.delimiters;
    const found = this.lines
      .filter((line) => line === name || (line.startsWith(name) && line[name.length] === field))
      .map((line) => new Segment(name, line, this));
    this.cache.set(name, found);
    return found;
  }

  /** Every segment of a name that was asked for, with which one of its name it is. */
  *segmentsRead(): Iterable<{ readonly segment: Segment; readonly occurrence: number }> {
    for (const segments of this.cache.values()) {
      for (let i = 0; i < segments.length; i += 1) yield { segment: segments[i]!, occurrence: i + 1 };
    }
  }

  segment(name: string, occurrence = 1): Segment | undefined {
    return this.segments(name)[occurrence - 1];
  }

  /** Names of all segments in order, Z segments included. */
  get segmentNames(): string[] {
    return this.lines.map((line) => line.slice(0, 3));
  }
}
