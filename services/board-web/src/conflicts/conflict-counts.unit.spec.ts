import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { alertCounts, alertItems } from '../alerts/alert-list.js';
import { unitRows } from '../house/unit-rows.js';
import { aBoard, aConflict, MINUTE } from '../stream/board.fixture.spec.js';
import { conflictCounts } from './conflict-counts.js';

describe('the count of conflicts', () => {
  it('is one everywhere: the units, those of none, the alerts and the whole', () => {
    const unit = fc.constantFrom('4A', 'MAT', 'XRAY', null);
    const severity = fc.constantFrom('low', 'medium', 'high');
    fc.assert(
      fc.property(fc.array(fc.record({ unit, severity })), (all) => {
        const state = aBoard({ conflicts: all.map((more, i) => aConflict(`c${i}`, more as object)) });
        const { total, byUnit, elsewhere } = conflictCounts(state);
        expect(total).toBe(all.length);
        expect([...byUnit.values()].reduce((a, b) => a + b, elsewhere)).toBe(total);
        expect(unitRows(state).reduce((sum, row) => sum + row.conflicts, elsewhere)).toBe(total);
        expect(alertCounts(alertItems(state, MINUTE), state).conflicts).toBe(total);
      }),
    );
  });
});
