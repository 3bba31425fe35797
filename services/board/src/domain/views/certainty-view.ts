import type { CertaintyView } from '@wardstream/api-contract';
import type { CertaintyData } from '@wardstream/events';
import type { OwnView } from './own-views.js';

/** A line over the whole board; each service that cannot apply what it was told says its own. */
export const certaintyView: OwnView<CertaintyData> = {
  view: ({ facility, source, data }): CertaintyView => certainty(facility, source, data.notCertainSince),
};

export const certainty = (facility: string, owner: string, notCertainSince: string | null): CertaintyView => ({
  facility,
  owner,
  notCertainSince,
});
