import { FacilityLocks, type Tx } from '@wardstream/persistence';

const locks = new FacilityLocks('bed-management');

/** Every writer of a facility's rows takes this before it reads; held until the transaction ends. */
export const lockFacilities = (tx: Tx, facilities: Iterable<string>): Promise<void> => locks.lock(tx, facilities);

/** Takes the locks that nobody else has now; gives their facilities. Waits for none. */
export const lockFreeFacilities = (tx: Tx, facilities: Iterable<string>): Promise<Set<string>> =>
  locks.lockFree(tx, facilities);
