import { Signal } from '../app/signal.js';
import { Problem } from '../commands/problem.js';

/** What one side knows of a visit, where an act met another state than it was done in. */
export interface Known {
  readonly at?: string | null;
  readonly bedId?: string | null;
  readonly status?: string | null;
  readonly since?: string | null;
  readonly endedAt?: string | null;
}

/** Why an act was not taken, with both facts where the service told them. A person decides what becomes of it. */
export interface Refusal {
  readonly code: string;
  readonly text: string;
  readonly yours: Known | null;
  readonly now: Known | null;
}

/** Something a person did: kept in this browser until the service has it. Nothing in it says who the patient is. */
export interface WardAct {
  /** The same however often it is sent, so that it counts once. */
  readonly key: string;
  /** Who did it; it is sent as nobody else. */
  readonly subject: string;
  readonly facility: string;
  readonly encounterId: string;
  readonly bedId: string | null;
  /** Under `/api/v1/facilities/{facility}/`. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** When it was done, by the facility's time. */
  readonly at: string;
  /** What was done, in the words of whoever did it: '4A-12: discharge confirmed'. */
  readonly text: string;
  readonly refusal?: Refusal;
}

export interface QueuePort {
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>;
  /** Sends an act; `at` null: it happens now. @throws Problem */
  readonly send: (act: WardAct, at: string | null) => Promise<unknown>;
  /** Who the service says is signed in now. @throws Problem */
  readonly whoIsSignedIn: () => Promise<string>;
  /** Runs one sender at a time among the tabs of a browser. */
  readonly alone: (work: () => Promise<void>) => Promise<void>;
  /** Real milliseconds, of a clock that only goes on. */
  readonly timerMs: () => number;
  readonly wait: (ms: number) => Promise<void>;
}

/** `body`: what the service answered. `kept`: it is not known yet, the act goes on being sent. */
export type Sent = { readonly was: 'sent'; readonly body: unknown } | { readonly was: 'kept' };

export const ACTS_KEY = 'wardstream.acts';
/** An act that is sent within so long happens when the service takes it: no phone's clock has a say in it. */
const AT_ONCE_MS = 3_000;
/** A person waits for an answer so long; then the act is said to be kept. */
const PATIENCE_MS = 4_000;

/**
 * Acts in the order in which they were done. Each is stored before it is sent and removed once the service has answered for it, so a
 * reload, a lost answer or a sign-out loses none; a repeat is harmless by the act's key. One that is refused stays until its person
 * decides, and holds back the later ones of the same visit, which were done in the belief that it counts.
 */
export class ActQueue {
  /** Of every person who uses this browser. */
  readonly acts: Signal<readonly WardAct[]>;
  private readonly addedAt = new Map<string, number>();
  private readonly settled = new Map<
    string,
    { readonly done: (sent: Sent) => void; readonly failed: (p: Problem) => void }
  >();
  private running: Promise<void> | null = null;
  private asked = false;

  constructor(private readonly port: QueuePort) {
    this.acts = new Signal(this.read());
  }

  /** Keeps an act and sends it, with what was done before it. @throws Problem where the service refuses it, or it cannot be kept */
  async perform(act: WardAct): Promise<Sent> {
    try {
      this.write([...this.read(), act]);
    } catch {
      throw new Problem(0, 'not-kept', '');
    }
    this.addedAt.set(act.key, this.port.timerMs());
    const answered = new Promise<Sent>((done, failed) => this.settled.set(act.key, { done, failed }));
    // Whoever waits no longer finds the refusal in the list.
    answered.catch(() => undefined);
    const kept = (): Sent => ({ was: 'kept' });
    const tried = this.drain(act.subject).then(kept);
    try {
      return await Promise.race([answered, tried, this.port.wait(PATIENCE_MS).then(kept)]);
    } finally {
      this.settled.delete(act.key);
    }
  }

  /** Sends what that person did, in order, until nothing is left or the network is not there. Comes to nothing where they are not signed in. */
  drain(subject: string): Promise<void> {
    this.asked = true;
    this.running ??= this.drainWhileAsked(subject).finally(() => (this.running = null));
    return this.running;
  }

  /** Sends a refused act again, as one that was done for the patient in the bed in which they are now. */
  retry(key: string, bedId: string | null): void {
    const acts = this.read().map((act): WardAct => {
      if (act.key !== key) return act;
      const { refusal: _, ...rest } = act;
      return { ...rest, bedId };
    });
    this.write(acts);
  }

  drop(key: string): void {
    this.write(this.read().filter((act) => act.key !== key));
  }

  /** Another tab changed what is kept. */
  readonly reread = (): void => this.acts.set(this.read());

  private async drainWhileAsked(subject: string): Promise<void> {
    while (this.asked) {
      this.asked = false;
      try {
        await this.port.alone(() => this.sendAll(subject));
      } catch {
        // Nobody is signed in, or nothing can be reached: it is tried again with the next act, or when the network is back.
      }
    }
  }

  private async sendAll(subject: string): Promise<void> {
    if (nextOf(this.read(), subject) === null) return;
    // Somebody else may have signed in at another tab of this browser.
    if ((await this.port.whoIsSignedIn()) !== subject) return;
    for (let act = nextOf(this.read(), subject); act !== null; act = nextOf(this.read(), subject)) {
      const addedAt = this.addedAt.get(act.key);
      this.addedAt.delete(act.key);
      const isAtOnce = addedAt !== undefined && this.port.timerMs() - addedAt < AT_ONCE_MS;
      try {
        const body = await this.port.send(act, isAtOnce ? null : act.at);
        this.drop(act.key);
        this.settled.get(act.key)?.done({ was: 'sent', body });
      } catch (error) {
        if (!(error instanceof Problem) || mayPass(error)) throw error;
        this.refuse(act.key, error);
        this.settled.get(act.key)?.failed(error);
      }
    }
  }

  private refuse(key: string, problem: Problem): void {
    const { code, message: text, details } = problem;
    const refusal: Refusal = { code, text, yours: known(details['yours']), now: known(details['now']) };
    this.write(this.read().map((act) => (act.key === key ? { ...act, refusal } : act)));
  }

  private read(): readonly WardAct[] {
    try {
      const kept: unknown = JSON.parse(this.port.storage.getItem(ACTS_KEY) ?? '[]');
      return Array.isArray(kept) ? (kept as WardAct[]) : [];
    } catch {
      return [];
    }
  }

  private write(acts: readonly WardAct[]): void {
    this.port.storage.setItem(ACTS_KEY, JSON.stringify(acts));
    this.acts.set(acts);
  }
}

/** The first act of that person that nobody has to decide about, nor about an earlier one of the same visit. */
export function nextOf(acts: readonly WardAct[], subject: string): WardAct | null {
  const undecided = new Set<string>();
  for (const act of acts) {
    if (act.subject !== subject) continue;
    if (act.refusal !== undefined) undecided.add(act.encounterId);
    else if (!undecided.has(act.encounterId)) return act;
  }
  return null;
}

/** Whether the same act may be taken later: it was not reached, nobody is signed in, or the service is not able now. */
function mayPass({ status }: Problem): boolean {
  return status === 0 || status === 401 || status === 408 || status === 429 || status >= 500;
}

function known(value: unknown): Known | null {
  return typeof value === 'object' && value !== null ? (value as Known) : null;
}
