import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { houseRules } from './house-rules.mjs';

const root = new URL('../..', import.meta.url).pathname;
const eslint = new ESLint({ cwd: root, overrideConfigFile: true, overrideConfig: houseRules });

async function broken(path: string, text: string): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(text, { filePath: `${root}${path}` });
  return result!.messages.map((m) => m.ruleId);
}

const boundaries = '@nx/enforce-module-boundaries';
const importBan = '@typescript-eslint/no-restricted-imports';
const syntaxBan = 'no-restricted-syntax';

// Each line: what must be refused, where, by which rule.
const violations: [string, string, string, string][] = [
  ['a service imports another service', 'services/admissions/src/x.ts', `import '@wardstream/board';`, boundaries],
  ['a pure library imports a runtime one', 'libs/flow-model/src/x.ts', `import '@wardstream/messaging';`, boundaries],
  [
    'the encounter model imports a service',
    'libs/encounter-model/src/x.ts',
    `import '@wardstream/admissions';`,
    boundaries,
  ],
  ['the bed model imports a runtime library', 'libs/bed-model/src/x.ts', `import '@wardstream/messaging';`, boundaries],
  ['the contract imports a runtime library', 'libs/events/src/x.ts', `import '@wardstream/persistence';`, boundaries],
  [
    'messaging imports a driver of the log',
    'libs/messaging/src/x.ts',
    `import '@wardstream/messaging-postgres';`,
    boundaries,
  ],
  [
    'a driver of the log imports the kit',
    'libs/messaging-postgres/src/x.ts',
    `import '@wardstream/service-kit';`,
    boundaries,
  ],
  ['delivery imports the kit', 'libs/delivery/src/x.ts', `import '@wardstream/service-kit';`, boundaries],
  ['MLLP imports a runtime library', 'libs/mllp/src/x.ts', `import '@wardstream/messaging';`, boundaries],
  ['a pure library imports MLLP', 'libs/hl7v2/src/x.ts', `import '@wardstream/mllp';`, boundaries],
  ['the page imports MLLP', 'services/board-web/src/x.ts', `import '@wardstream/mllp';`, boundaries],
  [
    'a service chooses a log',
    'services/board/src/x.ts',
    `import '@wardstream/messaging-postgres';`,
    'no-restricted-imports',
  ],
  [
    'a room of admissions chooses a log',
    'services/admissions/src/inbound/x.ts',
    `import '@wardstream/messaging-kafka';`,
    'no-restricted-imports',
  ],
  [
    'the state opens occupancy',
    'libs/flow-model/src/state/x.ts',
    `import '../occupancy/erlang.js';`,
    'no-restricted-imports',
  ],
  [
    'clocks open bottlenecks',
    'libs/flow-model/src/clocks/x.ts',
    `import '../bottlenecks/bottlenecks.js';`,
    'no-restricted-imports',
  ],
  [
    'data quality opens bottlenecks',
    'libs/flow-model/src/data-quality/x.ts',
    `import '../bottlenecks/measurements.js';`,
    'no-restricted-imports',
  ],
  [
    'fit opens the state',
    'libs/flow-model/src/fit/x.ts',
    `import '../state/facility-state.js';`,
    'no-restricted-imports',
  ],
  [
    'a room of the flow model opens all',
    'libs/flow-model/src/bottlenecks/x.ts',
    `import '../index.js';`,
    'no-restricted-imports',
  ],
  ['Nest in MLLP', 'libs/mllp/src/x.ts', `import '@nestjs/common';`, importBan],
  ['typeorm in delivery', 'libs/delivery/src/x.ts', `import 'typeorm';`, importBan],
  ['typeorm in a driver of the log', 'libs/messaging-postgres/src/x.ts', `import 'typeorm';`, importBan],
  [
    'the API contract imports a runtime library',
    'libs/api-contract/src/x.ts',
    `import '@wardstream/messaging';`,
    boundaries,
  ],
  ['the events import the API contract', 'libs/events/src/x.ts', `import '@wardstream/api-contract';`, boundaries],
  ['Nest in the API contract', 'libs/api-contract/src/x.ts', `import '@nestjs/common';`, importBan],
  ['Node in the API contract', 'libs/api-contract/src/x.ts', `import 'node:util';`, importBan],
  ['a model in the API contract', 'libs/api-contract/src/x.ts', `import '@wardstream/flow-model';`, importBan],
  [
    'the page takes what checks requests',
    'services/board-web/src/x.ts',
    `import { me } from '@wardstream/api-contract'; export const m = me;`,
    importBan,
  ],
  ['kafkajs outside its adapter', 'services/board/src/x.ts', `import 'kafkajs';`, importBan],
  ['kafkajs in libs/messaging', 'libs/messaging/src/x.ts', `import 'kafkajs';`, importBan],
  ['typeorm outside persistence', 'services/board/src/x.ts', `import 'typeorm';`, importBan],
  ['typeorm in a domain folder', 'services/bed-management/src/domain/x.ts', `import 'typeorm';`, importBan],
  ['Nest in a domain folder', 'services/bed-management/src/domain/x.ts', `import '@nestjs/common';`, importBan],
  ['Nest in a pure library', 'libs/hl7v2/src/x.ts', `import '@nestjs/common';`, importBan],
  ['Nest in the encounter model', 'libs/encounter-model/src/x.ts', `import '@nestjs/common';`, importBan],
  ['typeorm in the bed model', 'libs/bed-model/src/x.ts', `import 'typeorm';`, importBan],
  ['I/O in the encounter model', 'libs/encounter-model/src/x.ts', `import 'node:fs';`, importBan],
  ['Nest in what describes the services', 'libs/service-directory/src/x.ts', `import '@nestjs/common';`, importBan],
  [
    'the directory of services imports a runtime library',
    'libs/service-directory/src/x.ts',
    `import '@wardstream/service-kit';`,
    boundaries,
  ],
  ['I/O in a pure library', 'libs/flow-model/src/x.ts', `import 'node:fs';`, importBan],
  ['Date.now outside the kernel', 'services/board/src/x.ts', `export const t = Date.now();`, syntaxBan],
  ['new Date() outside the kernel', 'libs/messaging/src/x.ts', `export const t = new Date();`, syntaxBan],
  ['Math.random outside the kernel', 'libs/flow-model/src/x.ts', `export const t = Math.random();`, syntaxBan],
  ['randomUUID outside the kernel', 'services/alerting/src/x.ts', `export const t = crypto.randomUUID();`, syntaxBan],
  ['the environment outside configuration', 'services/board/src/x.ts', `export const t = process.env.HOME;`, syntaxBan],
  ['the environment in the kernel', 'libs/kernel/src/x.ts', `export const t = process.env.HOME;`, syntaxBan],
];

