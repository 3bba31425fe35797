import { Inject, Injectable } from '@nestjs/common';
import type { Cause } from '@wardstream/events';
import { deterministicId, DomainError, newId, type Clock } from '@wardstream/kernel';
import { iso, type Tx } from '@wardstream/persistence';
import { checkUnit, CLOCK, noteAct, type User } from '@wardstream/service-kit';
import { BedProjector, type BedNow, type KeptBed } from '../beds/bed-projector.js';
import { type FactContent, standsAlready } from '@wardstream/bed-model';
import { bedKey, lockBeds } from '../persistence/bed.rows.js';
import { insertFacts } from '../persistence/fact.rows.js';
import { lockFacilities } from '../persistence/facility-lock.js';
import { facilityCalled } from '../persistence/facility.rows.js';

/** A command on one bed as it came in. */
export interface BedCommand {
  readonly facility: string;
  readonly bedId: string;
  readonly user: User;
  /** Event time of what a department system tells; undefined for a command to be carried out now. */
  readonly at?: string | undefined;
  /** The version the sender saw; refused if the bed has moved on. */
  readonly expectedVersion?: number | undefined;
}

/** The bed of a command, locked, as it is at the command's time. */
export interface OpenedBed {
  readonly facility: string;
  readonly bedId: string;
  readonly now: number;
  /** When it happens or happened, milliseconds. */
  readonly at: number;
  /** A department system tells what was done: it is recorded, and a disagreement becomes a conflict. */
  readonly asFact: boolean;
  readonly bed: BedNow;
  /** Sending system, or the role of the person. */
  readonly by: string;
  readonly subject: string;
}

/** A sender's clock may be this much ahead of ours. */
const mostAheadMs = 5 * 60_000;

/** The common beginning and end of every command on a bed. */
@Injectable()
export class BedCommands {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly projector: BedProjector,
  ) {}

  /**
   * When the command happens. @throws DomainError 'event-time-not-allowed' for anyone but a department system,
   * 'time-in-future' for a time ahead of ours
   */
  private timeOf(command: Pick<BedCommand, 'at' | 'user'>): { now: number; at: number; asFact: boolean } {
    const now = this.clock.nowMs();
    if (command.at === undefined) return { now, at: now, asFact: false };
    if (!command.user.roles.includes('department-system'))
      throw new DomainError('forbidden', 'event-time-not-allowed', 'Only a department system may give an event time.');
    const at = Date.parse(command.at);
    if (at > now + mostAheadMs)
      throw new DomainError('invalid', 'time-in-future', 'The event time lies in the future.', { now: iso(now) });
    return { now, at, asFact: true };
  }

  /** Locks the bed with its facility and derives it as it is, or was at the given event time. */
  async open(tx: Tx, command: BedCommand): Promise<OpenedBed> {
    const facility = (await facilityCalled(tx, command.facility)).id;
    noteAct({ facility, bed: command.bedId });
    await lockFacilities(tx, [facility]);
    // Commands happen in the order in which they get the lock, whenever they came in.
    const { now, at, asFact } = this.timeOf(command);
    const [row] = await lockBeds(tx, [{ facility, bedId: command.bedId }]);
    if (row === undefined || (row.retired && row.view?.state !== 'occupied'))
      throw new DomainError('not-found', 'bed-not-found', 'The facility has no such bed.');
    checkUnit(command.user, facility, row.definition.unit);
    if (command.expectedVersion !== undefined && command.expectedVersion !== row.version)
      throw new DomainError('conflict', 'version-moved', `Bed ${command.bedId} has changed since it was looked at.`, {
        version: row.version,
      });
    const [bed] = await this.projector.preview(tx, [row], asFact ? { now: at, asOf: true } : { now });
    const { user } = command;
    const system = user.roles.includes('department-system');
    const by = system ? (user.name ?? user.subject) : (user.roles[0] ?? 'person');
    return { facility, bedId: command.bedId, now, at, asFact, bed: bed!, by, subject: user.subject };
  }

  /**
   * Records one fact about the bed and derives it anew. A repeat changes nothing: of a person's command one that says what stands
   * already, of a department system's the same at the same time.
   */
  async record(tx: Tx, opened: OpenedBed, content: FactContent): Promise<KeptBed> {
    if (!opened.asFact && standsAlready(opened.bed.derived.fold, content))
      return this.finish(tx, opened, { from: Infinity, kind: 'kept' });
    const { facility, bedId, at, now, by, asFact, subject } = opened;
    const id = asFact ? deterministicId('fact', facility, bedId, content.kind, iso(at), by) : newId();
    const fact = { id, at, recordedAt: now, receivedAt: now, by, ...content };
    const added = await insertFacts(tx, [{ facility, bedId, subject, fact }]);
    return this.finish(tx, opened, { from: added.has(id) ? at : Infinity, kind: content.kind, ref: id });
  }

  /** Derives the bed anew from `from` on, stores and publishes it. */
  async finish(
    tx: Tx,
    opened: OpenedBed,
    change: { readonly from: number; readonly kind: string; readonly ref?: string },
  ): Promise<KeptBed> {
    const { facility, bedId, at, now, by } = opened;
    const times = { at: iso(at), recordedAt: iso(now), receivedAt: iso(now) };
    const cause: Cause = { kind: change.kind, by, ...times, ...(change.ref === undefined ? {} : { ref: change.ref }) };
    const kept = await this.projector.rederive(tx, [{ facility, bedId, from: change.from, cause }]);
    return kept.get(bedKey({ facility, bedId }))!;
  }
}
