/**
 * Step of the load ramp (1 to 5) for a rate against the unit's own act-at rate, both 0..1. The steps are points of
 * percent away from act-at, never a house-wide figure; without an act-at rate nothing is coloured.
 */
export function loadStep(rate: number, actAt: number | null): 1 | 2 | 3 | 4 | 5 {
  if (actAt === null) return 1;
  // To a hundredth of a point, so that a rate that stands exactly on a step is not lost to binary fractions.
  const points = Math.round((rate - actAt) * 10_000) / 100;
  if (points >= 5.5) return 5;
  if (points >= 2) return 4;
  if (points >= -1) return 3;
  return points >= -5 ? 2 : 1;
}

/** 0.9067 -> '90.7' */
export const percent = (rate: number): string => (rate * 100).toFixed(1);
