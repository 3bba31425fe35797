import type { EncounterData } from '@wardstream/events';
import type { Tx } from '@wardstream/persistence';

/** Who is told of encounters that changed. */
export abstract class EncounterListener {
  /** In the transaction that saves them, once they are saved: what it writes is written if and only if they are. */
  abstract encounters(tx: Tx, changed: readonly EncounterData[]): Promise<void>;
}
