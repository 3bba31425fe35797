// Preloaded into the product by the long suites: writes to EVENT_LOOP_FILE, every second, the longest turn of the event loop
// since the start in milliseconds, and how many turns took more than 200.
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const file = process.env['EVENT_LOOP_FILE'];
if (file !== undefined) {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  let longestMs = 0;
  let over200 = 0;
  setInterval(() => {
    const ms = delay.max / 1e6;
    delay.reset();
    longestMs = Math.max(longestMs, ms);
    if (ms > 200) over200 += 1;
    writeFileSync(file, JSON.stringify({ longestMs: Math.round(longestMs), secondsWithOver200: over200 }));
  }, 1_000).unref();
}
