// `npm run bench [name] [-- options]`: measures beside the machine's own ceilings. Without a name: the backbone. See bench/README.md.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build, fail, install, productNode, root } from './prepare.mjs';

install();
build();
const given = process.argv.slice(2);
const name = given[0] === undefined || given[0].startsWith('--') ? 'backbone' : given.shift();
const run = (/** @type {string[]} */ args) =>
  spawnSync(productNode(), args, { cwd: root, stdio: 'inherit', env: { ...process.env, NODE_ENV: 'production' } })
    .status;
if (run([join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'bench']) !== 0)
  fail('Stopped: the benchmark does not build.');
const program = join('bench', 'dist', `${name}.bench.js`);
if (!existsSync(join(root, program))) fail(`There is no benchmark bench/${name}.bench.ts.`);
process.exit(run(['--enable-source-maps', program, ...given]) ?? 1);
