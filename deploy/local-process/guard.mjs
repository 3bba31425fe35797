/**
 * Runs one server process and outlives nothing: when the channel to the process that asked for it closes, for whatever
 * reason (end, crash, kill -9), the server is stopped and what it leaves behind is removed.
 * Started by guarded-process.mjs with a job description as its only argument; not meant to be run by hand.
 */
import { spawn } from 'node:child_process';
import { openSync, rmSync, rmdirSync } from 'node:fs';

/** @type {import('./guarded-process.d.mts').GuardedJob} */
const job = JSON.parse(process.argv[2] ?? '{}');
const log = openSync(job.logFile, 'a');
const child = spawn(job.command, job.args, {
  cwd: job.cwd,
  env: { ...process.env, ...job.env },
  stdio: ['ignore', log, log],
  ...(job.uid === undefined ? {} : { uid: job.uid, gid: job.gid }),
});

let stopping = false;
function stop(signal = job.stopSignal ?? 'SIGTERM') {
  if (stopping) return;
  stopping = true;
  child.kill(signal);
  setTimeout(() => child.kill('SIGKILL'), job.stopTimeoutMs ?? 10_000).unref();
}

child.on('spawn', () => tell({ pid: child.pid }));
child.on('error', (error) => end({ error: error.message }));
child.on('exit', (code, signal) => end({ code, signal }));
process.on('message', (signal) => (signal === 'stop' ? stop() : child.kill(signal)));
process.on('disconnect', () => stop(job.orphanSignal));
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => stop());
if (!process.connected) stop(job.orphanSignal);

function tell(message) {
  if (process.connected) process.send(message, () => undefined);
}

function end(result) {
  if (job.removeAfter && (stopping || !process.connected)) {
    rmSync(job.removeAfter, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    if (job.removeIfEmpty) removeIfEmpty(job.removeIfEmpty);
  }
  if (!process.connected) process.exit(0);
  process.send(result, () => process.exit(0));
}

function removeIfEmpty(folder) {
  try {
    rmdirSync(folder);
  } catch {
    // another server still lives in it, or it has gone with that one
  }
}
