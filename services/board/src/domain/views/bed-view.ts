import type { BedView } from '@wardstream/api-contract';
import type { BedData, EventEnvelope } from '@wardstream/events';
import type { OwnView } from './own-views.js';

/** Without its history, which nobody looks at on a board. */
export const bedView: OwnView<BedData> = {
  view: ({ data }: EventEnvelope<BedData>): BedView => {
    const { history: _, ...view } = data;
    return view;
  },
};

/** A bed whose latest change could not be applied here, as it is shown until it is: never free. */
export function bedInDoubt(body: string, since: string): string {
  const bed = JSON.parse(body) as BedView;
  const marked: BedView = { ...bed, notCertainSince: bed.notCertainSince ?? since };
  if (bed.state !== 'available') return JSON.stringify(marked);
  const blocked = { reason: 'Not certain', note: null, since, until: null };
  const clocks: BedView['clocks'] = [{ name: 'blocked', since, targetMinutes: null }];
  return JSON.stringify({ ...marked, state: 'blocked', since, blocked, clocks } satisfies BedView);
}
