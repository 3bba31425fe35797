import { Inject, Injectable } from '@nestjs/common';
import type { MovementFact } from '@wardstream/events';
import { canonicalText, type Clock, nowIso } from '@wardstream/kernel';
import type { Tx } from '@wardstream/persistence';
import { CLOCK } from '@wardstream/service-kit';
import { Directories } from '../../directory/index.js';
import type { Decision, DecisionMessages } from '../../encounters/index.js';
import { DECIDED_BY, decisionMessage } from '../interpretation/decision-message.js';
import { interpret } from '../interpretation/interpret.js';
import { controlKeyOf, identify } from '../interpretation/message-identity.js';
import { messageByControl, storeMessages } from '../persistence/message.rows.js';
import { ProcessBatch } from './process-batch.js';

/** Keeps what persons decide as messages, which are interpreted and processed like what a sender says. */
@Injectable()
export class StoredDecisions implements DecisionMessages {
  constructor(
    private readonly batch: ProcessBatch,
    private readonly directories: Directories,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async keep(tx: Tx, { facility, controlId, facts, by: { closedBy, reason } }: Decision): Promise<void> {
    const statement = decisionMessage(facility, controlId, facts);
    const raw = Buffer.from(canonicalText({ decision: controlId, closedBy, reason, facts }));
    const format = 'decision' as const;
    const receivedAt = nowIso(this.clock);
    const interpretable = { format, statement, bytes: raw, length: raw.length, receivedAt };
    const verdict = interpret(interpretable, this.directories, raw.length);
    const message = {
      ...identify(raw, verdict),
      reusedInBatch: false,
      receivedAt,
      transport: 'http' as const,
      format,
      statement,
      verdict,
      raw,
      length: raw.length,
      replayOf: null,
    };
    const stored = await storeMessages(tx, [message]);
    await this.batch.process(
      tx,
      stored.map(({ id, position, reused }) => ({ id, position, reused, receivedAt, verdict, reinterpreted: false })),
    );
  }

  async kept(
    tx: Tx,
    facility: string,
    controlId: string,
  ): Promise<{ readonly messageId: string; readonly facts: readonly MovementFact[] } | undefined> {
    const message = await messageByControl(tx, controlKeyOf(DECIDED_BY, facility, controlId));
    if (message === undefined || message.statement === null) return undefined;
    return { messageId: message.id, facts: message.statement.facts };
  }
}
