import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { ActData } from '@wardstream/events';
import fc from 'fast-check';
import {
  appended,
  chainList,
  chainListFaults,
  type ChainedEntry,
  ChainVerifier,
  emptyChain,
  hashOf,
  type Seal,
  SealChecker,
  sealingKey,
} from './index.js';

const newKey = () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  return sealingKey(privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'));
};
const key = newKey();
const checker = new SealChecker([key.publicPem]);

const act = (n: number): ActData => ({
  id: `id-${n}`,
  act: n % 3 === 0 ? 'patient.look' : 'bed.reserve',
  outcome: 'done',
  code: null,
  at: '2026-03-01T08:00:00.000Z',
  facility: 'NGH',
  subject: `u${n % 5}`,
  roles: ['bed-manager'],
  from: '10.0.0.1',
  service: 'bed-management',
  encounters: [`e${n}`],
  bed: n % 2 === 0 ? '4A-14' : null,
  about: null,
  step: null,
  shown: null,
});

interface Kept {
  entries: ChainedEntry[];
  end: Seal | null;
  seals: Seal[];
}

/** A chain of `count` acts that came in batches, with a checkpoint after every tenth. */
function chainOf(count: number, facility = 'NGH'): Kept {
  let head = emptyChain(facility);
  const kept: Kept = { entries: [], end: null, seals: [] };
  for (let n = 1; n <= count; n += 3) {
    const acts = [n, n + 1, n + 2].filter((m) => m <= count).map(act);
    const next = appended(head, acts, Date.UTC(2026, 2, 1, 8, 0, n));
    kept.entries.push(...next.entries);
    if (Math.floor(next.head.seq / 10) > Math.floor(head.seq / 10))
      kept.seals.push(key.seal({ ...next.head, kind: 'checkpoint' }));
    head = next.head;
    kept.end = key.seal({ ...head, kind: 'end' });
  }
  return kept;
}

/** As the verification reads it: by `seq`. */
function faultsOf({ entries, end, seals }: Kept, known: { facility: string; seq: number; hash: string }[] = []) {
  const verifier = new ChainVerifier('NGH', { end, seals, known }, checker);
  for (const entry of [...entries].sort((a, b) => a.seq - b.seq)) verifier.take(entry);
  return verifier.end().faults;
}

/** What whoever has the database and no key can make of the rest: hashes that fit again. */
function rehashed(entries: readonly ChainedEntry[]): ChainedEntry[] {
  let before = emptyChain('NGH').hash;
  return entries.map((entry) => ({ ...entry, hash: (before = hashOf(before, entry)) }));
}

const changes: readonly ((e: ChainedEntry) => ChainedEntry)[] = [
  (e) => ({ ...e, id: `${e.id}x` }),
  (e) => ({ ...e, act: 'bed.release' }),
  (e) => ({ ...e, outcome: 'refused' }),
  (e) => ({ ...e, code: 'role-missing' }),
  (e) => ({ ...e, at: '2026-03-01T08:00:00.001Z' }),
  (e) => ({ ...e, arrivedAt: '2026-03-01T07:00:00.000Z' }),
  (e) => ({ ...e, subject: 'somebody' }),
  (e) => ({ ...e, subject: null }),
  (e) => ({ ...e, roles: [] }),
  (e) => ({ ...e, from: null }),
  (e) => ({ ...e, service: 'board' }),
  (e) => ({ ...e, encounters: [] }),
  (e) => ({ ...e, encounters: [...e.encounters, 'e0'] }),
  (e) => ({ ...e, bed: '4A-15' }),
  (e) => ({ ...e, about: 'alert/1' }),
  (e) => ({ ...e, step: 'start' }),
  (e) => ({ ...e, shown: 'initials' }),
  (e) => ({ ...e, facility: 'SGH' }),
  (e) => ({ ...e, hash: hashOf('', e) }),
];

type Tampering = { readonly what: string; readonly of: (kept: Kept, at: number, other: number) => Kept };
const onEntries =
  (of: (entries: ChainedEntry[], at: number, other: number) => ChainedEntry[]): Tampering['of'] =>
  (kept, at, other) => ({ ...kept, entries: of([...kept.entries], at, other) });
