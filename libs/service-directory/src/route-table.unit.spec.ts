import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ambiguousRoutes, routeTable } from './route-table.js';

const segment = fc.oneof(fc.constantFrom('a', 'b', 'c.d'), fc.constant('{any}'));
const route = fc.array(segment, { maxLength: 4 }).map((segments) => `/${segments.join('/')}`);
const pathBelow = (of: string): string => of.replaceAll('{any}', 'e');

describe('a table of routes', () => {
  const owner = routeTable([
    { name: 'rest', routes: ['/'] },
    { name: 'houses', routes: ['/houses'] },
    { name: 'rooms', routes: ['/houses/{house}/rooms', '/v1.0'] },
    { name: 'attic', routes: ['/houses/attic/rooms'] },
  ]);
  it.each([
    ['/', 'rest'],
    ['/housesX', 'rest'],
    ['/houses', 'houses'],
    ['/houses/', 'houses'],
    ['/houses/1/roomsX', 'houses'],
    ['/houses//rooms', 'houses'],
    ['/houses/1/rooms/2', 'rooms'],
    ['/houses/attic/rooms/2', 'attic'],
    ['/v1.0', 'rooms'],
    ['/v1x0', 'rest'],
    ['/dead-letters/rooms', 'rest'],
    ['/api/v1/dead-letters/rooms/7/redrive', 'rooms'],
    ['/api/v1/dead-letters/roomsX', 'rest'],
  ])('gives %s to %s', (path, name) => {
    expect(owner(path)).toBe(name);
  });

  it('knows no owner of what is below no route', () => {
    expect(routeTable([{ name: 'houses', routes: ['/houses'] }])('/')).toBeUndefined();
  });

  it('does not depend on the order of the services, unless it says that it is ambiguous', () => {
    fc.assert(
      fc.property(fc.array(route, { maxLength: 4 }), fc.array(route, { maxLength: 4 }), route, (one, other, asked) => {
        const services = [
          { name: 'one', routes: one },
          { name: 'other', routes: other },
        ];
        fc.pre(ambiguousRoutes(services).length === 0);
        const path = pathBelow(asked);
        expect(routeTable(services)(path)).toBe(routeTable([...services].reverse())(path));
      }),
    );
  });

  it('says what two services both answer', () => {
    const services = [
      { name: 'one', routes: ['/a/{x}'] },
      { name: 'other', routes: ['/a/{y}', '/a/b'] },
    ];
    expect(ambiguousRoutes(services)).toEqual(['one and other both answer /a/{x}']);
  });
});
