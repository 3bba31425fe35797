import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { delayBounds, NO_FACILITY, type NewEvent, senderCounted, type SenderCountedData } from '@wardstream/events';
import type { Clock } from '@wardstream/kernel';
import { Outbox } from '@wardstream/messaging';
import { type Tx, UnitOfWork } from '@wardstream/persistence';
import { CLOCK, LOGGER, type Logger } from '@wardstream/service-kit';
import { type CountedMessage, countMessages } from '../domain/sender-counts.js';
import { stillUnknown } from '../domain/unknown-codes.js';
import { USUAL_WEEKS_MS, usualPerHour } from '../domain/usual-rates.js';
import { Directories } from '../facilities/directories.js';
import {
  addCounts,
  forgetHours,
  type HourRow,
  hoursSince,
  noteTold,
  receivedSince,
  type SenderRow,
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
  private timer: NodeJS.Timeout | undefined;
  private telling: Promise<void> = Promise.resolve();
  private stopped = false;
  private prunedHour = 0;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly directories: Directories,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.telling;
  }

  /** Adds the messages of a batch within `tx`: one statement, however many they are. */
  async count(tx: Tx, messages: readonly CountedMessage[]): Promise<void> {
    const counts = countMessages(messages).map((count) => ({
      ...count,
      name: this.name(count.sender, count.senderFacility),
    }));
    await addCounts(tx, counts, NO_FACILITY);
  }

  private schedule(): void {
    if (this.stopped) return;
    this.timer = setTimeout(
      () => {
        this.telling = this.tell().catch((error: unknown) => {
          this.logger.warn({ err: error }, 'what was counted of senders could not be told; trying again');
        });
        void this.telling.then(() => this.schedule());
      },
      Math.max(1000, (QUIET_SECONDS * 1000) / Math.max(1, this.clock.speed)),
    );
    this.timer.unref();
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
      const found: { row: SenderRow; usual: SenderCountedData['usual'] }[] = [];
      for (const row of senders) found.push({ row, usual: await this.usual(tx, row, hourMs) });
      const events: NewEvent<SenderCountedData>[] = [];
      for (const { row, usual } of found) {
        if (!(await noteTold(tx, row, usual))) continue;
        const own = hours.filter((h) => h.facility === row.facility && h.sender === row.sender);
        const unknown = this.unknown(waiting.filter((w) => w.facility === row.facility && w.sender === row.sender));
        events.push(this.event(row, own, usual, unknown, iso(nowMs)));
      }
      await this.outbox.publish(tx, events);
      if (this.prunedHour === hourMs) return;
      this.prunedHour = hourMs;
      await forgetHours(tx, iso(hourMs - USUAL_WEEKS_MS - 24 * HOUR_MS));
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

  /** What is usual of a sender; found anew once an hour. */
  private async usual(tx: Tx, row: SenderRow, hourMs: number): Promise<SenderCountedData['usual']> {
    if (row.usual !== null && row.usualFrom?.getTime() === hourMs) return { from: iso(hourMs), perHour: row.usual };
    const received = await receivedSince(tx, row, iso(hourMs - USUAL_WEEKS_MS));
    const zone = this.directories.facility(row.facility)?.timeZone ?? this.directories.defaultTimeZone;
    return { from: iso(hourMs), perHour: usualPerHour(received, row.firstReceivedAt.getTime(), hourMs, zone) };
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

function delaysOf(hours: readonly HourRow[]): number[] {
  const sum = new Array<number>(delayBounds.length + 1).fill(0);
  for (const { delays } of hours) delays.forEach((n, i) => (sum[i]! += n));
  return sum;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
