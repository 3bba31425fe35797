/**
 * Runs one server process and outlives nothing: when the channel to the process that asked for it closes, for whatever
 * reason (end, crash, kill -9), the server is stopped and what it leaves behind is removed.
 * Started by guarded-process.mjs, which sends it the job first (arguments would show its secrets to everyone on the
 * machine) and signals afterwards; not meant to be run by hand.
 */
import { spawn } from 'node:child_process';
import { openSync, rmSync, rmdirSync } from 'node:fs';

/** @type {import('./guarded-process.d.mts').GuardedJob | undefined} */
let job;
/** @type {import('node:child_process').ChildProcess | undefined} */
let child;
let stopping = false;

process.on('message', (message) => {
  if (job === undefined) start(message);
  else if (message === 'stop') stop();
  else child?.kill(message);
});
process.on('disconnect', () => stop(job?.orphanSignal));
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => stop());

function start(message) {
  job = message;
  const log = logOf(job.logFile);
  child = spawn(job.command, job.args, {
    cwd: job.cwd,
    env: { ...process.env, ...job.env },
    stdio: ['ignore', log, log],
    ...(job.uid === undefined ? {} : { uid: job.uid, gid: job.gid }),
  });
  child.on('spawn', () => tell({ pid: child.pid }));
  child.on('error', (error) => end({ error: error.message }));
  child.on('exit', (code, signal) => end({ code, signal }));
}

/** A server whose log cannot be opened, as on a full disk, runs without one. */
function logOf(file) {
  try {
    return openSync(file, 'a');
  } catch {
    return 'ignore';
  }
}

function stop(signal = job?.stopSignal ?? 'SIGTERM') {
  if (child === undefined) process.exit(0);
  if (stopping) return;
  stopping = true;
  child.kill(signal);
  setTimeout(() => child.kill('SIGKILL'), job.stopTimeoutMs ?? 10_000).unref();
}

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
