// `npm run audit-verify`: whether the audit is as it was written (docs/audit.md). Ends with 1 if it is not, with 2 if that cannot be told.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build, install, productNode, root } from './prepare.mjs';

install();
build();
const done = spawnSync(
  productNode(),
  [join(root, 'services', 'standalone', 'dist', 'audit-verify.js'), ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
process.exit(done.status ?? 2);
