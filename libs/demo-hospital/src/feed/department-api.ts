import { z } from 'zod';
import type { Command, CommandAct } from '../simulation/acts.js';
import { Backoff, pause } from './backoff.js';

/** How a call ended: done, refused by the product for a reason of its own, or given up because the feed stops. */
export type CommandOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly status: number; readonly code: string }
  | { readonly kind: 'stopped' };

export interface DepartmentApiOptions {
  readonly httpBase: string;
  readonly facility: string;
  /** Bearer token of role department-system. */
  readonly token: string;
  readonly signal: AbortSignal;
  /** Ids of open bed requests by visit number; kept up to date here, persisted by the caller. */
  readonly requests: Map<string, string>;
  /** Calls at once; 8 unless told. */
  readonly concurrency?: number;
  /**
   * The token of the person who does this now, in their own name and at the product's own time; null for what a department's system
   * tells with its time, as all that lies in the past.
   */
  readonly personFor?: (act: CommandAct) => string | null;
  /** Real milliseconds that a 404 or 409 may last, since it may end when an earlier fact has spread. */
  readonly settleWithinMs: (status: number) => number;
}

interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: object;
  /** Of the person who does it; the department's system unless said. */
  readonly token?: string;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const CALL_WITHIN_MS = 30_000;
const problem = z.object({ code: z.string() });
const created = z.object({ id: z.string() });
const listed = z.union([z.array(z.unknown()), z.object({ items: z.array(z.unknown()) })]);
const openRequest = z.object({ id: z.string(), status: z.enum(['requested', 'assigned']) });
const instant = (at: number): string => new Date(at).toISOString();

/**
 * The departments' side of the HTTP API. Every act gives its event time (`at`). An answer of 5xx or 429, and none at all,
 * are tried again until the feed stops; 404 and 409 for a while, since the facts before the act may still be
 * spreading; any other refusal stands.
 */
export class DepartmentApi {
  private free: number;
  private readonly queue: (() => void)[] = [];

  constructor(private readonly options: DepartmentApiOptions) {
    this.free = options.concurrency ?? 8;
  }

  async perform(act: CommandAct): Promise<CommandOutcome> {
    const { command } = act;
    const at = instant(act.at);
    const person = this.options.personFor?.(act) ?? null;
    if (command.on === 'bed') return this.callUntilAnswered(by(person, bedCall(command, at, this.options.requests)));
    if (command.on === 'discharge-plan') return this.callUntilAnswered(by(person, planCall(command, at)));
    if (command.do === 'request') return this.ask(command, at, act.index);
    const id = this.options.requests.get(command.visitNumber) ?? (await this.findRequest(command.visitNumber));
    if (id === null) return { kind: 'refused', status: 404, code: 'no-open-request' };
    if (command.do === 'cancel') this.options.requests.delete(command.visitNumber);
    return this.callUntilAnswered({
      method: 'POST',
      path: `bed-requests/${encodeURIComponent(id)}/${command.do}`,
      body: command.do === 'cancel' ? { at, reason: 'No bed is needed any more' } : { at },
    });
  }

  private async ask(command: Extract<Command, { do: 'request' }>, at: string, index: number): Promise<CommandOutcome> {
    const { visitNumber, source, toUnit, priority, needs, decisionToAdmitAt } = command;
    const body = {
      // The same for a repeat after a restart, which then gives the first request.
      externalId: `${visitNumber}-${index}`,
      ...{ visitNumber, source, toUnit, priority, needs, at },
      ...(decisionToAdmitAt === null ? {} : { decisionToAdmitAt: instant(decisionToAdmitAt) }),
    };
    return this.callUntilAnswered({ method: 'POST', path: 'bed-requests', body }, (answer) => {
      const read = created.safeParse(answer);
      if (read.success) this.options.requests.set(visitNumber, read.data.id);
    });
  }

  private async findRequest(visitNumber: string): Promise<string | null> {
    let id: string | null = null;
    await this.callUntilAnswered(
      { method: 'GET', path: `bed-requests?visitNumber=${encodeURIComponent(visitNumber)}` },
      (body) => {
        const read = listed.safeParse(body);
        const items = !read.success ? [] : Array.isArray(read.data) ? read.data : read.data.items;
        for (const item of items) {
          const request = openRequest.safeParse(item);
          if (request.success) id = request.data.id;
        }
      },
    );
    return id;
  }

  private async callUntilAnswered(
    call: Call,
    done: (body: unknown) => void = () => undefined,
  ): Promise<CommandOutcome> {
    const { signal } = this.options;
    const backoff = new Backoff(200, 5000);
    const settling = new Backoff(100, 1600);
    let settled = 0;
    for (;;) {
      if (signal.aborted) return { kind: 'stopped' };
      const answer = await this.call(call);
      if (answer && answer.status < 300) {
        done(answer.body);
        return { kind: 'done' };
      }
      if (!answer || answer.status >= 500 || answer.status === 429) {
        await pause(backoff.nextMs(), signal);
        continue;
      }
      const mayPass = answer.status === 404 || answer.status === 409;
      if (!mayPass || settled >= this.options.settleWithinMs(answer.status)) {
        const read = problem.safeParse(answer.body);
        return { kind: 'refused', status: answer.status, code: read.success ? read.data.code : 'unknown' };
      }
      const wait = settling.nextMs();
      settled += wait;
      await pause(wait, signal);
    }
  }

  /** One attempt; null if there was no answer. */
  private async call({ method, path, body, token = this.options.token }: Call): Promise<Answer | null> {
    const { httpBase, facility, signal } = this.options;
    await this.turn();
    const cut = new AbortController();
    const abort = () => cut.abort();
    const timer = setTimeout(abort, CALL_WITHIN_MS);
    signal.addEventListener('abort', abort);
    try {
      const response = await fetch(`${httpBase}/api/v1/facilities/${encodeURIComponent(facility)}/${path}`, {
        method,
        signal: cut.signal,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: parsed(text) };
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      const next = this.queue.shift();
      if (next) next();
      else this.free++;
    }
  }

  private async turn(): Promise<void> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.queue.push(resolve));
  }
}

/** What a person does happens when they do it. */
function by(token: string | null, call: Call): Call {
  if (token === null) return call;
  const body = Object.entries(call.body ?? {}).filter(([name]) => name !== 'at');
  return { ...call, token, body: Object.fromEntries(body) };
}

function bedCall(command: Extract<Command, { on: 'bed' }>, at: string, requests: ReadonlyMap<string, string>): Call {
  const { on: _, bedId, do: action, ...given } = command;
  const until = 'until' in given && given.until !== null ? { until: instant(given.until) } : {};
  const rest = Object.fromEntries(Object.entries(given).filter(([name]) => name !== 'until'));
  const asked = 'visitNumber' in given && action !== 'release' ? requests.get(given.visitNumber) : undefined;
  return {
    method: 'POST',
    path: `beds/${encodeURIComponent(bedId)}/${action}`,
    body: { ...rest, ...until, ...(asked === undefined ? {} : { bedRequestId: asked }), at },
  };
}

function planCall(command: Extract<Command, { on: 'discharge-plan' }>, at: string): Call {
  const more =
    command.do === 'pending'
      ? { expectedAt: instant(command.expectedAt) }
      : command.do === 'confirm'
        ? { waitingFor: command.waitingFor }
        : {};
  return {
    method: 'POST',
    path: `discharge-plans/${encodeURIComponent(command.visitNumber)}/${command.do}`,
    body: { ...more, at },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
