import { describe, expect, it } from '@jest/globals';
import { eventCatalogue, findEvent, PARTITIONS, toEnvelope, topics, unitOccupancyChanged } from './index.js';
import { admissionsFeedHeard } from './feed.events.js';

describe('the published language', () => {
  it('names every event and topic by the rule of the house', () => {
    for (const { type, version, topic, pattern } of eventCatalogue) {
      expect(type).toMatch(/^[a-z-]+\.[a-z-]+(ed|heard)$/);
      expect(topic).toMatch(/^wardstream\.[a-z-]+\.[a-z-]+\.v\d+$/);
      expect(topic.startsWith(`wardstream.${type.split('.')[0]}.`)).toBe(true);
      expect(pattern).toBe(`${type}.v${version}`);
    }
    expect(new Set(eventCatalogue.map((d) => d.pattern)).size).toBe(eventCatalogue.length);
  });

  it('gives every topic the same number of partitions, so that a facility has one number', () => {
    expect(topics.length).toBeGreaterThan(10);
    expect(topics.every((t) => t.partitions === PARTITIONS)).toBe(true);
  });

  it('finds a definition by type and version only', () => {
    expect(findEvent(unitOccupancyChanged.type, 1)).toBe(unitOccupancyChanged);
    expect(findEvent(unitOccupancyChanged.type, 2)).toBeUndefined();
    expect(findEvent('flow-engine.never-was', 1)).toBeUndefined();
  });
});

describe('an envelope', () => {
  const event = {
    definition: admissionsFeedHeard,
    subject: 'NGH-ADT',
    aggregateVersion: 3,
    facility: 'NGH',
    time: '2026-01-13T14:42:00.000Z',
    recordedAt: '2026-01-13T14:42:01.000Z',
    data: {
      facility: 'NGH',
      feed: 'NGH-ADT',
      name: 'Admissions',
      lastReceivedAt: '2026-01-13T14:42:00.000Z',
      received: 3,
      usualGapSeconds: null,
    },
  };
  it('carries who, what and when', () => {
    expect(toEnvelope(event)).toMatchObject({
      type: 'admissions.feed-heard',
      version: 1,
      source: 'admissions',
      facility: 'NGH',
    });
  });
  it('does not leave the service with data that breaks its schema', () => {
    const broken = { ...event, data: { ...event.data, lastReceivedAt: 'yesterday' } };
    expect(() => toEnvelope(broken)).toThrow(/lastReceivedAt/);
  });
});
