import type { GuardedProcess } from './guarded-process.d.mts';

export interface KeptRunning {
  /** The process that runs, or that ran last while it is being started again. */
  current(): GuardedProcess;
  /** Stops it, and starts it no more. */
  stop(): Promise<void>;
}

/**
 * Starts a server again whenever it ends without having been stopped here: after a quarter of a second, and while it cannot be started
 * (its disk is full, its port is still held) at longer intervals, up to five seconds, for as long as it takes. `say` is told each.
 */
export function keepRunning(
  name: string,
  server: GuardedProcess,
  how: { start: () => Promise<GuardedProcess>; say?: (line: string) => void },
): KeptRunning;
