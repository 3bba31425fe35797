import type { EventEnvelope } from '@wardstream/events';
import {
  entityOf,
  facilityEntity,
  listedKinds,
  type BoardEntity,
  type ListedKind,
} from '@wardstream/api-contract/board-entities';
import { ownViews, type OwnView } from './views/own-views.js';

/** What a row of the board is about; also the name of its event on the stream. */
export type EntryKind = ListedKind | 'facility';
export const entryKinds: readonly EntryKind[] = ['facility', ...listedKinds];

/** One thing people see, as it is now. `body` is sent as it stands: it is serialized once for every reader. */
export interface BoardEntry {
  readonly facility: string;
  readonly kind: EntryKind;
  /** Unique in its kind and facility. */
  readonly id: string;
  /** Only a higher one replaces what is known. */
  readonly version: number;
  /** When it was over (resolved, closed, met, left), ISO; null while it is open. */
  readonly endedAt: string | null;
  readonly body: string;
}

/** What must be known of a kind. */
export function knownOf(kind: EntryKind): Omit<BoardEntity<unknown>, 'list'> {
  return kind === 'facility' ? (facilityEntity as Omit<BoardEntity<unknown>, 'list'>) : entityOf(kind);
}

/** What an event shows, as one of a kind. */
export function entryAs(kind: EntryKind, event: EventEnvelope): BoardEntry {
  const own = ownViews[kind] as OwnView<unknown> | undefined;
  const view = own === undefined ? event.data : own.view(event);
  return entryOfView(kind, view, {
    facility: event.facility,
    version: event.aggregateVersion,
    told: own?.endedAt?.(event) ?? event.time,
  });
}

/** A view as an entry; `told` is when it was over where it does not say so itself. */
export function entryOfView(
  kind: EntryKind,
  view: unknown,
  of: { readonly facility: string; readonly version: number; readonly told: string },
): BoardEntry {
  const { idOf, endedAt } = knownOf(kind);
  return {
    facility: of.facility,
    kind,
    id: idOf(view),
    version: of.version,
    endedAt: endedAt?.(view, of.told) ?? null,
    body: JSON.stringify(view),
  };
}
