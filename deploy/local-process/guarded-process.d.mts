export interface GuardedJob {
  command: string;
  args: string[];
  /** Standard output and error of the server are appended here. */
  logFile: string;
  cwd?: string;
  env?: Record<string, string>;
  /** Run as this user; only root can. */
  uid?: number;
  gid?: number;
  /** What an orderly stop sends; SIGTERM unless told. */
  stopSignal?: NodeJS.Signals;
  /** How long an orderly stop may take before SIGKILL, in milliseconds; 10,000 unless told. */
  stopTimeoutMs?: number;
  /** What is sent when the parent is gone; `stopSignal` unless told. */
  orphanSignal?: NodeJS.Signals;
  /** A folder that is removed once the server has been stopped or its parent is gone (not after a mere kill). */
  removeAfter?: string;
  /** A folder several servers share, removed after `removeAfter` by the last of them. */
  removeIfEmpty?: string;
}

export interface GuardedProcess {
  /** Process id of the server itself, not of its guard. */
  readonly pid: number;
  /** Settles when the server has ended; never rejects. */
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  alive(): boolean;
  /** The last lines the server wrote. */
  logTail(lines?: number): string;
  /** Sends a signal (SIGKILL unless told) and waits for the end; what the server left behind stays. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Stops in order, by force after `stopTimeoutMs`, and removes `removeAfter`. Harmless when repeated. */
  stop(): Promise<void>;
}

/** Starts a server under a guard. Rejects when the command cannot be executed; readiness is the caller's to check. */
export function startGuarded(job: GuardedJob): Promise<GuardedProcess>;

/** A TCP port of 127.0.0.1 nobody listened on a moment ago. */
export function freePort(): Promise<number>;

/** Several different ports as by `freePort`. */
export function freePorts(count: number): Promise<number[]>;

/** What the command printed when it ran and ended well, undefined when it is missing or failed. */
export function answers(command: string, args?: string[]): string | undefined;