const numbered = (entries: readonly ChainedEntry[]): ChainedEntry[] => entries.map((e, i) => ({ ...e, seq: i + 1 }));
const simple: readonly Tampering[] = [
  ...changes.map((change, n) => ({
    what: `change ${n}`,
    of: onEntries((all, at) => all.map((e, i) => (i === at ? change(e) : e))),
  })),
  { what: 'remove one', of: onEntries((all, at) => all.filter((_, i) => i !== at)) },
  { what: 'remove and number anew', of: onEntries((all, at) => numbered(all.filter((_, i) => i !== at))) },
  { what: 'remove the beginning', of: onEntries((all, at) => all.slice(at + 1)) },
  { what: 'cut off the end', of: onEntries((all, at) => all.slice(0, at)) },
  { what: 'write one twice', of: onEntries((all, at) => [...all, all[at]!]) },
  {
    what: 'insert one of its own',
    of: onEntries((all, at) => numbered([...all.slice(0, at), { ...all[at]!, id: 'forged' }, ...all.slice(at)])),
  },
  {
    what: 'write on behind the end',
    of: onEntries((all) => {
      const { seq, hash, arrivedAt } = all.at(-1)!;
      return [...all, ...appended({ facility: 'NGH', seq, hash, arrivedAt }, [act(0)], Date.UTC(2026, 3)).entries];
    }),
  },
  {
    what: 'put two in each other’s place',
    of: onEntries((all, at, other) => {
      const [a, b] = [all[at]!, all[other]!];
      return all.map((e, i) => (i === at ? { ...b, seq: a.seq } : i === other ? { ...a, seq: b.seq } : e));
    }),
  },
  { what: 'take away the seal of the end', of: (kept) => ({ ...kept, end: null }) },
  { what: 'give the end an older seal', of: (kept) => ({ ...kept, end: kept.seals[0]! }) },
  {
    what: 'seal the end with another key',
    of: (kept) => ({ ...kept, end: newKey().seal({ ...kept.end!, kind: 'end' }) }),
  },
  { what: 'claim another hash in a seal', of: (kept) => ({ ...kept, end: { ...kept.end!, hash: 'f'.repeat(64) } }) },
  {
    what: 'cut off the end with its seals',
    of: (kept, at) => {
      const seals = kept.seals.filter(({ seq }) => seq <= at);
      return { entries: kept.entries.slice(0, at), seals, end: seals.at(-1) ?? null };
    },
  },
];
/** The same, where hashes are made to fit afterwards; for those after which the chain is another than before. */
const deep: readonly Tampering[] = simple
  .filter(({ what }) => !/seal|change 18|change 17|write one twice/.test(what))
  .map(({ what, of }) => ({
    what: `${what}, with hashes that fit`,
    of: (kept, at, other) => {
      const tampered = of(kept, at, other);
      return { ...tampered, entries: rehashed(tampered.entries) };
    },
  }));

