import type { Route } from '../app/route.js';
import { refusalOf } from '../commands/permissions.js';
import type { BoardState } from '../stream/board-state.js';

/** One feature and where it is. */
export interface TourStop {
  readonly title: string;
  readonly text: string;
  readonly to: Route;
  /** What the address says beside the page. */
  readonly own?: Readonly<Record<string, string>>;
  /** The part of the page that is marked: a CSS selector. */
  readonly part: string;
}

/** A bed worth a look: one that two facts claim, else the first in which somebody lies. */
function exampleBed({ beds }: BoardState): { readonly id: string; readonly unit: string } | null {
  const all = [...beds.values()];
  return all.find((b) => b.occupants.length > 1) ?? all.find((b) => b.occupants.length > 0) ?? null;
}

/** The stops for somebody of these roles, in the order of the pages; what they may not see is left out. */
export function tourStops(state: BoardState, roles: readonly string[]): TourStop[] {
  const house = { page: 'house' } as const;
  const bed = exampleBed(state);
  const unit = { page: 'unit', unit: bed?.unit ?? state.facility?.units[0]?.id ?? null } as const;
  return [
    {
      title: 'The house in six numbers',
      text: 'Each says what it is out of. What nobody has told is “no data”, never 0.',
      to: house,
      part: '.headline',
    },
    {
      title: 'Units',
      text: 'One cell is one bed, by state; the tick is where the unit should act. Those under most pressure come first. Choose one to open it.',
      to: house,
      part: '.units-panel',
    },
    {
      title: 'Oldest waits',
      text: 'Who has needed a bed longest, against the target, and what stands between them and it.',
      to: house,
      part: '.waits',
    },
    {
      title: 'Alerts',
      text: 'What holds up the house, the worst first. Take one, and it carries your name; when it grows worse it comes back.',
      to: house,
      part: '.alerts',
    },
    {
      title: 'Age of the data',
      text: 'How long ago each system was heard. One that is silent is named, and so is what depends on it.',
      to: house,
      part: '.feeds',
    },
    {
      title: 'Rooms and tiles',
      text: 'For whom a room is, and a tile for each bed: who, what they need, how long they have been here and are expected to stay, what is waited for.',
      to: unit,
      part: '.rooms',
    },
    ...(bed === null
      ? []
      : [
          {
            title: 'A bed',
            text: 'Where facts disagree you see both and choose. Below: what you can do, what is refused and why, and all that happened to the bed.',
            to: unit,
            own: { bed: bed.id },
            part: '.drawer',
          },
        ]),
    {
      title: 'Conflicts',
      text: 'All that cannot both be so, with who said it and when. Both stand until a later fact or a person settles it.',
      to: { page: 'conflicts' },
      part: '.conflicts-page > .panel',
    },
    ...(refusalOf('see-messages', roles) === null
      ? [
          {
            title: 'Messages',
            text: 'What could not be used as it came, or names a place that nobody has mapped yet. Nothing is lost: it is corrected and replayed here.',
            to: { page: 'messages' } as const,
            part: 'main > .panel',
          },
        ]
      : []),
    {
      title: 'Find, and keys',
      text: 'Press / to find a bed, unit or visit, and ? for all keys. This tour is in the menu under your name.',
      to: house,
      part: '.search-anchor',
    },
  ];
}
