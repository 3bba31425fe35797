// The layers of the house as lint rules. Each rule has a violating fixture in house-rules.unit.spec.ts that must fail.
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const everyTs = ['**/*.ts', '**/*.tsx'];
const specs = ['**/*.spec.ts', 'libs/testing/**', 'libs/house/**', 'e2e/**', 'bench/**'];

const kafkajs = { name: 'kafkajs', message: 'Only libs/messaging-kafka imports kafkajs.' };
const typeorm = {
  group: ['typeorm', '@nestjs/typeorm'],
  message: 'typeorm stays in persistence/ folders and libs/persistence, libs/messaging.',
};
const nest = { group: ['@nestjs/*'], message: 'No Nest in the domain or in pure libraries.' };
const io = {
  group: ['node:fs', 'node:fs/*', 'node:net', 'node:http', 'node:tls', 'pg', 'ioredis'],
  message: 'No I/O in the domain or in pure libraries.',
};

const impure = [
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: 'Take the time from a Clock.',
  },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Take the time from a Clock.' },
  {
    selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
    message: 'Use seededRandom or jitter of the kernel.',
  },
  {
    selector: "CallExpression[callee.object.name='performance'][callee.property.name='now']",
    message: 'Use monotonicMs of the kernel.',
  },
  {
    selector: "CallExpression[callee.name='randomUUID'], CallExpression[callee.property.name='randomUUID']",
    message: 'Use newId of the kernel.',
  },
];
const environment = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'Only service-kit configuration reads the environment.',
};

/** @param {{paths?: object[], patterns?: object[]}} restricted */
const imports = (restricted) => ({ '@typescript-eslint/no-restricted-imports': ['error', restricted] });

export const houseRules = [
  {
    files: everyTs,
    languageOptions: { parser: tseslint.parser },
    plugins: { '@nx': nx, '@typescript-eslint': tseslint.plugin },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: false,
          allow: [],
          depConstraints: [
            { sourceTag: 'type:service', onlyDependOnLibsWithTags: ['type:lib'] },
            { sourceTag: 'type:web', onlyDependOnLibsWithTags: ['layer:contract', 'layer:pure'] },
            { sourceTag: 'layer:pure', onlyDependOnLibsWithTags: ['layer:pure', 'layer:contract', 'layer:testing'] },
            { sourceTag: 'layer:contract', onlyDependOnLibsWithTags: ['layer:pure', 'layer:testing'] },
            {
              sourceTag: 'layer:runtime',
              onlyDependOnLibsWithTags: ['layer:pure', 'layer:contract', 'layer:runtime', 'layer:testing'],
            },
            {
              sourceTag: 'layer:testing',
              onlyDependOnLibsWithTags: ['layer:pure', 'layer:contract', 'layer:local-servers'],
            },
            { sourceTag: 'layer:local-servers', onlyDependOnLibsWithTags: ['layer:local-servers'] },
            { sourceTag: 'layer:tool', onlyDependOnLibsWithTags: ['layer:pure', 'layer:contract', 'layer:testing'] },
            { sourceTag: 'layer:verification', onlyDependOnLibsWithTags: ['type:lib'] },
            { sourceTag: 'type:composition', onlyDependOnLibsWithTags: ['type:lib', 'type:service'] },
            { sourceTag: 'type:verification', onlyDependOnLibsWithTags: ['*'] },
          ],
        },
      ],
      ...imports({ paths: [kafkajs], patterns: [typeorm] }),
      'no-restricted-syntax': ['error', ...impure, environment],
    },
  },
  { files: ['libs/messaging-kafka/**', 'libs/testing/**'], rules: imports({ patterns: [typeorm] }) },
  {
    files: [
      'libs/persistence/**',
      'libs/messaging/**',
      'services/*/src/persistence/**',
      'services/*/src/**/persistence/**',
    ],
    rules: imports({ paths: [kafkajs] }),
  },
  {
    files: [
      'libs/{kernel,events,hl7v2,fhir,flow-model}/src/**',
      'services/*/src/domain/**',
      'services/*/src/**/domain/**',
    ],
    ignores: specs,
    rules: imports({ paths: [kafkajs], patterns: [typeorm, nest, io] }),
  },
  { files: ['libs/kernel/src/**'], rules: { 'no-restricted-syntax': ['error', environment] } },
  {
    files: ['libs/service-kit/src/configuration/**', 'libs/testing/**'],
    rules: { 'no-restricted-syntax': ['error', ...impure] },
  },
  {
    // What measures, drives a browser or a process from outside needs real time and the environment.
    files: [...specs, 'tools/**', 'deploy/**', 'services/board-web/**'],
    rules: { 'no-restricted-syntax': 'off' },
  },
];
