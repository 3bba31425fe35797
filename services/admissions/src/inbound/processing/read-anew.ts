import type { UnitOfWork } from '@wardstream/persistence';
import { interpret } from '../interpretation/interpret.js';
import { needsVisit, type Verdict } from '../interpretation/verdict.js';
import type { Directories } from '../../directory/index.js';
import {
  isToBeProcessed,
  interpretable,
  putPending,
  quarantinedUnread,
  updateVerdicts,
} from '../persistence/message.rows.js';

/** Whether it concerns what comes from this application and MSH-4. */
export type OfSender = (application: string, sendingFacility: string) => boolean;

const PAGE = 200;

/**
 * Takes up quarantined messages that can be read by what is configured now, in intake order, and gives how many. A message that
 * names no visit stays: its patient's only open visit now may be another than when it came. A repeat finds nothing more.
 */
export async function takeReadable(
  unitOfWork: UnitOfWork,
  directories: Directories,
  ofSender: OfSender,
): Promise<number> {
  let taken = 0;
  for (let after = '0'; ;) {
    const page = await unitOfWork.run((tx) => quarantinedUnread(tx, after, PAGE));
    const sound: { id: string; verdict: Verdict }[] = [];
    for (const message of page) {
      const { id, raw } = message;
      const verdict = interpret(interpretable(message), directories, raw.length);
      if (verdict.answer !== 'AA' || needsVisit(verdict)) continue;
      if (ofSender(verdict.application, verdict.senderFacility)) sound.push({ id, verdict });
    }
    if (sound.length > 0) {
      await unitOfWork.run(async (tx) => {
        await updateVerdicts(tx, sound);
        await putPending(
          tx,
          sound.filter((s) => isToBeProcessed(s.verdict)).map((s) => s.id),
        );
      });
      taken += sound.length;
    }
    if (page.length < PAGE) return taken;
    after = page.at(-1)!.position;
  }
}
