import type { Place, Stay } from '@wardstream/events';
import { agree, type ClassInBed, holdsBed, placeKey, refines } from './places.js';

type Ending = NonNullable<Stay['endedBy']>;

/** The stays of one visit while its history is read. At most the last one is open. */
export class Stays {
  private readonly all: Stay[] = [];
  private current: Stay | null = null;

  get here(): Place | null {
    return this.current?.place ?? null;
  }

  /** Since when, as far as that is known. */
  get since(): string | null {
    return this.current?.from ?? null;
  }

  /**
   * The patient is at `place` from `at` on. Nothing changes where that is known already and the class holds a bed as before, or
   * where it says less than is known, unless it is `whole`: then the patient is in no bed that it does not name. Returns whether the
   * place changed.
   */
  move(place: Place, at: string, movementId: string, patientClass: ClassInBed, by: Ending, whole = false): boolean {
    const known = this.current;
    const says = known !== null && agree(known.place, place) && !refines(place, known.place);
    const target = says && (!whole || known.place.bed === null) ? known.place : place;
    const holds = holdsBed(patientClass, target);
    if (known !== null && placeKey(known.place) === placeKey(target) && known.holdsBed === holds) return false;
    const moved = known === null || placeKey(known.place) !== placeKey(target);
    this.close(at, moved ? by : 'class-change');
    this.current = {
      movementId,
      place: target,
      from: at,
      to: null,
      holdsBed: holds,
      leavesDirty: holds,
      endedBy: null,
    };
    return moved;
  }

  /** The patient left. An end before the beginning (the facts' times contradict each other) counts as the beginning. */
  close(at: string, by: Ending): void {
    if (this.current === null) return;
    const { from, holdsBed: held } = this.current;
    // Of a place that was left the moment it was come to nobody lay in the bed, unless they left the house from it.
    const leavesDirty = held && by !== 'swap' && (at > from || by === 'discharge');
    this.all.push({ ...this.current, to: at < from ? from : at, endedBy: by, leavesDirty });
    this.current = null;
  }

  /** The patient was in `place` and left it at `at`; since when is not known. A stay of no length, for the bed's sake. */
  touch(place: Place, at: string, movementId: string, patientClass: ClassInBed, by: Ending): void {
    if (!holdsBed(patientClass, place)) return;
    this.all.push({ movementId, place, from: at, to: at, holdsBed: true, leavesDirty: true, endedBy: by });
  }

  /** Tells whether a stay, as far as they are known by now, covers a time in a place. */
  coverage(): (place: Place, at: string) => boolean {
    const byPlace = new Map<string, { readonly from: string; readonly until: string }[]>();
    for (const { place, from, to } of this.list()) {
      const key = placeKey(place);
      const spans = byPlace.get(key);
      const until = to ?? '~';
      const before = spans?.at(-1)?.until ?? '';
      const span = { from, until: until > before ? until : before };
      if (spans === undefined) byPlace.set(key, [span]);
      else spans.push(span);
    }
    return (place, at) => {
      const spans = byPlace.get(placeKey(place)) ?? [];
      let [low, high] = [0, spans.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (spans[middle]!.from <= at) low = middle + 1;
        else high = middle;
      }
      return low > 0 && spans[low - 1]!.until >= at;
    };
  }

  list(): Stay[] {
    const stays = this.current === null ? this.all : [...this.all, this.current];
    return [...stays].sort((a, b) => (a.from === b.from ? rank(a) - rank(b) : a.from < b.from ? -1 : 1));
  }
}

/** Of stays that begin at one time, the ended ones come first; `sort` is stable for the rest. */
function rank(stay: Stay): number {
  return stay.to === null ? 1 : 0;
}
