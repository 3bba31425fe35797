/** Keeps a server running that ends by itself: one that crashed, or was killed by somebody or by the machine. */
import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/** @type {typeof import('./kept-running.d.mts').keepRunning} */
export function keepRunning(name, server, { start, say = () => undefined }) {
  let current = server;
  let wanted = true;
  /** @type {Promise<void>} */
  let restarting = Promise.resolve();

  const watch = (running) => {
    void running.exited.then(({ code, signal }) => {
      if (!wanted || running !== current) return;
      say(`${name} ended by itself (${signal ?? `code ${code}`}). Starting it again ...`);
      restarting = again();
    });
  };
  const again = async () => {
    for (let pauseMs = FIRST_PAUSE_MS; wanted; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        current = await start();
        watch(current);
        say(`${name} runs again.`);
        return;
      } catch (error) {
        say(`${name} could not be started again: ${reasonIn(error.message)}`);
        await sleep(pauseMs);
      }
    }
  };
  watch(current);
  return {
    current: () => current,
    async stop() {
      wanted = false;
      await restarting;
      await current.stop();
    },
  };
}

/** Of what a server said before it ended the line that tells why. */
function reasonIn(said) {
  const lines = said.split('\n');
  return lines.find((line) => /\b(FATAL|PANIC|ERROR)\b/.test(line)) ?? lines[0];
}
