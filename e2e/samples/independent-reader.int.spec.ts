import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Hl7Message, parseMessage, type Segment } from '@wardstream/hl7v2';
import { folder, samplesOf, samplesPresent } from './sample-messages.js';

/** Fields by which patients, visits, places and times are told, in their parts. */
type Fields = Record<'PID-3' | 'PV1-3' | 'PV1-19' | 'EVN-2', unknown>;
type Reading = { readonly fields: Fields } | { readonly unreadable: string };

const python = ['/usr/bin/python3', 'python3'].find((p) => spawnSync(p, ['-c', 'import hl7']).status === 0);
const missing = !samplesPresent
  ? 'the public samples do not lie beside the repository'
  : python === undefined
    ? 'python3-hl7 is not installed (apt-get install python3-hl7)'
    : null;
if (missing !== null) process.stderr.write(`The independent reader is skipped: ${missing}.\n`);

/**
 * Where the two readers differ, by file and field, and why. A difference that is not listed fails, and so does one that is
 * listed and is no more.
 */
const explicitNull =
  'a repetition is the explicit null "": a value to the other reader, and here nothing, as it identifies nobody';
const explained: Readonly<Record<string, string>> = {
  'hl7v2/A28/Efferent-Health_HL7-V2__EncodingTests.cs__ca60b786.hl7 PID-3': explicitNull,
  'hl7v2/A31/hapifhir_hapi-hl7v2__CustomMessageValidation.java__7ff43944.hl7 PID-3': explicitNull,
  'hl7v2/A31/hapifhir_hapi-hl7v2__MessageValidation.java__e41ffeb5.hl7 PID-3': explicitNull,
};

(missing === null ? describe : describe.skip)('what an independent reader reads (python3-hl7)', () => {
  it('is what we read of PID-3, PV1-3, PV1-19 and EVN-2, in every well-formed sample', () => {
    const samples = samplesOf('hl7v2');
    const script = fileURLToPath(new URL('./read-with-python3-hl7.py', import.meta.url));
    const paths = samples.map((s) => `${folder}/${s.name}\n`).join('');
    const run = spawnSync(python!, [script], { input: paths, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
    expect([run.status, run.stderr]).toEqual([0, '']);
    const theirs = run.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Reading);
    expect(theirs).toHaveLength(samples.length);

    const differences = samples.flatMap(({ name, bytes }, i) => {
      const parsed = parseMessage(bytes);
      return differencesOf(name, parsed.ok ? { fields: ours(parsed.message) } : { unreadable: 'here' }, theirs[i]!);
    });
    const counted = samples.length - new Set(differences.map((d) => d.where.split(' ')[0])).size;
    console.log(
      `${counted} of ${samples.length} files read alike in all four fields; ${differences.length} differences`,
    );
    expect(differences.map((d) => d.where).sort()).toEqual(Object.keys(explained).sort());
  });
});

interface Difference {
  readonly where: string;
  readonly ours: string;
  readonly theirs: string;
}

function differencesOf(name: string, ours: Reading, theirs: Reading): Difference[] {
  if ('unreadable' in ours || 'unreadable' in theirs) {
    if ('unreadable' in ours && 'unreadable' in theirs) return [];
    const [by, read] = 'unreadable' in ours ? ['us', 'them'] : ['them', 'us'];
    return [{ where: `${name} unreadable for ${by}`, ours: read, theirs: read }];
  }
  return (Object.keys(ours.fields) as (keyof Fields)[]).flatMap((field) => {
    const [a, b] = [JSON.stringify(ours.fields[field]), JSON.stringify(theirs.fields[field])];
    return a === b ? [] : [{ where: `${name} ${field}`, ours: a, theirs: b }];
  });
}

function ours(message: Hl7Message): Fields {
  const [pid, pv1, evn] = ['PID', 'PV1', 'EVN'].map((name) => message.segment(name));
  const value = (segment: Segment | undefined, field: number, component: number, repetition = 1): string =>
    segment?.value(field, component, 1, repetition) ?? '';
  return {
    'PID-3': Array.from({ length: pid?.repetitions(3) ?? 0 }, (_, r) => [
      value(pid, 3, 1, r + 1),
      value(pid, 3, 4, r + 1),
    ]),
    'PV1-3': [1, 2, 3, 4].map((c) => value(pv1, 3, c)),
    'PV1-19': [value(pv1, 19, 1), value(pv1, 19, 4)],
    'EVN-2': value(evn, 2, 1),
  };
}
