import type { AnyEventDefinition } from './envelope.js';
import { INBOUND_TOPIC } from './inbound/inbound-topic.js';
import * as language from './language.js';

const isEvent = (exported: unknown): exported is AnyEventDefinition =>
  typeof exported === 'object' && exported !== null && 'pattern' in exported && 'topic' in exported;

/** Every event of the published language. */
export const eventCatalogue: readonly AnyEventDefinition[] = (Object.values(language) as unknown[])
  .filter(isEvent)
  .sort((a, b) => (a.pattern < b.pattern ? -1 : 1));

const byPattern = new Map(eventCatalogue.map((d) => [d.pattern, d]));

/** The definition of a type and version, or undefined if the language has none. */
export function findEvent(type: string, version: number): AnyEventDefinition | undefined {
  return byPattern.get(`${type}.v${version}`);
}

/** A topic and how it is kept. Every topic has the same number of partitions, so that one facility has one partition number. */
export interface TopicDefinition {
  readonly name: string;
  readonly partitions: number;
  readonly retentionMs: number;
}

export const PARTITIONS = 8;

/** Every topic: those of the catalogue, and the one on which departments publish. */
export const topics: readonly TopicDefinition[] = [
  ...new Set([...eventCatalogue.map((d) => d.topic), INBOUND_TOPIC]),
].map((name) => ({
  name,
  partitions: PARTITIONS,
  retentionMs: 7 * 24 * 3_600_000,
}));
