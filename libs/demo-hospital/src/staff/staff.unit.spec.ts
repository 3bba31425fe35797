import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HOUR, LocalTime, MINUTE } from '../simulation/local-time.js';
import { escalated, takenBy, type OpenAlert } from './alert-plan.js';
import { corrected } from './interface-engineer.js';
import { allStaff, operationsManagers } from './people.js';

const local = new LocalTime('Europe/London');
const from = Date.parse('2026-01-01T00:00:00Z');
const alerts = fc.record({
  id: fc.uuid(),
  unit: fc.constantFrom('3A', '4A', 'ED', null),
  severity: fc.constantFrom('warn' as const, 'high' as const, 'critical' as const),
  state: fc.constantFrom('firing' as const, 'acknowledged' as const),
  firedAt: fc.integer({ min: 0, max: 8760 * 60 }).map((n) => new Date(from + n * MINUTE).toISOString()),
  since: fc.constant('2026-01-01T00:00:00.000Z'),
}) satisfies fc.Arbitrary<OpenAlert>;

describe('operations managers', () => {
  it('take every alert within the hour, in somebody’s name, and always the same one', () => {
    fc.assert(
      fc.property(alerts, fc.integer(), fc.boolean(), (alert, seed, isEscalated) => {
        const { member, at, share } = takenBy(alert, local, seed, isEscalated);
        expect(takenBy({ ...alert }, local, seed, isEscalated)).toEqual({ member, at, share });
        expect(share >= 0 && share < 1).toBe(true);
        expect(at).toBeGreaterThan(Date.parse(alert.firedAt));
        expect(at).toBeLessThan(Date.parse(alert.firedAt) + HOUR);
        expect(allStaff).toContain(member);
        expect(member === operationsManagers.director).toBe(isEscalated);
      }),
    );
  });

  it('hand the worst of what nobody has taken to the director, and no mere warning', () => {
    fc.assert(
      fc.property(fc.array(alerts), (list) => {
        const worst = escalated(list);
        const open = list.filter((a) => a.state === 'firing');
        expect(worst === null).toBe(open.every((a) => a.severity === 'warn'));
        if (worst?.severity === 'high') expect(open.some((a) => a.severity === 'critical')).toBe(false);
      }),
    );
  });

  it('have names that are each one person’s', () => {
    expect(new Set(allStaff.map((s) => s.id)).size).toBe(allStaff.length);
    expect(allStaff.every((s) => /^\S+ \S+$/.test(s.name))).toBe(true);
  });
});

describe('the interface engineer', () => {
  it('puts the time of the message where a time is none, and touches nothing else', () => {
    const message =
      'MSH|^~\\&|NGH-ADT|NGH|W|NGH|20260113144200+0000||ADT^A08|1|P|2.5.1\rEVN|A08|20261345000000|||||NGH\rPID|1\r';
    expect(corrected(message)).toBe(message.replace('20261345000000', '20260113144200+0000'));
    expect(corrected('MSH|^~\\&|A\rEVN|A08|x\r')).toBeNull();
  });
});
