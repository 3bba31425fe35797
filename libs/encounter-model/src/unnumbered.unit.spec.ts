import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { clock, fact, type FactInput } from './testing/facts.builder.spec.js';
import { type NumberedVisit, visitsOfUnnumbered } from './unnumbered.js';
import type { VisitFact } from './visit-fact.js';

const visit = (number: string, ...facts: VisitFact[]): NumberedVisit => ({ number, domain: null, facts });
const told = (kind: Parameters<typeof fact>[0], said: FactInput): VisitFact => fact(kind, { ...said, visit: null });
/** The numbers of the visits that these belong to, in their order. */
function found(visits: readonly NumberedVisit[], ...unnumbered: VisitFact[]): (string | null)[] {
  const of = visitsOfUnnumbered(visits, unnumbered);
  return unnumbered.map(({ id }) => of.get(id)?.number ?? null);
}

const v1 = visit('V1', fact('admit', { at: '10:00' }));
const v1Over = visit('V1', ...v1.facts, fact('discharge', { at: '14:00' }));
const v2 = visit('V2', fact('admit', { at: '15:00', visit: 'V2' }));

describe('the visit of what names none', () => {
  it.each<[string, NumberedVisit[], VisitFact, string | null]>([
    ['is the only one open at its time', [v1, v2], told('transfer', { at: '12:00' }), 'V1'],
    ['is none where two are open', [v1, v2], told('transfer', { at: '16:00' }), null],
    ['is none where there is none', [], told('transfer', { at: '16:00' }), null],
    ['is the one that was not over', [v1Over, v2], told('transfer', { at: '16:00' }), 'V2'],
    ['is open at the instant of its discharge', [v1Over, v2], told('update', { at: '14:00' }), 'V1'],
    ['is the only one that begins later', [v1Over, v2], told('transfer', { at: '14:30' }), 'V2'],
    ['is none where it is over and no other begins', [v1Over], told('transfer', { at: '16:00' }), null],
    ['is the one whose discharge is taken back', [v1Over], told('cancel-discharge', { at: '16:00' }), 'V1'],
    [
      'is open again where its discharge was taken back',
      [visit('V1', ...v1Over.facts, fact('cancel-discharge', { at: '14:00', rec: '15:00' }))],
      told('transfer', { at: '16:00' }),
      'V1',
    ],
    [
      'is no cancelled one',
      [visit('V1', ...v1.facts, fact('cancel-admit', { at: '10:00', rec: '11:00' })), v2],
      told('transfer', { at: '16:00' }),
      'V2',
    ],
    [
      'is none of which only updates are known',
      [visit('V1', fact('update', { at: '10:00' }))],
      told('leave', { at: '12:00' }),
      null,
    ],
  ])('%s', (_, visits, unnumbered, expected) => {
    expect(found(visits, unnumbered)).toEqual([expected]);
  });

  it('is over for those behind one that ends it', () => {
    const out = told('discharge', { at: '12:00' });
    expect(found([v1, v2], told('transfer', { at: '16:00' }), out, told('transfer', { at: '11:00' }))).toEqual([
      ...['V2', 'V1', 'V1'],
    ]);
    const back = told('cancel-discharge', { at: '12:30' });
    expect(found([v1], told('transfer', { at: '13:00' }), out, back)).toEqual(['V1', 'V1', 'V1']);
  });

  it('is open again where what ended it without a number was taken back under its number', () => {
    const out = told('discharge', { at: '12:00' });
    const back = fact('cancel-discharge', { at: '12:00', rec: '12:30' });
    expect(found([visit('V1', ...v1.facts, back)], out, told('transfer', { at: '13:00' }))).toEqual(['V1', 'V1']);
    // The one that its time names, though an earlier one was recorded before it.
    const twice = visit(
      'V1',
      ...v1Over.facts,
      fact('admit', { at: '15:00' }),
      fact('cancel-discharge', { at: '17:00' }),
    );
    const outAgain = told('discharge', { at: '17:00' });
    expect(found([twice], outAgain, told('transfer', { at: '18:00' }))).toEqual(['V1', 'V1']);
  });

  it('is open again where its discharge, told twice, was taken back once', () => {
    const twice = [fact('discharge', { at: '12:00' }), fact('discharge', { at: '12:00', again: 1 })];
    const back = fact('cancel-discharge', { at: '12:00', rec: '12:30' });
    expect(found([visit('V1', ...v1.facts, ...twice, back)], told('transfer', { at: '13:00' }))).toEqual(['V1']);
  });

  it('is under the number that the visit went by then', () => {
    const goesOn = fact('to-inpatient', { at: '12:00', visit: 'V1b' });
    const joined = visit('V1b', ...v1.facts, goesOn);
    expect(found([joined], told('discharge', { at: '11:00' }), told('leave', { at: '11:00' }))).toEqual(['V1', 'V1']);
    expect(found([joined], told('transfer', { at: '12:30' }))).toEqual(['V1b']);
  });

  it('is the one that was cancelled only after it was said, where there is no other', () => {
    const cancelled = visit('V1', ...v1.facts, fact('cancel-admit', { at: '10:00', rec: '12:00' }));
    const moved = told('transfer', { at: '11:00' });
    expect(found([cancelled], moved, told('cancel-transfer', { at: '11:00', rec: '11:30' }))).toEqual(['V1', 'V1']);
    expect(found([cancelled], told('transfer', { at: '13:00' }))).toEqual([null]);
    const other = visit('V2', fact('admit', { at: '09:00', visit: 'V2' }));
    expect(found([cancelled, other], moved)).toEqual(['V2']);
  });

  it('follows from what is said and when it happened, whatever came first', () => {
    const time = fc.integer({ min: 0, max: 23 }).map((h) => `${String(h).padStart(2, '0')}:00`);
    const kind = fc.constantFrom<Parameters<typeof fact>[0][]>(
      ...([
        'admit',
        'transfer',
        'discharge',
        'cancel-discharge',
        'cancel-admit',
        'update',
        'register',
        'leave',
      ] as const),
    );
    const facts = fc.array(fc.record({ kind, at: time, rec: time, visit: fc.constantFrom('V1', 'V2', 'V3', null) }), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(facts, fc.infiniteStream(fc.nat()), (said, random) => {
        const all = said.map(({ kind, ...of }, again) => fact(kind, { ...of, again }));
        const shuffled = [...all]
          .map((one) => ({ one, by: random.next().value }))
          .sort((a, b) => a.by - b.by)
          .map(({ one }) => one);
        const map = (facts: readonly VisitFact[]): Record<string, string | null> => {
          const numbers = [...new Set(facts.flatMap((f) => f.fact.visit?.number ?? []))];
          const visits = numbers.map((n) => visit(n, ...facts.filter((f) => f.fact.visit?.number === n)));
          const unnumbered = facts.filter((f) => f.fact.visit === null);
          const of = visitsOfUnnumbered(visits, unnumbered);
          expect(of.size).toBe(unnumbered.length);
          return Object.fromEntries([...of].map(([id, v]) => [id, v?.number ?? null]).sort());
        };
        expect(map(shuffled)).toEqual(map(all));
      }),
    );
    expect(clock('10:00')).toBe('2026-03-01T10:00:00.000Z');
  });
});
