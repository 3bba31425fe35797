import { Inject, Injectable } from '@nestjs/common';
import { deterministicId, DomainError, type Clock } from '@wardstream/kernel';
import { HeardFeeds, NotKnownYet, whenKnown } from '@wardstream/messaging';
import { UnitOfWork, type Tx } from '@wardstream/persistence';
import { CLOCK, type User } from '@wardstream/service-kit';
import type { KnownEncounter } from '../domain/known.js';
import { lockFacilities } from '../persistence/facility-lock.js';
import { encounterCalled, facilityCalled, type KnownFacility } from '../persistence/known.rows.js';
import { iso } from '../persistence/sql-time.js';

/** What every command says. */
export interface DepartmentCommand {
  readonly facility: string;
  readonly user: User;
  /** Event time of what a department system tells; undefined for now. */
  readonly at?: string | undefined;
}

/** A command at work: its facility is locked until the transaction ends. */
export interface OpenedCommand {
  readonly facility: KnownFacility;
  readonly now: number;
  /** When it happens or happened, milliseconds. */
  readonly at: number;
  /** A department system tells what was done. */
  readonly asFact: boolean;
  readonly by: string;
  readonly subject: string;
}

/** Whom a command is about. */
export interface Visit {
  readonly encounterId: string;
  readonly visitNumber: string;
  readonly encounter: KnownEncounter | null;
}

/** A sender's clock may be this much ahead of ours. */
const mostAheadMs = 5 * 60_000;
/** What is said beside a command is of now: no more than a year ago or ahead. */
const yearMs = 366 * 24 * 3_600_000;

/**
 * A time that a command tells beside its own, milliseconds: of something that has happened, or that is expected.
 * @throws DomainError 'time-out-of-range' naming the field
 */
export function timeBeside(
  field: string,
  said: string,
  { now }: Pick<OpenedCommand, 'now'>,
  of: 'past' | 'expected',
): number {
  const at = Date.parse(said);
  const [earliest, latest] = [now - yearMs, of === 'past' ? now + mostAheadMs : now + yearMs];
  if (at >= earliest && at <= latest) return at;
  const words = of === 'past' ? 'has happened, within the last year' : 'is no more than a year ago or ahead';
  throw new DomainError('invalid', 'time-out-of-range', `${field}: it ${words}.`, {
    ...{ errors: [{ path: field, message: words }], earliest: iso(earliest), latest: iso(latest) },
  });
}

/** The common beginning of every command. */
@Injectable()
export class DepartmentCommands {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly feeds: HeardFeeds,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * Carries a command out in one transaction. One that names a facility, a unit or an encounter that another service has just
   * answered for waits for it a bounded time, without a lock (`whenKnown`).
   */
  run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return whenKnown(() => this.unitOfWork.run(work));
  }

  /**
   * Finds and locks the facility, and notes that the department was heard. @throws DomainError 'facility-not-found',
   * 'event-time-not-allowed' for anyone but a department system, 'time-in-future'
   */
  async open(tx: Tx, command: DepartmentCommand): Promise<OpenedCommand> {
    const { user } = command;
    const facility = await facilityCalled(tx, command.facility);
    await lockFacilities(tx, [facility.id]);
    // Commands happen in the order in which they get the lock, whenever they came in.
    const now = this.clock.nowMs();
    const system = user.roles.includes('department-system');
    if (command.at !== undefined && !system)
      throw new DomainError('forbidden', 'event-time-not-allowed', 'Only a department system may give an event time.');
    const at = command.at === undefined ? now : Date.parse(command.at);
    if (at > now + mostAheadMs)
      throw new DomainError('invalid', 'time-in-future', 'The event time lies in the future.', { now: iso(now) });
    const name = user.name ?? user.subject;
    if (system) await this.feeds.heard(tx, facility.id, { feed: user.subject, name });
    const by = system ? name : (user.roles[0] ?? 'person');
    return { facility, now, at, asFact: command.at !== undefined, by, subject: user.subject };
  }

  /**
   * Finds the visit. One that admissions has not told of yet is kept under its number, and joined when it does.
   * @throws DomainError 'patient-not-named', NotKnownYet 'encounter-not-known-yet'
   */
  async visit(
    tx: Tx,
    facility: string,
    of: { readonly encounterId?: string | undefined; readonly visitNumber?: string | undefined },
  ): Promise<Visit> {
    const { encounterId, visitNumber } = of;
    if (encounterId === undefined && visitNumber === undefined)
      throw new DomainError('invalid', 'patient-not-named', 'Give encounterId or visitNumber.');
    const encounter = await encounterCalled(tx, facility, { id: encounterId, visitNumber });
    if (encounter !== null) return { encounterId: encounter.id, visitNumber: encounter.visitNumber, encounter };
    if (visitNumber === undefined)
      throw new NotKnownYet('encounter-not-known-yet', 'No such encounter is known here yet.');
    return { encounterId: deterministicId('encounter', facility, '', visitNumber), visitNumber, encounter: null };
  }
}
