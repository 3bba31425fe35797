import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { delayBounds, NO_FACILITY, type NewEvent, senderCounted, type SenderCountedData } from '@wardstream/events';
import type { Clock } from '@wardstream/kernel';
import { Outbox, Periodic } from '@wardstream/messaging';
import { type Tx, UnitOfWork } from '@wardstream/persistence';
import { CLOCK, LOGGER, type Logger } from '@wardstream/service-kit';
import { type CountedMessage, countMessages } from './count-messages.js';
import { stillUnknown } from '../interpretation/unknown-codes.js';
import { USUAL_WEEKS_MS, usualPerHour } from './usual-rates.js';
import { Directories } from '../../directory/index.js';
import {
  addCounts,
  forgetHours,
  type HourRow,
  hoursSince,
  notePublishedHours,
  notePublished,
  receivedSince,
  type SenderRow,
  type PublishedSender,
  untold,
  waitingForCodes,
  type WaitingForCodesRow,
} from '../persistence/sender-count.rows.js';

const HOUR_MS = 3_600_000;
/** How often what was counted of a sender is told at most, in real seconds; where time runs fast, more often. */
const QUIET_SECONDS = 15;

/**
 * Counts messages by sender and hour in the transaction that stores them, and tells others what was counted. The rows say
 * what was not told yet, so a crash loses nothing; told twice is harmless, the version grows.
 */
@Injectable()
export class SenderCounts implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly telling: Periodic;
  private prunedHour = 0;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly directories: Directories,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.telling = new Periodic(() => this.tell(), {
      everyMs: () => Math.max(1000, (QUIET_SECONDS * 1000) / Math.max(1, this.clock.speed)),
      onError: (err) => logger.warn({ err }, 'what was counted of senders could not be told; trying again'),
    });
  }

  onApplicationBootstrap(): void {
    this.telling.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.telling.stop();
  }

  /** Adds the messages of a batch within `tx`: one statement, however many they are. */
  async count(tx: Tx, messages: readonly CountedMessage[]): Promise<void> {
    const counts = countMessages(messages).map((count) => ({
      ...count,
      name: this.name(count.sender, count.senderFacility),
    }));
    await addCounts(tx, counts, NO_FACILITY);
  }

  /** Tells what was counted since it was told last, and every sender anew in each new hour. */
  async tell(): Promise<void> {
    const nowMs = this.clock.nowMs();
    const hourMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
    await this.unitOfWork.run(async (tx) => {
      const day = iso(hourMs - 24 * HOUR_MS);
      const senders = await untold(tx, iso(hourMs), day);
      if (senders.length === 0) return;
      const hours = await hoursSince(tx, senders, day);
      const waiting = await waitingForCodes(tx);
      const published = await notePublished(tx, await this.withUsual(tx, senders, hourMs));
      const [hoursOf, waitingOf] = [bySender(hours), bySender(waiting)];
      const events = published.map(({ row, usual }) => {
        const unknown = this.unknown(waitingOf.get(keyOf(row)) ?? []);
        return this.event(row, hoursOf.get(keyOf(row)) ?? [], usual, unknown, iso(nowMs));
      });
      await this.outbox.publish(tx, events);
      if (this.prunedHour !== hourMs) await forgetHours(tx, iso(hourMs - USUAL_WEEKS_MS - 24 * HOUR_MS));
      this.prunedHour = hourMs;
      await notePublishedHours(tx, published);
    });
  }

  /** Codes are told apart as in the list of unknown codes: of an unknown unit the unit alone, whatever bed of it was sent. */
  private unknown(waiting: readonly WaitingForCodesRow[]): SenderCountedData['unknownPlaces'] {
    const codes = waiting.flatMap(({ sender, sendingFacility, facility, unknown }) => {
      const profile = this.directories.sender(sender, sendingFacility);
      const directory = this.directories.facility(facility);
      return unknown.flatMap((one) => {
        const kind = stillUnknown({ ...one, place: one.place ?? undefined }, profile, directory);
        if (kind === null) return [];
        return [`${kind} ${kind === 'unit' ? (one.place?.unit ?? one.code) : one.code}`];
      });
    });
    return { messages: waiting.reduce((sum, w) => sum + w.messages, 0), codes: new Set(codes).size };
  }

  /** With what is usual of each sender; found anew once an hour. */
  private async withUsual(tx: Tx, senders: readonly SenderRow[], hourMs: number): Promise<PublishedSender[]> {
    const isKnown = (row: SenderRow): boolean => row.usual !== null && row.usualFrom?.getTime() === hourMs;
    const asked = senders.filter((row) => !isKnown(row));
    const received = await receivedSince(tx, asked, iso(hourMs - USUAL_WEEKS_MS));
    const found = new Map(asked.map((row, i) => [row, received[i]!]));
    return senders.map((row) => {
      const zone = this.directories.facility(row.facility)?.timeZone ?? this.directories.defaultTimeZone;
      const perHour = found.has(row)
        ? usualPerHour(found.get(row)!, row.firstReceivedAt.getTime(), hourMs, zone)
        : row.usual!;
      return { row, usual: { from: iso(hourMs), perHour } };
    });
  }

  private event(
    row: SenderRow,
    hours: readonly HourRow[],
    usual: SenderCountedData['usual'],
    unknown: SenderCountedData['unknownPlaces'],
    now: string,
  ): NewEvent<SenderCountedData> {
    const { facility, sender } = row;
    const version = row.version + 1;
    const delays = delaysOf(hours);
    return {
      ...{ definition: senderCounted, subject: `${facility}/${sender}`, aggregateVersion: version, facility },
      ...{ time: row.lastReceivedAt.toISOString(), recordedAt: now },
      data: {
        ...{ facility, sender, name: this.name(sender, facility), version, delays, usual, unknownPlaces: unknown },
        firstReceivedAt: row.firstReceivedAt.toISOString(),
        lastReceivedAt: row.lastReceivedAt.toISOString(),
        hours: hours.map(({ facility: _facility, sender: _sender, delays: _delays, at, ...counts }) => ({
          at: at.toISOString(),
          ...counts,
        })),
      },
    };
  }

  private name(sender: string, facility: string): string {
    return this.directories.sender(sender, facility)?.profile.name ?? (sender || 'Unnamed sender');
  }
}

function keyOf({ facility, sender }: { readonly facility: string; readonly sender: string }): string {
  return JSON.stringify([facility, sender]);
}

function bySender<T extends { readonly facility: string; readonly sender: string }>(
  rows: readonly T[],
): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}

function delaysOf(hours: readonly HourRow[]): number[] {
  const sum = new Array<number>(delayBounds.length + 1).fill(0);
  for (const { delays } of hours) delays.forEach((n, i) => (sum[i]! += n));
  return sum;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
