// `npm run users -- list`: who can sign in at the local standalone or stack, and what they may do.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build, install, productNode, root } from './prepare.mjs';

install();
build();
const done = spawnSync(
  productNode(),
  [join(root, 'services', 'standalone', 'dist', 'users.js'), ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
process.exit(done.status ?? 1);
