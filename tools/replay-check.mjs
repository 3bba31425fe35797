// `npm run replay-check`: asks the local installation whether its encounters and beds are what the stored messages say. Ends with 1 if not.
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

const encounters = await check('replay-check');
say(`${encounters.messages} messages, ${encounters.facts} facts, ${encounters.encounters} encounters compared`);
const beds = await check('replay-check/beds');
say(`${beds.beds} beds compared, each with its whole history`);
const waiting = encounters.waiting + beds.waiting;
if (waiting > 0) say(`${waiting} are just being derived anew, and were not compared`);

const differences = [...encounters.differences, ...beds.differences];
for (const { encounterId, facility, bedId, field } of differences)
  say(`  ${encounterId ?? `${facility} ${bedId}`} ${field}`);
say(
  differences.length === 0
    ? 'What is kept is what the messages say.'
    : `${differences.length} differences (a thousand of encounters and of beds are listed at most).`,
);
process.exit(differences.length === 0 ? 0 : 1);

async function check(path) {
  const answer = await fetch(`${origin}/api/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  }).catch(() => fail(`Nothing answers at ${origin}: start Wardstream first.`));
  if (answer.status !== 200) fail(`The check was refused: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
