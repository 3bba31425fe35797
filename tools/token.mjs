// `npm run token -- --role bed-manager`: a bearer token for the local standalone or stack.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build, install, productNode, root } from './prepare.mjs';

install();
build();
const done = spawnSync(
  productNode(),
  [join(root, 'services', 'standalone', 'dist', 'token.js'), ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
process.exit(done.status ?? 1);
