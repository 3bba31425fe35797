import { describe, expect, it } from '@jest/globals';
import { createMemoryHistory } from '@tanstack/react-router';
import {
  aBed,
  aBoard,
  aConflict,
  aFeed,
  ago,
  anEncounter,
  MINUTE,
  NOW,
  occupiedBed,
} from '../stream/board.fixture.spec.js';
import { appearanceOf } from './appearance.js';
import { feedAges, movementsSilentSince } from './feed-ages.js';
import { noKeys, pressKey } from './keys.js';
import { addressOf, addressWith, pagePaths, pathOf, safeReturn, type PageName, type Route } from './route.js';
import { createAppRouter } from './routes.js';
import { searchBoard } from './search.js';

describe('addresses', () => {
  const nothing = () => null;
  const router = createAppRouter(
    { around: nothing, pending: nothing, unknown: nothing },
    createMemoryHistory({ initialEntries: ['/'] }),
  );
  const found = (path: string) => {
    const [, params, route] = router.getMatchedRoutes(path);
    // What is left over of a path makes it none of ours.
    const isWhole = params['**'] === undefined;
    return { page: (isWhole ? route?.options.staticData?.page : null) ?? null, unit: params['unit'] };
  };

  it.each(Object.keys(pagePaths) as PageName[])('lead to the page %s and back', (page) => {
    const route: Route = page === 'unit' ? { page, unit: '4A' } : page === 'visit' ? { page, visit: 'e 1' } : { page };
    expect(found(pathOf(route))).toEqual({ page, unit: page === 'unit' ? '4A' : undefined });
  });

  it('hold a unit with odd letters, and nothing that is no page of ours', () => {
    for (const unit of ['4/A', '%zz', 'Süd 1', '4A#?&']) {
      expect(found(pathOf({ page: 'unit', unit }))).toEqual({ page: 'unit', unit });
    }
    expect(['/walls/1', '/units/4A/more', '/units/%zz'].map((path) => found(path).page)).toEqual([null, null, null]);
  });

  it('take parameters as text, whatever they look like', () => {
    const { parseSearch, stringifySearch } = router.options;
    expect(parseSearch('?bed=12&on=true&of={}')).toEqual({ bed: '12', on: 'true', of: '{}' });
    expect(stringifySearch({ bed: '12' })).toBe('?bed=12');
    expect(stringifySearch({})).toBe('');
  });

  it('keep what belongs to the person when the page changes, and drop what belonged to the page', () => {
    expect(addressOf({ page: 'house' }, '?theme=dark&bed=4A-14&facility=NGH')).toBe('/?facility=NGH&theme=dark');
    expect(addressOf({ page: 'unit', unit: '4A' }, '', { bed: '4A-14' })).toBe('/units/4A?bed=4A-14');
    expect(addressWith('/units/4A', '?bed=4A-14&density=compact', { bed: null })).toBe('/units/4A?density=compact');
  });

  it('return only to a place of this origin', () => {
    expect(
      ['/units/4A?bed=1', '//evil.example', '/\\evil.example', 'https://evil.example', '/sign-in?to=/', null].map(
        safeReturn,
      ),
    ).toEqual(['/units/4A?bed=1', '/', '/', '/', '/', '/']);
  });

  it('hold theme and density, and nothing that is no such choice', () => {
    expect(appearanceOf('?theme=dark&density=compact')).toEqual({ theme: 'dark', density: 'compact' });
    expect(appearanceOf('?theme=pink&density=')).toEqual({ theme: null, density: null });
  });
});

describe('keys', () => {
  const plain = (key: string) => ({ key, modified: false, inField: false });

  it('go to a place with g and its letter, within a moment', () => {
    const g = pressKey(noKeys, plain('g'), 0, true);
    expect(g.keys).toBeNull();
    expect(pressKey(g.state, plain('h'), 1_000, true)).toEqual({ state: noKeys, keys: 'g h' });
    expect(pressKey(g.state, plain('h'), 5_000, true).keys).toBe('h');
  });

  it('are off in fields, with modifiers and when turned off; Escape and those with Ctrl always work', () => {
    expect(pressKey(noKeys, { ...plain('/'), inField: true }, 0, true).keys).toBeNull();
    expect(pressKey(noKeys, { ...plain('/'), modified: true }, 0, true).keys).toBeNull();
    expect(pressKey(noKeys, plain('/'), 0, false).keys).toBeNull();
    expect(pressKey(noKeys, { ...plain('Escape'), inField: true }, 0, false).keys).toBe('Escape');
    expect([pressKey(noKeys, plain('/'), 0, true).keys, pressKey(noKeys, plain('?'), 0, true).keys]).toEqual([
      '/',
      '?',
    ]);
    const controlK = { key: 'K', control: true, modified: true, inField: true };
    expect(pressKey(noKeys, controlK, 0, false).keys).toBe('Ctrl k');
  });
});

