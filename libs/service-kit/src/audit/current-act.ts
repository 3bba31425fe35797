import { AsyncLocalStorage } from 'node:async_hooks';
import type { ActName } from '@wardstream/access';

/** What an act was done to, as far as it is known. */
export interface ActNotes {
  /** Its id, never an alias. */
  readonly facility?: string;
  readonly encounters?: readonly string[];
  readonly bed?: string;
  /** `alert/ID`, `user/SUBJECT`: never a name, never a number of a patient. */
  readonly about?: string;
  readonly step?: string;
}

/** So many encounters one act names; a search that shows more names the first of them. */
const MOST_ENCOUNTERS = 1_000;

/** The act that a request is. */
export class CurrentAct {
  private readonly encounters = new Set<string>();
  private noted: Omit<ActNotes, 'encounters'> = {};
  /** Whether a transaction that recorded it was committed. */
  isRecorded = false;

  constructor(
    readonly name: ActName,
    readonly by: { readonly subject: string; readonly roles: readonly string[] },
    readonly from: string,
    notes: ActNotes,
  ) {
    this.note(notes);
  }

  note({ encounters = [], ...rest }: ActNotes): void {
    this.noted = { ...this.noted, ...rest };
    for (const id of encounters) if (this.encounters.size < MOST_ENCOUNTERS) this.encounters.add(id);
  }

  get notes(): ActNotes {
    return { ...this.noted, encounters: [...this.encounters] };
  }
}

const storage = new AsyncLocalStorage<CurrentAct | undefined>();

/** The act of the request that is being answered; undefined where there is none. */
export function currentAct(): CurrentAct | undefined {
  return storage.getStore();
}

/** Runs `work` as part of this act; as part of none where it is undefined. */
export function asPartOf<T>(act: CurrentAct | undefined, work: () => T): T {
  return storage.run(act, work);
}

/** Says what the act of the request that is being answered is done to; says nothing where the request is no act. */
export function noteAct(notes: ActNotes): void {
  storage.getStore()?.note(notes);
}
