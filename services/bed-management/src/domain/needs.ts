import type { BedNeeds, Need } from '@wardstream/events';

/** What a request asks for beside level of care, specialty and sex, as the words a tile has glyphs for. */
export function needsOf({ isolation, telemetry, equipment }: BedNeeds): Need[] {
  const needs = new Set<Need>();
  if (isolation !== 'none') needs.add(isolation);
  if (telemetry) needs.add('telemetry');
  for (const need of equipment) needs.add(need);
  return [...needs];
}
