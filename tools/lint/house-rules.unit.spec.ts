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
  ['the contract imports a runtime library', 'libs/events/src/x.ts', `import '@wardstream/persistence';`, boundaries],
  ['kafkajs outside its adapter', 'services/board/src/x.ts', `import 'kafkajs';`, importBan],
  ['kafkajs in libs/messaging', 'libs/messaging/src/x.ts', `import 'kafkajs';`, importBan],
  ['typeorm outside persistence', 'services/board/src/x.ts', `import 'typeorm';`, importBan],
  ['typeorm in a domain folder', 'services/admissions/src/domain/x.ts', `import 'typeorm';`, importBan],
  ['Nest in a domain folder', 'services/admissions/src/domain/x.ts', `import '@nestjs/common';`, importBan],
  ['Nest in a pure library', 'libs/hl7v2/src/x.ts', `import '@nestjs/common';`, importBan],
  ['I/O in a pure library', 'libs/flow-model/src/x.ts', `import 'node:fs';`, importBan],
  ['Date.now outside the kernel', 'services/board/src/x.ts', `export const t = Date.now();`, syntaxBan],
  ['new Date() outside the kernel', 'libs/messaging/src/x.ts', `export const t = new Date();`, syntaxBan],
  ['Math.random outside the kernel', 'libs/flow-model/src/x.ts', `export const t = Math.random();`, syntaxBan],
  ['randomUUID outside the kernel', 'services/alerting/src/x.ts', `export const t = crypto.randomUUID();`, syntaxBan],
  ['the environment outside configuration', 'services/board/src/x.ts', `export const t = process.env.HOME;`, syntaxBan],
  ['the environment in the kernel', 'libs/kernel/src/x.ts', `export const t = process.env.HOME;`, syntaxBan],
];

const allowed: [string, string, string][] = [
  ['a service imports a library', 'services/admissions/src/x.ts', `import '@wardstream/kernel';`],
  ['typeorm in a persistence folder', 'services/board/src/persistence/x.ts', `import 'typeorm';`],
  ['kafkajs in its adapter', 'libs/messaging-kafka/src/x.ts', `import 'kafkajs';`],
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
