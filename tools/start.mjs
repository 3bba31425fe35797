// `npm start`: the demo hospital in one process. `npm run stack`: every service as its own process.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build, install, productNode, root } from './prepare.mjs';

install();
build();

const stack = process.argv.includes('--stack');
const program = stack ? join(root, 'tools', 'stack.mjs') : join(root, 'services', 'standalone', 'dist', 'main.js');
const child = spawn(
  productNode(),
  [
    '--enable-source-maps',
    '--disable-warning=ExperimentalWarning',
    program,
    ...process.argv.slice(2).filter((a) => a !== '--stack'),
  ],
  // The channel tells the product that this process has gone, in whatever way: then it stops, too.
  { cwd: root, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] },
);
// A terminal's Ctrl-C reaches the child by itself; a signal to this process alone is passed on.
process.on('SIGINT', () => undefined);
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill('SIGTERM'));
stopWithNpm(() => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1)));

/** A signal to npm ends npm and the shell between, and does not come here: what npm started then ends with it. */
function stopWithNpm(stop) {
  const npm = process.ppid;
  if (process.env.npm_lifecycle_event === undefined) return;
  const watch = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(watch);
    stop();
  }, 500);
  watch.unref();
}
