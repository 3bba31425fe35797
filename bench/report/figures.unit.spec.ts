import { describe, expect, it } from '@jest/globals';
import { compareFigures, type Figure } from './figures.js';

const figure = (name: string, value: number, better: Figure['better']): Figure => ({ name, unit: 'x', value, better });

describe('figures beside those that were kept', () => {
  it('are worse by what they grew, or by what they fell where more is better', () => {
    const kept = [figure('cpu', 10, 'less'), figure('rate', 10, 'more')];
    const now = [figure('cpu', 12, 'less'), figure('rate', 12, 'more')];
    const [cpu, rate] = compareFigures(kept, now);
    expect(cpu!.worsePercent).toBeCloseTo(20);
    expect(rate!.worsePercent).toBeCloseTo(-20);
  });

  it('stand alone where nothing of the name was kept', () => {
    expect(compareFigures([], [figure('cpu', 12, 'less')])).toEqual([
      { name: 'cpu', kept: undefined, now: 12, worsePercent: undefined },
    ]);
  });
});
