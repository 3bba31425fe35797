import { describe, expect, it } from '@jest/globals';
import { eventCatalogue } from '@wardstream/events';
import { entityOf, facilityEntity, listedKinds } from './entities.js';

const all = [facilityEntity, ...listedKinds.map(entityOf)];

describe('what a board shows', () => {
  it('is told of by events of the language, each of one kind', () => {
    const types = all.flatMap(({ events }) => events);
    expect(new Set(types).size).toBe(types.length);
    const published = eventCatalogue.map(({ type }) => type);
    expect(types.filter((type) => !published.includes(type))).toEqual([]);
  });

  it('has a list of its own in a snapshot for each kind', () => {
    const lists = listedKinds.map((kind) => entityOf(kind).list);
    expect(new Set(lists).size).toBe(listedKinds.length);
    for (const taken of ['facility', 'lastEventId', 'now', 'speed', 'catchingUp']) expect(lists).not.toContain(taken);
    for (const taken of ['snapshot', 'clock', 'facility']) expect(listedKinds).not.toContain(taken);
  });
});
