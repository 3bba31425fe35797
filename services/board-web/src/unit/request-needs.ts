import type { BedRequestData, Need } from '@wardstream/events';

/** Everything a request needs that has a glyph, each once. */
export function requestNeeds(request: BedRequestData): Need[] {
  const { isolation, telemetry, equipment } = request.needs;
  return [
    ...new Set<Need>([
      ...(isolation === 'none' ? [] : [isolation]),
      ...(telemetry ? ['telemetry' as const] : []),
      ...equipment,
    ]),
  ];
}
