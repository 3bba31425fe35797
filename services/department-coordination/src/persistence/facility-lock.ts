import { FacilityLocks, type Tx } from '@wardstream/persistence';

const locks = new FacilityLocks('department-coordination');

/** Every writer of a facility's rows takes this before it reads; held until the transaction ends. */
export const lockFacilities = (tx: Tx, facilities: Iterable<string>): Promise<void> => locks.lock(tx, facilities);
