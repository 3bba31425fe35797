import { type ActName, acts as table, may, type Role } from '@wardstream/access';
import { type ActData, actRecorded, NO_FACILITY } from '@wardstream/events';
import { type Clock, DomainError, newId, nowIso } from '@wardstream/kernel';
import { afterCommitOf, type AnyNewEvent, Outbox, pause } from '@wardstream/messaging';
import { type Tx, UnitOfWork } from '@wardstream/persistence';
import { asPartOf, type ActNotes, type CurrentAct, currentAct } from './current-act.js';

/** An act as whoever records it says it. */
export interface NewAct extends ActNotes {
  readonly act: ActName;
  /** Null where it is not known who it was. */
  readonly subject: string | null;
  readonly roles: readonly string[];
  /** Network address. */
  readonly from: string | null;
  /** `done` unless told. */
  readonly outcome?: 'done' | 'refused' | 'failed';
  /** Stable code of why it was not done. */
  readonly code?: string;
}

/** An act that waits to be recorded on its own. */
interface Waiting {
  readonly act: ActData;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** So many are recorded in one transaction. */
const AT_ONCE = 500;
/** What comes so soon after others were recorded, ms, waits until then for more; what comes after a silence waits for nobody. */
const GATHER_MS = 40;

/**
 * Records acts for the audit: by the outbox, so that an act is on its way to the audit once its transaction has committed, and only then. The
 * audit takes each once, however often it is delivered.
 */
export class Acts {
  private waiting: Waiting[] = [];
  private recording = false;

  constructor(
    private readonly service: string,
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Records an act in the transaction of what was done. */
  async record(tx: Tx, act: NewAct): Promise<void> {
    await this.outbox.publish(tx, [eventOf(this.dataOf(act))]);
  }

  /**
   * Records an act that changes nothing here; resolves once it is durable. What comes while a transaction is under way goes into the next one
   * together. Rejects where it could not be recorded: then whoever asked must not be shown anything.
   */
  recordAlone(act: NewAct): Promise<void> {
    const data = this.dataOf(act);
    return new Promise((resolve, reject) => {
      this.waiting.push({ act: data, resolve, reject });
      if (!this.recording) void asPartOf(undefined, () => this.recordWaiting());
    });
  }

  /**
   * Records the command of the present request, if there is one that is not recorded yet, in a transaction that has written something and is
   * about to commit.
   */
  readonly beforeCommit = async (tx: Tx): Promise<void> => {
    const act = currentAct();
    if (act === undefined || act.isRecorded || table[act.name].kind !== 'command') return;
    const [row] = await tx.query<{ hasWritten: boolean }>(
      'SELECT pg_current_xact_id_if_assigned() IS NOT NULL AS "hasWritten"',
    );
    if (row?.hasWritten !== true) return;
    await this.record(tx, newActOf(act));
    afterCommitOf(tx, () => (act.isRecorded = true));
  };

  /**
   * To be called when the request of an act was handled and nothing is answered yet.
   * @throws DomainError 'audit-unavailable' where it could not be recorded
   */
  async done(act: CurrentAct): Promise<void> {
    if (act.isRecorded) return;
    try {
      await this.recordAlone(newActOf(act));
    } catch {
      throw new DomainError(
        'unavailable',
        'audit-unavailable',
        'This could not be recorded in the audit, so it is not answered; try again.',
      );
    }
  }

  /** Records an act that was refused or that failed; what is malformed is no act. Rejects as `recordAlone`. */
  async notDone(act: CurrentAct, error: unknown): Promise<void> {
    if (error instanceof DomainError && error.refusal === 'invalid') return;
    const isRefused = error instanceof DomainError && error.refusal !== 'unavailable';
    const code = error instanceof DomainError ? error.code : 'internal';
    await this.recordAlone({ ...newActOf(act), outcome: isRefused ? 'refused' : 'failed', code });
  }

  private async recordWaiting(): Promise<void> {
    this.recording = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, AT_ONCE);
      const events = batch.map(({ act }) => eventOf(act));
      await this.unitOfWork
        .run((tx) => this.outbox.publish(tx, events))
        .then(
          () => batch.forEach(({ resolve }) => resolve()),
          (error: unknown) => batch.forEach(({ reject }) => reject(error)),
        );
      await pause(GATHER_MS);
    }
    this.recording = false;
  }

  private dataOf(of: NewAct): ActData {
    const { kind } = table[of.act];
    return {
      id: newId(),
      act: of.act,
      outcome: of.outcome ?? 'done',
      code: of.code ?? null,
      at: nowIso(this.clock),
      facility: of.facility ?? null,
      subject: of.subject,
      roles: [...of.roles],
      from: of.from,
      service: this.service,
      encounters: [...(of.encounters ?? [])],
      bed: of.bed ?? null,
      about: of.about ?? null,
      step: of.step ?? null,
      shown: kind === 'look' || kind === 'search' ? shownTo(of.roles as readonly Role[]) : null,
    };
  }
}

function newActOf(act: CurrentAct): NewAct {
  return { act: act.name, ...act.by, from: act.from, ...act.notes };
}

/** As much of patients as these roles are shown. */
function shownTo(roles: readonly Role[]): 'names' | 'numbers' | 'initials' {
  if (may(roles, 'patient.read-names')) return 'names';
  return may(roles, 'patient.read-numbers') ? 'numbers' : 'initials';
}

function eventOf(data: ActData): AnyNewEvent {
  return {
    definition: actRecorded,
    subject: data.id,
    aggregateVersion: 1,
    facility: data.facility ?? NO_FACILITY,
    time: data.at,
    recordedAt: data.at,
    data,
  };
}
