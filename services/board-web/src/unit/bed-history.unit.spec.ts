import { describe, expect, it } from '@jest/globals';
import type { BedHappening } from '@wardstream/api-contract';
import { happeningWords } from './bed-history.js';

const words = (kind: string, details: object = {}, more: Partial<BedHappening> = {}) =>
  happeningWords(
    {
      ...{ id: '1', kind, at: '2026-01-13T12:00:00.000Z', recordedAt: null, by: null, visitNumber: null },
      ...{ patient: { initials: 'TM', ageBand: '60s', sex: 'male' }, details: { ...details }, ...more },
    },
    (iso) => iso.slice(11, 16),
  );

describe('the history of a bed in words', () => {
  it.each([
    [
      'blocked',
      { reason: 'maintenance', note: 'ticket 4711', until: Date.parse('2026-01-13T18:00:00.000Z') },
      'Maintenance until 18:00, ticket 4711',
    ],
    ['closed', { reason: 'no-staff', until: null }, 'No staff'],
    ['came', {}, 'T.M. in the bed'],
    ['left', { endedBy: 'discharge', leavesDirty: true }, 'T.M. left the house, to be cleaned'],
    ['kept', { as: 'reservation', plan: null, until: '2026-01-13T13:00:00+00:00' }, 'Reserved for T.M. until 13:00'],
    ['kept', { as: 'reservation', plan: 'transfer', until: null }, 'Planned for T.M.'],
    ['kept-no-more', { released: true }, 'Given up for T.M.'],
    ['status-reported', { code: 'H' }, 'Reported in housekeeping'],
    ['configured', { staffed: true, listed: false }, 'Not listed any more'],
    ['cleaning-completed', {}, 'Clean'],
    [
      'cleaning-cancelled',
      { patientInBed: false, reason: 'done by the ward' },
      'Cleaning called off: done by the ward',
    ],
    ['conflict-opened', { conflict: 'bed-disputed' }, 'Two patients in one bed'],
    ['conflict-closed', { reason: 'twins' }, 'Conflict closed: twins'],
    ['something-new', {}, 'Something new'],
  ])('%s %j', (kind, details, expected) => {
    expect(words(kind, details)).toBe(expected);
  });

  it('names nobody where nobody is known', () => {
    expect(words('came', {}, { patient: null })).toBe('A patient in the bed');
  });
});
