import { Inject, Injectable } from '@nestjs/common';
import { deterministicId, DomainError, type Clock } from '@wardstream/kernel';
import { HeardFeeds, NotKnownYet, whenKnown } from '@wardstream/messaging';
import { iso, UnitOfWork, type Tx } from '@wardstream/persistence';
import { CLOCK, noteAct, type User } from '@wardstream/service-kit';
import type { EncounterCopy } from '../domain/copies.js';
import { takeActKey } from '../persistence/act-key.rows.js';
import { lockFacilities } from '../persistence/facility-lock.js';
import { encounterCalled, facilityCalled, type FacilityCopy } from '../persistence/copies.rows.js';

/** What every command says. */
export interface DepartmentCommand {
  readonly facility: string;
  readonly user: User;
  /** When it was done, where that is not now: by a department system, or by a person up to twelve hours ago. */
  readonly at?: string | undefined;
  /** The same however often one act is sent. */
  readonly key?: string | undefined;
  /** The bed in which its sender knew the patient. */
  readonly bedId?: string | undefined;
}

/** A command at work: its facility is locked until the transaction ends. */
export interface OpenedCommand {
  readonly facility: FacilityCopy;
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
  readonly encounter: EncounterCopy | null;
}

/** A sender's clock may be this much ahead of ours. */
const mostAheadMs = 5 * 60_000;
/** A person's act may be so old: a phone was without network. */
const personsPastMs = 12 * 3_600_000;
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
   * 'time-in-future', 'time-too-long-ago' for a person's act of more than twelve hours ago
   */
  async open(tx: Tx, command: DepartmentCommand): Promise<OpenedCommand> {
    const { user } = command;
    const facility = await facilityCalled(tx, command.facility);
    noteAct({ facility: facility.id });
    await lockFacilities(tx, [facility.id]);
    // Commands happen in the order in which they get the lock, whenever they came in.
    const now = this.clock.nowMs();
    const system = user.roles.includes('department-system');
    const at = command.at === undefined ? now : Date.parse(command.at);
    if (at > now + mostAheadMs)
      throw new DomainError('invalid', 'time-in-future', 'The event time lies in the future.', { now: iso(now) });
    if (!system && at < now - personsPastMs)
      throw new DomainError('invalid', 'time-too-long-ago', 'It was done more than twelve hours ago.', {
        earliest: iso(now - personsPastMs),
      });
    const name = user.name ?? user.subject;
    if (system) await this.feeds.heard(tx, facility.id, { feed: user.subject, name });
    const by = system ? name : (user.roles[0] ?? 'person');
    return { facility, now, at, asFact: system && command.at !== undefined, by, subject: user.subject };
  }

  /** Whether an act is new, which one without a key always is. @throws DomainError 'key-used' */
  isNew(tx: Tx, { facility, now }: OpenedCommand, key: string | undefined, act: string): Promise<boolean> {
    return key === undefined ? Promise.resolve(true) : takeActKey(tx, facility.id, key, act, now);
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
