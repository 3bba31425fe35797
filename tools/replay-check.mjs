// `npm run replay-check`: asks the local installation whether its encounters are what the stored messages say. Ends with 1 if not.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build, fail, install, productNode, root, say } from './prepare.mjs';

install();
build();
const token = spawnSync(
  productNode(),
  [join(root, 'services', 'standalone', 'dist', 'token.js'), '--role', 'administrator', '--hours', '1'],
  { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
).stdout.trim();
const origin = process.env['WARDSTREAM_ORIGIN'] ?? `http://127.0.0.1:${process.env['WARDSTREAM_HTTP_PORT'] ?? '8080'}`;
const answer = await fetch(`${origin}/api/v1/replay-check`, {
  method: 'POST',
  headers: { authorization: `Bearer ${token}` },
}).catch(() => fail(`Nothing answers at ${origin}: start Wardstream first.`));
if (answer.status !== 200) fail(`The check was refused: ${answer.status} ${await answer.text()}`);
const { messages, facts, encounters, waiting, equal, differences } = await answer.json();
say(
  `${messages} messages, ${facts} facts, ${encounters} encounters compared; ${waiting} wait for a newer configuration`,
);
for (const { encounterId, field } of differences) say(`  ${encounterId} ${field}`);
say(
  equal
    ? 'What is kept is what the messages say.'
    : `${differences.length} differences (a thousand are listed at most).`,
);
process.exit(equal ? 0 : 1);
