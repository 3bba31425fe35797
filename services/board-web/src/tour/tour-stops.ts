import type { Route } from '../app/route.js';
import { refusalOf } from '@wardstream/access';
import type { BoardState } from '../stream/board-state.js';
import { t } from '../texts/parts/tour.js';

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
      title: t('tour.theHouseInSixNumbers'),
      text: t('tour.eachSaysWhatItIsOut'),
      to: house,
      part: '.headline',
    },
    {
      title: t('tour.units'),
      text: t('tour.oneCellIsOneBedBy'),
      to: house,
      part: '.units-panel',
    },
    {
      title: t('tour.oldestWaits'),
      text: t('tour.whoHasNeededABedLongest'),
      to: house,
      part: '.waits',
    },
    {
      title: t('tour.alerts'),
      text: t('tour.whatHoldsUpTheHouseThe'),
      to: house,
      part: '.alerts',
    },
    {
      title: t('tour.ageOfTheData'),
      text: t('tour.howLongAgoEachSystemWas'),
      to: house,
      part: '.feeds',
    },
    {
      title: t('tour.roomsAndTiles'),
      text: t('tour.forWhomARoomIsAnd'),
      to: unit,
      part: '.rooms',
    },
    ...(bed === null
      ? []
      : [
          {
            title: t('tour.aBed'),
            text: t('tour.whereFactsDisagreeYouSeeBoth'),
            to: unit,
            own: { bed: bed.id },
            part: '.drawer',
          },
        ]),
    {
      title: t('tour.conflicts'),
      text: t('tour.allThatCannotBothBeSo'),
      to: { page: 'conflicts' },
      part: '.conflicts-page > .panel',
    },
    ...(refusalOf('message.read', roles) === null
      ? [
          {
            title: t('tour.messages'),
            text: t('tour.whatCouldNotBeUsedAs'),
            to: { page: 'messages' } as const,
            part: 'main > .panel',
          },
        ]
      : []),
    {
      title: t('tour.findAndKeys'),
      text: t('tour.pressToFindABedUnit'),
      to: house,
      part: '.search-anchor',
    },
  ];
}
