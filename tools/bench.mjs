// `npm run bench [name]`: measures beside the machine's own ceilings. Without a name: the backbone.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build, fail, install, productNode, root } from './prepare.mjs';

install();
build();
const name = process.argv[2] ?? 'backbone';
const run = (/** @type {string[]} */ args) =>
  spawnSync(productNode(), args, { cwd: root, stdio: 'inherit', env: { ...process.env, NODE_ENV: 'production' } })
    .status;
if (run([join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'bench']) !== 0)
  fail('Stopped: the benchmark does not build.');
const program = join('bench', 'dist', `${name}.bench.js`);
if (!existsSync(join(root, program))) fail(`There is no benchmark bench/${name}.bench.ts.`);
process.exit(run(['--enable-source-maps', program]) ?? 1);
