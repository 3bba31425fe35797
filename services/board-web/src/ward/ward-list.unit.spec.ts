import { describe, expect, it } from '@jest/globals';
import { attentionOf, byAttention, nextHalfHours, type WardPatient } from './ward-list.js';

const NOW = Date.parse('2026-01-13T14:42:00.000Z');
const at = (minutes: number): string => new Date(NOW + minutes * 60_000).toISOString();

const plan = (of: Partial<NonNullable<WardPatient['plan']>>): NonNullable<WardPatient['plan']> => ({
  status: 'pending',
  expectedAt: null,
  pendingAt: at(-200),
  confirmedAt: null,
  waitingFor: null,
  targetMinutes: 120,
  ...of,
});
const request = (of: Partial<WardPatient['requests'][number]> = {}): WardPatient['requests'][number] => ({
  id: 'r',
  toUnit: '4B',
  assignedBedId: null,
  bedCleanAt: null,
  readyToMove: false,
  readyToMoveAt: null,
  requestedAt: at(-60),
  targetMinutes: 120,
  ...of,
});
const patient = (bedId: string | null, of: Partial<WardPatient> = {}): WardPatient => ({
  encounterId: `e-${bedId ?? 'none'}`,
  bedId,
  patient: { initials: 'TM', ageBand: '60s', sex: 'female' },
  needs: [],
  onLeave: false,
  expectedDischargeAt: null,
  plan: null,
  requests: [],
  ...of,
});

describe('what needs a nurse first', () => {
  it('is a clean bed that waits for a patient of whom nobody has said that they can go', () => {
    const clean = request({ assignedBedId: '4B-02', bedCleanAt: at(-5) });
    expect(attentionOf(patient('A', { requests: [clean] }), NOW)).toBe('bed-ready');
    expect(attentionOf(patient('A', { requests: [{ ...clean, readyToMove: true }] }), NOW)).toBe('asked');
    expect(attentionOf(patient('A', { requests: [{ ...clean, readyToMoveExpectedAt: at(30) }] }), NOW)).toBe('asked');
    expect(attentionOf(patient('A', { requests: [{ ...clean, readyToMoveExpectedAt: at(-1) }] }), NOW)).toBe(
      'bed-ready',
    );
    expect(attentionOf(patient('A', { requests: [request({ readyToMoveExpectedAt: at(0) })] }), NOW)).toBe('ready-due');
  });

  it('is a discharge that is over its target or its hour, then what one waits for', () => {
    const of = (p: Partial<NonNullable<WardPatient['plan']>>) => attentionOf(patient('A', { plan: plan(p) }), NOW);
    expect(of({ status: 'confirmed', confirmedAt: at(-120) })).toBe('confirmed-late');
    expect(of({ status: 'confirmed', confirmedAt: at(-119) })).toBe('confirmed');
    expect(of({ status: 'confirmed', confirmedAt: at(-10), waitingFor: 'meds' })).toBe('waits');
    expect(of({ expectedAt: at(0) })).toBe('expected-passed');
    expect(of({ expectedAt: at(1) })).toBe('pending');
  });

  it('stands first, everybody else by bed, and who is in no known bed last', () => {
    const all = [
      patient(null),
      patient('4A-09'),
      patient('4A-02', { requests: [request()] }),
      patient('4A-01'),
      patient('4A-12', { plan: plan({ expectedAt: at(-1) }) }),
    ];
    expect(byAttention(all, NOW).map(({ bedId }) => bedId)).toEqual(['4A-12', '4A-02', '4A-01', '4A-09', null]);
  });
});

describe('times to choose from', () => {
  it('are half and full hours that are still to come', () => {
    expect(nextHalfHours(NOW, [0, 1, 4]).map((ms) => new Date(ms).toISOString().slice(11, 16))).toEqual([
      '15:00',
      '15:30',
      '17:00',
    ]);
    expect(new Date(nextHalfHours(Date.parse(at(18)), [0])[0]!).toISOString().slice(11, 16)).toBe('15:30');
  });
});