const inRoom = (file: string): string => `services/admissions/src/${file}`;
const roomDoor = 'no-restricted-imports';

// Of the rooms of admissions: whose file, what it imports.
const closedDoors: [string, string, string][] = [
  ['a room opens one that it may not', inRoom('encounters/restate/x.ts'), '../../inbound/index.js'],
  ['the directory opens a room', inRoom('directory/x.ts'), '../encounters/index.js'],
  ['intake opens what is sent out', inRoom('inbound/x.ts'), '../outbound/index.js'],
  ['intake opens what is written by FHIR', inRoom('inbound/intake/x.ts'), '../../fhir/writes/take-write.js'],
  ['FHIR opens what is sent out', inRoom('fhir/reads/x.ts'), '../../outbound/index.js'],
  ['what is sent out opens operations', inRoom('outbound/x.ts'), '../operations/index.js'],
  ['operations open FHIR', inRoom('operations/quarantine/x.ts'), '../../fhir/index.js'],
  ['a room is opened by another door', inRoom('inbound/x.ts'), '../encounters/persistence/encounter.rows.js'],
  ['a room is opened by the door of a folder', inRoom('fhir/x.ts'), '../inbound/senders/index.js'],
  ['the module opens a room by another door', inRoom('x.ts'), './inbound/intake/intake.js'],
  ['a room imports its own index', inRoom('inbound/intake/x.ts'), '../index.js'],
  ['interpretation opens encounters', inRoom('inbound/interpretation/x.ts'), '../../encounters/index.js'],
  ['interpretation opens the whole directory', inRoom('inbound/interpretation/x.ts'), '../../directory/index.js'],
];
violations.push(
  ...closedDoors.map(([title, path, of]): [string, string, string, string] => [
    title,
    path,
    `import '${of}';`,
    roomDoor,
  ]),
  ['Nest in interpretation', inRoom('inbound/interpretation/x.ts'), `import '@nestjs/common';`, importBan],
  ['Nest in what names mean', inRoom('directory/names/x.ts'), `import '@nestjs/common';`, importBan],
);

const allowed: [string, string, string][] = [
  ['a service imports a library', 'services/admissions/src/x.ts', `import '@wardstream/kernel';`],
  ['a room opens another by its index', inRoom('inbound/intake/x.ts'), `import '../../encounters/index.js';`],
  ['a room imports its own files', inRoom('inbound/intake/x.ts'), `import '../processing/processor.js';`],
  [
    'interpretation asks what names mean',
    inRoom('inbound/interpretation/x.ts'),
    `import '../../directory/names/index.js';`,
  ],
  ['the module opens a room by its index', inRoom('x.ts'), `import './inbound/index.js';`],
  [
    'the page takes types of the API contract',
    'services/board-web/src/x.ts',
    `import type { Me } from '@wardstream/api-contract'; export type M = Me;`,
  ],
  ['the API contract is made of events', 'libs/api-contract/src/x.ts', `import '@wardstream/events';`],
  ['typeorm in a persistence folder', 'services/board/src/persistence/x.ts', `import 'typeorm';`],
  ['kafkajs in its adapter', 'libs/messaging-kafka/src/x.ts', `import 'kafkajs';`],
  ['bottlenecks open data quality', 'libs/flow-model/src/bottlenecks/x.ts', `import '../data-quality/ghosts.js';`],
  ['the process chooses a log', 'libs/service-kit/src/run-service.ts', `import '@wardstream/messaging-postgres';`],
  ['a tool sends over MLLP', 'libs/demo-hospital/src/x.ts', `import '@wardstream/mllp';`],
  ['the network in MLLP', 'libs/mllp/src/x.ts', `import 'node:net';`],
  ['Date.now in the kernel', 'libs/kernel/src/x.ts', `export const t = Date.now();`],
  ['a composition imports a service', 'services/standalone/src/x.ts', `import '@wardstream/board';`],
];

describe('the layers of the house', () => {
  // The rule of the boundaries reads Nx's graph of the projects and passes everything where there is none yet.
  beforeAll(() => {
    execFileSync(process.execPath, [join(root, 'node_modules', 'nx', 'dist', 'bin', 'nx.js'), 'show', 'projects'], {
      cwd: root,
      env: { ...process.env, NX_DAEMON: 'false' },
    });
  });

  it.each(violations)('refuses: %s', async (_, path, text, rule) => {
    expect(await broken(path, text)).toContain(rule);
  });
  it.each(allowed)('allows: %s', async (_, path, text) => {
    expect(await broken(path, text)).toEqual([]);
  });
});
