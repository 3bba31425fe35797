import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Hl7Message } from '@medplum/core';
import { parseMessage, toFacts } from '@wardstream/hl7v2';

// `npm run bench parse`: messages parsed and mapped to facts per second on one core, beside @medplum/core's parse alone, over the
// same real messages.
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 5);
const ROUNDS = 3;

/** The repository, from the sources and from the built benchmark alike. */
let root = import.meta.dirname;
while (!existsSync(join(root, 'nx.json'))) root = join(root, '..');
const folder = join(root, '..', 'shared', 'data', 'hl7v2');
if (!existsSync(folder)) {
  process.stdout.write('Skipped: the public samples do not lie beside the repository.\n');
  process.exit(0);
}

const files = (path: string): string[] =>
  readdirSync(path).flatMap((entry) => {
    const here = join(path, entry);
    return statSync(here).isDirectory() ? files(here) : here.endsWith('.hl7') ? [here] : [];
  });
const all = files(folder).map((path) => readFileSync(path));
// Both read the same messages: those that ours finds well-formed, and theirs does not stumble over.
const bytes = all.filter((message) => parseMessage(message).ok && readable(message));
const texts = bytes.map((message) => message.toString('utf8').replaceAll(/\r\n|\n/g, '\r'));

function readable(message: Buffer): boolean {
  try {
    return Hl7Message.parse(message.toString('utf8')).segments.length > 0;
  } catch {
    return false;
  }
}

/** Messages per second of one core. */
function measure<T>(messages: readonly T[], work: (message: T) => void): number {
  for (const message of messages) work(message);
  const began = performance.now();
  let done = 0;
  while (performance.now() - began < SECONDS * 1000) {
    for (const message of messages) work(message);
    done += messages.length;
  }
  return done / ((performance.now() - began) / 1000);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

let facts = 0;
const options = { timeZone: 'UTC' };
const parsed: number[] = [];
const mapped: number[] = [];
const theirs: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  parsed.push(measure(bytes, (message) => void parseMessage(message)));
  mapped.push(
    measure(bytes, (message) => {
      const result = parseMessage(message);
      if (!result.ok) return;
      const mapping = toFacts(result.message, options);
      if (mapping.kind === 'facts') facts += mapping.facts.length;
    }),
  );
  theirs.push(measure(texts, (text) => void Hl7Message.parse(text)));
}
const n = (value: number, digits = 0): string => value.toLocaleString('en', { maximumFractionDigits: digits });
const line = (text: string): void => void process.stdout.write(`${text}\n`);
const size = bytes.reduce((sum, message) => sum + message.length, 0) / bytes.length;
line(
  `${bytes.length} of ${all.length} real messages, ${n(size)} bytes on average; one core, median of ${ROUNDS} rounds of ${SECONDS} s`,
);
line(`  @medplum/core, parse alone: ${n(median(theirs))} messages/s`);
line(`  ours, parse alone (fields are read when asked for): ${n(median(parsed))} messages/s`);
line(`  ours, parse and map to facts: ${n(median(mapped))} messages/s (${n(facts)} facts in all)`);
line(`  ratio of parse and map to @medplum/core's parse alone: ${n(median(mapped) / median(theirs), 2)}`);