describe('the search', () => {
  const place = (unit: string, bed: string, more: object = {}) => ({ unit, room: null, bed, bedId: null, ...more });
  const state = aBoard({
    beds: [
      occupiedBed('4A-21', 'e1'),
      aBed('4A-22', { conflicts: [{ id: 'c', kind: 'bed-disputed', severity: 'high', openedAt: ago(5) }] }),
      occupiedBed('4A-99', 'e2'),
    ],
    conflicts: [aConflict('c', { subject: { type: 'bed', id: '4A-22' } })],
    encounters: [
      anEncounter('e1', { visitNumber: 'AB1', location: place('4A', '21', { bedId: '4A-21' }) }),
      anEncounter('e2', { visitNumber: 'AB2', location: place('4A', '99', { bedId: '4A-99' }) }),
      anEncounter('e3', { visitNumber: 'AB3', location: place('XRAY', '1', { asSent: 'XRAY^^1' }) }),
      anEncounter('e4', { visitNumber: 'AB4', location: place('4A', '77', { asSent: '4A^^77' }) }),
    ],
  });
  const found = (text: string) => searchBoard(state, text, MINUTE);
  const ids = (text: string) => found(text).map((f) => f.id);

  it('finds a bed by its code, with or without the dash, and says its state as the tile does', () => {
    expect([ids('4a-21')[0], ids('4A21')[0]]).toEqual(['4A-21', '4A-21']);
    const notes = ['4a-21', '4a-22', '4a-23', '4a-99'].map((bed) => found(bed)[0]?.note.split(', '));
    expect(notes).toEqual([
      ['Occupied', 'Respiratory', 'Room 21'],
      ['Conflict', 'Respiratory', 'Room 22'],
      ['no data', 'Respiratory', 'Room 23'],
      ['Occupied', 'Respiratory', 'not listed any more'],
    ]);
  });

  it('tells no bed as available that is not certain, and heads one that is not listed any more as its tile', () => {
    const doubtful = aBoard({
      beds: [aBed('4A-21', { notCertainSince: ago(40) }), occupiedBed('4A-99', 'e2', { notListedSince: ago(5) })],
    });
    const notes = ['4a-21', '4a-99'].map((bed) => searchBoard(doubtful, bed, MINUTE)[0]?.note);
    expect(notes).toEqual(['Not certain since 14:02, Respiratory, Room 21', 'Not listed any more, Respiratory']);
  });

  it('puts the unit before its beds and finds it by name', () => {
    expect(ids('4a').slice(0, 2)).toEqual(['4A', '4A-01']);
    expect(ids('respir')).toEqual(['4A']);
  });

  it('finds an open visit by its number, wherever it is, and says where', () => {
    expect(found('ab').map(({ label, note, unit, bed }) => [label, note, unit, bed])).toEqual([
      ['Visit AB1', '4A-21', '4A', '4A-21'],
      ['Visit AB2', 'In a bed not listed any more', '4A', '4A-99'],
      ['Visit AB3', 'In no known unit, XRAY^^1', null, null],
      ['Visit AB4', 'In no known bed, 4A', '4A', null],
    ]);
  });

  it('finds nothing for blanks', () => expect(ids('  ')).toEqual([]));
});

describe('feedAges', () => {
  it('shows one entry for a name, the freshest, and silent ones last', () => {
    const ages = feedAges(
      [
        aFeed('Theatre', { lastReceivedAt: ago(26), usualGapSeconds: 540 }),
        aFeed('ADT', { lastReceivedAt: ago(3) }),
        aFeed('ADT', { lastReceivedAt: ago(1), owner: 'bed-management' }),
      ],
      NOW,
    );
    expect(ages.map((a) => [a.name, a.seconds, a.silent])).toEqual([
      ['ADT', 60, false],
      ['Theatre', 1560, true],
    ]);
  });

  it('calls nothing silent whose usual gap is not known yet', () => {
    expect(feedAges([aFeed('ADT', { lastReceivedAt: ago(600) })], NOW)[0]?.silent).toBe(false);
  });

  it('calls the counts old only when every feed of movements is silent', () => {
    const silent = aFeed('ADT', { lastReceivedAt: ago(20), usualGapSeconds: 60 });
    const cleaning = aFeed('Cleaning', { owner: 'bed-management' });
    expect(movementsSilentSince([silent, cleaning], NOW)).toBe(ago(20));
    expect(movementsSilentSince([silent, aFeed('ED', { usualGapSeconds: 60 })], NOW)).toBeNull();
    expect(movementsSilentSince([cleaning], NOW)).toBeNull();
  });
});
