// `npm run replay-check`: asks the local installation whether its encounters and beds are what the stored
// messages say, and whether its units count what the beds show. Ends with 1 if not.
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

const units = await census();
say(`${units.compared} units counted`);

const differences = [...encounters.differences, ...beds.differences, ...units.differences];
for (const { encounterId, facility, bedId, unit, field } of differences)
  say(`  ${encounterId ?? `${facility} ${bedId ?? unit}`} ${field}`);
say(
  differences.length === 0
    ? 'What is kept is what the messages say.'
    : `${differences.length} differences (of each call a thousand are listed at most).`,
);
process.exit(differences.length === 0 ? 0 : 1);

/** Units may be behind their beds for a moment: one that still differs after some seconds has been miscounted. */
async function census() {
  const states = ['occupied', 'reserved', 'available', 'dirty', 'cleaning', 'blocked', 'closed', 'surge'];
  for (let tries = 1; ; tries += 1) {
    const differences = [];
    let compared = 0;
    for (const { id: facility } of (await ask('facilities')).items) {
      const { items } = await ask(`facilities/${facility}/beds`);
      const { units } = await ask(`facilities/${facility}/occupancy`);
      for (const unit of units) {
        const beds = items.filter((bed) => bed.unit === unit.unit);
        const wrong = states.filter((state) => beds.filter((bed) => bed.state === state).length !== unit[state]);
        differences.push(...wrong.map((field) => ({ facility, unit: unit.unit, field })));
      }
      compared += units.length;
    }
    if (differences.length === 0 || tries === 10) return { compared, differences };
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

/** In as many calls as it takes. */
async function check(path) {
  const differences = [];
  for (let after = ''; ;) {
    const report = await ask(path + after, 'POST');
    differences.push(...report.differences);
    if (report.next === null) return { ...report, differences };
    const { messages, encounters, beds } = report;
    say(`  ... ${path.endsWith('beds') ? `${beds} beds` : `${messages} messages, ${encounters} encounters`} so far`);
    after = `?after=${report.next}`;
  }
}

async function ask(path, method = 'GET') {
  const answer = await fetch(`${origin}/api/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
  }).catch(() => fail(`Nothing answers at ${origin}: start Wardstream first.`));
  if (answer.status !== 200) fail(`${path} was refused: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
