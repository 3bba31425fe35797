// Preloaded into the product by the long suites. Writes to EVENT_LOOP_FILE, every second: the longest turn of the event loop since the
// start, how many turns took more than 200 ms, and of the longest of them what ran in it, most first. Of a turn it also says how much
// of it this thread was on the processor: the rest it waited for a machine that is busy with others.
import { renameSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { hrtime, threadCpuUsage } from 'node:process';
import { isMainThread } from 'node:worker_threads';

const TICK_MS = 10;
const LONG_MS = 200;
const SAMPLE_US = 5_000;
const MOST_PROFILED_US = 60_000_000;
/** So many of the longest turns, and of the last, are told with what ran in them, and so many functions of each. */
const MOST_TURNS = 20;
const MOST_FUNCTIONS = 12;

const file = process.env['EVENT_LOOP_FILE'];
if (file !== undefined && isMainThread) {
  // Of the product's own process alone, and not of what it starts.
  delete process.env['EVENT_LOOP_FILE'];
  const session = new Session();
  session.connect();
  const post = (method, parameters) =>
    new Promise((resolve, reject) => {
      session.post(method, parameters, (error, result) => (error === null ? resolve(result) : reject(error)));
    });
  await post('Profiler.enable');
  await post('Profiler.setSamplingInterval', { interval: SAMPLE_US });
  await post('Profiler.start');

  const state = { longestMs: 0, longestCpuMs: 0, over200: 0, over200OfCpu: 0, turns: [] };
  let fresh = [];
  let last = nowUs();
  let lastCpu = cpuUs();
  setInterval(() => {
    const now = nowUs();
    const cpu = cpuUs();
    const ms = Math.round((now - last) / 1_000) - TICK_MS;
    const cpuMs = Math.round((cpu - lastCpu) / 1_000);
    state.longestMs = Math.max(state.longestMs, ms);
    state.longestCpuMs = Math.max(state.longestCpuMs, cpuMs);
    if (cpuMs > LONG_MS) state.over200OfCpu += 1;
    if (ms > LONG_MS) {
      state.over200 += 1;
      fresh.push({ at: new Date().toISOString(), ms, cpuMs, from: last, to: now });
    }
    last = now;
    lastCpu = cpu;
  }, TICK_MS).unref();

  let profilingSince = nowUs();
  setInterval(() => {
    // To take a profile is a long turn itself: only when there is something to tell, or it has grown.
    if (fresh.length > 0 || nowUs() - profilingSince > MOST_PROFILED_US) {
      profilingSince = nowUs();
      void takeProfile(fresh.splice(0));
    }
    // Whoever reads it reads it whole.
    writeFileSync(`${file}.new`, JSON.stringify(state));
    renameSync(`${file}.new`, file);
  }, 1_000).unref();

  async function takeProfile(turns) {
    const { profile } = await post('Profiler.stop');
    await post('Profiler.start');
    last = nowUs();
    lastCpu = cpuUs();
    for (const { from, to, ...turn } of turns) state.turns.push({ ...turn, ran: functionsIn(profile, from, to) });
    const longest = [...state.turns].sort((a, b) => b.ms - a.ms).slice(0, MOST_TURNS);
    const kept = new Set([...longest, ...state.turns.slice(-MOST_TURNS)]);
    state.turns = state.turns.filter((turn) => kept.has(turn));
  }
}

function nowUs() {
  return Number(hrtime.bigint() / 1_000n);
}

function cpuUs() {
  const { user, system } = threadCpuUsage();
  return user + system;
}

/** What was on the stack between two times (µs), and in how many hundredths of the samples, most first. */
function functionsIn({ nodes, samples, timeDeltas, startTime }, from, to) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id])));
  const counts = new Map();
  let at = startTime;
  let seen = 0;
  for (const [i, id] of samples.entries()) {
    at += timeDeltas[i];
    if (at < from || at > to) continue;
    seen += 1;
    const names = new Set();
    for (let node = byId.get(id); node !== undefined; node = byId.get(parents.get(node.id))) {
      const { functionName, url, lineNumber } = node.callFrame;
      if (url.startsWith('node:') || functionName === '(root)') continue;
      names.add(`${functionName || '(anonymous)'} ${url.split('/').slice(-3).join('/')}:${lineNumber + 1}`.trim());
    }
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, MOST_FUNCTIONS)
    .map(([name, count]) => `${Math.round((100 * count) / seen)}% ${name}`);
}