describe('a chain of acts', () => {
  it.each([0, 1, 2, 3, 10, 61])('of %d is found whole', (count) => expect(faultsOf(chainOf(count))).toEqual([]));

  it('does not let a clock that was set back be seen', () => {
    const first = appended(emptyChain('NGH'), [act(1)], Date.UTC(2026, 2, 2));
    const { entries } = appended(first.head, [act(2)], Date.UTC(2026, 2, 1));
    expect(entries[0]!.arrivedAt).toBe('2026-03-02T00:00:00.000Z');
  });

  it('begins for every facility with another hash, so that no entry moves to another', () => {
    expect(emptyChain('NGH').hash).not.toBe(emptyChain('SGH').hash);
  });

  it('is whole from where it was cut, and only with the seal of the cut', () => {
    const kept = chainOf(40);
    const { seq, hash, arrivedAt } = kept.entries[19]!;
    const entries = kept.entries.slice(20);
    const cut = key.seal({ facility: 'NGH', seq, hash, arrivedAt, kind: 'cut' });
    expect(faultsOf({ ...kept, entries, seals: [...kept.seals, cut] })).toEqual([]);
    expect(faultsOf({ ...kept, entries })[0]).toMatchObject({ kind: 'missing', seq: 1 });
    const moved = { ...cut, seq: 21 };
    expect(faultsOf({ ...kept, entries: entries.slice(1), seals: [moved] })).not.toEqual([]);
    expect(faultsOf({ ...kept, seals: [...kept.seals, cut] })[0]).toMatchObject({ kind: 'inserted', seq: 1 });
  });

  it('that was put back to an earlier state as a whole is found by what was noted outside', () => {
    const before = chainOf(30);
    const { seq, hash } = chainOf(33).end!;
    expect(faultsOf(before)).toEqual([]);
    expect(faultsOf(before, [{ facility: 'NGH', seq, hash }])[0]).toMatchObject({ kind: 'cut-off', seq: 31 });
  });

  it('says where', () => {
    const kept = chainOf(30);
    const entries = kept.entries.map((e) => (e.seq === 17 ? { ...e, subject: 'x' } : e));
    expect(faultsOf({ ...kept, entries })[0]).toMatchObject({ kind: 'changed', seq: 17, facility: 'NGH' });
  });

  it('shows each of 1,000 random tamperings', () => {
    const whole = chainOf(50);
    const seen = new Set<string>();
    fc.assert(
      fc.property(
        fc.constantFrom(...simple, ...deep),
        fc.integer({ min: 0, max: 49 }),
        fc.integer({ min: 1, max: 49 }),
        ({ what, of }, at, step) => {
          const tampered = of(whole, at, (at + step) % 50);
          fc.pre(JSON.stringify(tampered) !== JSON.stringify(whole));
          // That one is taken away with all that was sealed of it is for the list of chains.
          fc.pre(tampered.entries.length > 0 || tampered.end !== null);
          seen.add(what);
          expect([what, faultsOf(tampered).length]).not.toEqual([what, 0]);
        },
      ),
      { numRuns: 1000 },
    );
    expect(seen.size).toBe(simple.length + deep.length);
  });
});

describe('the list of chains', () => {
  const seal = key.seal(chainList(['SGH', 'NGH']));
  it.each([
    ['those that there were', ['NGH', 'SGH'], seal, []],
    ['none, of which there never was one', [], null, []],
    ['one less', ['NGH'], seal, ['There are 1 chains, and they are not the 2 that there were.']],
    ['one for another', ['NGH', 'X'], seal, ['There are 2 chains, and they are not the 2 that there were.']],
    ['without their seal', ['NGH', 'SGH'], null, ['The seal of which chains there are is missing.']],
    [
      'with a seal that was made for fewer',
      ['NGH'],
      { ...seal, ...chainList(['NGH']) },
      ['The seal of which chains there are has a signature that is not of what it says.'],
    ],
    [
      'with the seal of something else',
      ['NGH'],
      key.seal({ ...chainList(['NGH']), kind: 'end' }),
      ['The seal of which chains there are is no seal of that.'],
    ],
  ] as const)('is %s', (_, facilities, of, texts) =>
    expect(chainListFaults(facilities, of, checker).map(({ text }) => text)).toEqual(texts),
  );
});

describe('a key for seals', () => {
  it.each([
    ['nothing', ''],
    ['no key', 'c2VjcmV0'],
    [
      'another kind of key',
      generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
    ],
  ])('is not %s, and is not repeated', (_, text) => {
    expect(() => sealingKey(text)).toThrow('is no private Ed25519 key (PKCS #8)');
  });

  it('may come as PEM', () => {
    const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    const own = sealingKey(pem);
    const seal = own.seal({ facility: 'NGH', seq: 1, hash: 'a', arrivedAt: null, kind: 'end' });
    expect(new SealChecker([own.publicPem]).faultOf(seal)).toBeNull();
    expect(checker.faultOf(seal)).toMatch(/none of those that are trusted/);
  });
});
