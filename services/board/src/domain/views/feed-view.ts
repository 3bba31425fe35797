import type { FeedView } from '@wardstream/api-contract';
import type { FeedData } from '@wardstream/events';
import type { OwnView } from './own-views.js';

/** With the service that heard it. */
export const feedView: OwnView<FeedData> = {
  view: ({ data, source }): FeedView => ({ ...data, owner: source }),
};
