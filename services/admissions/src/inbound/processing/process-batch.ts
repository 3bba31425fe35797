import { Injectable } from '@nestjs/common';
import { bedStatusReported, type ConflictData } from '@wardstream/events';
import { deterministicId } from '@wardstream/kernel';
import { type AnyNewEvent, Outbox } from '@wardstream/messaging';
import type { Tx } from '@wardstream/persistence';
import { Directories } from '../../directory/index.js';
import { conflictEvent, conflictsById, RestateEncounters, saveConflicts } from '../../encounters/index.js';
import { needsVisit, type Verdict } from '../interpretation/verdict.js';
import { putPending, takePending, updateVerdicts } from '../persistence/message.rows.js';
import { controlIdReused } from './control-id-reused.js';
import { reinterpretedOf, statedFacts } from './message-facts.js';
import { MessageFailures } from './message-failures.js';
import { MessageListener } from './message-listener.js';
import type { ReceivedMessage } from './received-message.js';
import { verdictsWithVisits } from './unnumbered-messages.js';

/**
 * Processes stored messages: what they state goes to encounters, the bed states they report are published, and what a message waits
 * for or a sender does wrong becomes a conflict; all in the caller's transaction and in a handful of statements, however many messages
 * there are. A message that was processed already (by another replica, or before a crash) is passed over, so a repeat is harmless.
 */
@Injectable()
export class ProcessBatch {
  constructor(
    private readonly directories: Directories,
    private readonly encounters: RestateEncounters,
    private readonly outbox: Outbox,
    private readonly listener: MessageListener,
    private readonly failures: MessageFailures,
  ) {}

  /** Gives the ids of messages that were put on the list of what waits, to be read anew. */
  async process(tx: Tx, messages: readonly ReceivedMessage[]): Promise<readonly string[]> {
    const waiting = await takePending(
      tx,
      messages.map((m) => m.id),
    );
    const own = messages.filter((m) => waiting.has(m.id));
    if (own.length === 0) return [];
    await updateVerdicts(
      tx,
      own.filter((m) => m.reinterpreted),
    );
    const placed = own.filter((m) => m.verdict.facility !== null);
    const { visits, again } = await this.encounters.restate(tx, {
      facts: placed.flatMap(statedFacts),
      reinterpreted: placed.filter((m) => m.reinterpreted).map(reinterpretedOf),
      facilities: placed.map((m) => m.verdict.facility!),
    });
    const interpreted = verdictsWithVisits(placed, visits);
    await updateVerdicts(tx, interpreted);
    await putPending(tx, again);
    const events = [...placed.flatMap((m) => this.bedStatuses(m)), ...(await this.reusedControlIds(tx, placed))];
    const verdicts = new Map(interpreted.map(({ id, verdict }) => [id, verdict]));
    const acted = placed.map((m) => ({ ...m, verdict: verdicts.get(m.id) ?? m.verdict }));
    const waitingNow = acted.filter(({ verdict }) => verdict.cause === 'visit-awaited');
    events.push(...(await this.failures.waitForVisit(tx, waitingNow)));
    await this.outbox.publish(tx, events);
    await this.listener.messages(
      tx,
      acted.filter(({ verdict }) => !needsVisit(verdict)),
    );
    return again;
  }

  private bedStatuses({ id, position, verdict, receivedAt }: ReceivedMessage): AnyNewEvent[] {
    const { facility, application } = verdict;
    if (facility === null) return [];
    const ids = eventIdsOf(verdict.bedStatuses);
    return verdict.bedStatuses.flatMap(({ at, recordedAt, code, trigger, place: sent }, i): AnyNewEvent[] => {
      const place = this.directories.facility(facility)?.resolve(sent);
      if (place === undefined || place.bedId === null) return [];
      const by = application || 'unnamed sender';
      const cause = { kind: 'bed-status', trigger, by, at, recordedAt, receivedAt, ref: id };
      const eventId = deterministicId('bed-status', id, ...ids[i]!);
      return [
        {
          ...{ definition: bedStatusReported, subject: place.bedId, aggregateVersion: Number(position), facility },
          ...{ id: eventId, time: at, recordedAt, data: { facility, place, code, cause } },
        },
      ];
    });
  }

  /** Senders that use a control id for two messages: one open conflict for each of them. */
  private async reusedControlIds(tx: Tx, placed: readonly ReceivedMessage[]): Promise<AnyNewEvent[]> {
    const opened = new Map<string, ConflictData>();
    for (const message of placed) {
      if (!message.reused) continue;
      const conflict = controlIdReused(message);
      if (!opened.has(conflict.id)) opened.set(conflict.id, conflict);
    }
    const known = await conflictsById(tx, [...opened.keys()]);
    const fresh = [...opened.values()].filter((c) => !known.has(c.id));
    await saveConflicts(tx, fresh);
    return fresh.map(conflictEvent);
  }
}

/**
 * What tells the bed states of one message apart, whenever it is read: the NPU that says it, and the place where one NPU is of many
 * beds. Another NPU of it may come to be known later. The first of a message has none.
 */
function eventIdsOf(reports: Verdict['bedStatuses']): string[][] {
  return reports.map(({ occurrence }, i) => {
    const nth = occurrence === undefined ? i : occurrence - 1;
    const isAlone = occurrence === undefined || !reports.some((r, j) => j !== i && r.occurrence === occurrence);
    const { unit, room, bed } = reports[i]!.place;
    if (!isAlone) return [String(nth), [unit, room, bed].join('^')];
    return nth === 0 ? [] : [String(nth)];
  });
}
