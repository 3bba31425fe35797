// `npm run senders -- check FILE`, `suggest` and others: sender profiles (docs/integration.md).
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build, install, productNode, root } from './prepare.mjs';

install();
build();
const done = spawnSync(
  productNode(),
  [join(root, 'services', 'standalone', 'dist', 'senders.js'), ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
process.exit(done.status ?? 1);
