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
  { cwd: root, stdio: 'inherit' },
);
// A terminal's Ctrl-C reaches the child by itself; a signal to this process alone is passed on.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1)));
