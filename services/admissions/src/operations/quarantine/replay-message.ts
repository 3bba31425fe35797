import { Injectable } from '@nestjs/common';
import type { Answer, replayedMessage } from '@wardstream/api-contract';
import { DomainError } from '@wardstream/kernel';
import { isConnectionFailure, type Tx, UnitOfWork } from '@wardstream/persistence';
import { noteAct } from '@wardstream/service-kit';
import {
  faultShown,
  findMessage,
  type Incoming,
  Intake,
  isToBeProcessed,
  type KeptMessage,
  markReplayed,
  needsVisit,
  Processor,
  putPending,
  textOfText,
  updateVerdicts,
  type Verdict,
} from '../../inbound/index.js';
import { Directories } from '../../directory/index.js';
import { lockQuarantined } from '../persistence/replay.rows.js';
import { interpretAgain } from './interpret-again.js';

/** What became of a replayed message. */
export type Replayed = Answer<typeof replayedMessage>;

/** Gives a quarantined message a second chance, as it is or corrected. The original stays as it came. */
@Injectable()
export class ReplayMessage {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly directories: Directories,
    private readonly intake: Intake,
    private readonly processor: Processor,
  ) {}

  /**
   * Resolves when the message is taken up, or found still wrong. A repeat of a replay that succeeded is refused, also one at the
   * same time, so nothing is done twice: the message leaves the quarantine in the transaction in which it, or what corrects it, is
   * taken.
   * @throws DomainError 'message-not-found', 'not-in-quarantine', 'head-only' (only its head was kept), 'send-it-again' (FHIR), 'still-wrong' with the faults, 'not-durable'
   */
  async replay(id: string, corrected: Buffer | null): Promise<Replayed> {
    const message = await this.unitOfWork.run((tx) => findMessage(tx, id));
    if (message === undefined) throw new DomainError('not-found', 'message-not-found', 'There is no such message.');
    if (message.disposition !== 'quarantined' && message.disposition !== 'refused') {
      throw new DomainError('conflict', 'not-in-quarantine', `The message is ${message.disposition}.`);
    }
    if (corrected === null && message.length > message.raw.length) {
      throw new DomainError('conflict', 'head-only', 'Only the head of this message was kept; send a corrected one.');
    }
    if (corrected !== null && message.format === 'fhir') {
      throw new DomainError('conflict', 'send-it-again', 'Send the corrected one to the interface it came by.');
    }
    const { format } = message;
    const text = corrected === null ? null : format === 'event' ? textOfText(corrected) : corrected;
    const verdict = await this.interpret(message, text ?? message.raw);
    if (verdict.answer !== 'AA') {
      throw new DomainError('invalid', 'still-wrong', verdict.faults[0]?.text ?? 'The message is still wrong.', {
        errors: verdict.faults.map(faultShown),
      });
    }
    if (verdict.facility !== null) noteAct({ facility: verdict.facility });
    if (text === null) return this.takeUp(message, verdict);
    const receivedAt = message.receivedAt.toISOString();
    return this.takeInstead(id, { bytes: text, transport: 'http', format, replayOf: id, receivedAt });
  }

  /** Takes a corrected message in the place of the one in quarantine. */
  private async takeInstead(id: string, corrected: Incoming): Promise<Replayed> {
    const { answer, committed } = await this.unitOfWork
      .run(async (tx) => {
        await claim(tx, id);
        const taken = await this.intake.takeWithin(tx, corrected);
        if (taken.answer.code !== 'AA') throw new DomainError('conflict', 'still-wrong', 'The message was not taken.');
        if (taken.answer.id !== id) await markReplayed(tx, id);
        return taken;
      })
      .catch((error: unknown) => {
        if (!isConnectionFailure(error)) throw error;
        throw new DomainError('unavailable', 'not-durable', 'The message could not be stored; send it again.');
      });
    committed();
    return { id: answer.id, replayOf: id, answer: 'AA', disposition: answer.disposition };
  }

  private async takeUp({ id }: KeptMessage, verdict: Verdict): Promise<Replayed> {
    await this.unitOfWork.run(async (tx) => {
      await claim(tx, id);
      await updateVerdicts(tx, [{ id, verdict }]);
      if (isToBeProcessed(verdict)) await putPending(tx, [id]);
    });
    this.processor.poll();
    return { id, replayOf: id, answer: 'AA', disposition: verdict.disposition };
  }

  private async interpret(message: KeptMessage, bytes: Buffer): Promise<Verdict> {
    const verdict = interpretAgain(message, bytes, this.directories);
    if (!needsVisit(verdict)) return verdict;
    const { id, receivedAt } = message;
    const [found] = await this.processor.withTheirVisits([{ id, receivedAt: receivedAt.toISOString(), verdict }]);
    return found!;
  }
}

/** Locks a message that is in quarantine still: its sender, another person or a bulk replay may have been first. */
async function claim(tx: Tx, id: string): Promise<void> {
  if ((await lockQuarantined(tx, [id])).has(id)) return;
  throw new DomainError('conflict', 'not-in-quarantine', 'The message has left the quarantine meanwhile.');
}
