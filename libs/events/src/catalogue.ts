import * as admissions from './admissions.events.js';
import * as alerting from './alerting.events.js';
import * as beds from './bed-management.events.js';
import * as conflicts from './conflict.events.js';
import * as departments from './department-coordination.events.js';
import type { AnyEventDefinition } from './envelope.js';
import * as feeds from './feed.events.js';
import * as flow from './flow-engine.events.js';
import { INBOUND_TOPIC } from './inbound/inbound-topic.js';
import * as senders from './sender.events.js';

/** Every event of the published language. */
export const eventCatalogue: readonly AnyEventDefinition[] = [
  admissions.encounterChanged,
  admissions.bedStatusReported,
  admissions.messageFailureChanged,
  conflicts.encounterConflictChanged,
  feeds.admissionsFeedHeard,
  senders.senderCounted,
  beds.facilityConfigured,
  beds.bedChanged,
  beds.certaintyChanged,
  beds.cleaningJobChanged,
  conflicts.bedConflictChanged,
  feeds.bedManagementFeedHeard,
  departments.bedRequestChanged,
  departments.dischargePlanChanged,
  feeds.departmentFeedHeard,
  flow.unitOccupancyChanged,
  flow.bottleneckChanged,
  alerting.alertChanged,
];

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
