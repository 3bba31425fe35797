import type { EventEnvelope } from '@wardstream/events';
import type { EntryKind } from '../board-entry.js';
import { bedView } from './bed-view.js';
import { encounterView } from './encounter-view.js';
import { feedView } from './feed-view.js';
import { certaintyView } from './certainty-view.js';

/** What is shown of an event where that is not its data as it was published. */
export interface OwnView<T> {
  readonly view: (event: EventEnvelope<T>) => unknown;
  /** When it was over, where the view does not tell; else the event's own time counts. */
  readonly endedAt?: (event: EventEnvelope<T>) => string | null;
}

/** The kinds that have a view of their own. */
export const ownViews: { readonly [K in EntryKind]?: OwnView<never> } = {
  bed: bedView,
  feed: feedView,
  encounter: encounterView,
  certainty: certaintyView,
};
