import type { UnitOfWork } from '@wardstream/persistence';
import { stillUnknown, type UnknownCode } from '../interpretation/unknown-codes.js';
import type { Directories } from '../../directory/index.js';
import {
  facilitiesNamed,
  type NamedFacility,
  putWithoutFacility,
  putWithUnknown,
  unknownInMessages,
} from '../persistence/unknown-code.rows.js';

/** Puts messages of which more is known now, by the directory or by a profile, on the list of what waits. */
export async function findPlaceable(unitOfWork: UnitOfWork, directories: Directories): Promise<void> {
  await unitOfWork.run(async (tx) => {
    const named = await facilitiesNamed(tx);
    await putWithoutFacility(
      tx,
      named.filter((of) => isPlacedNow(of, directories)),
    );
    const unknown = await unknownInMessages(tx);
    await putWithUnknown(
      tx,
      unknown.filter((m) => m.unknown.some((code) => isKnownNow(m, code, directories))),
    );
  });
}

function isPlacedNow({ application, sendingFacility, named }: NamedFacility, directories: Directories): boolean {
  const known = named.some((code) => directories.facility(code) !== undefined);
  return known || directories.facilityOf(application, sendingFacility) !== undefined;
}

function isKnownNow(
  { application, sendingFacility, facility }: { application: string; sendingFacility: string; facility: string },
  code: UnknownCode,
  directories: Directories,
): boolean {
  // A trigger without a rule has none whatever the profile says.
  if (code.kind === 'trigger') return false;
  const sender = directories.sender(application, sendingFacility);
  return stillUnknown(code, sender, directories.facility(facility)) === null;
}
