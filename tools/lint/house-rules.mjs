// The layers of the house as lint rules. Each rule has a violating fixture in house-rules.unit.spec.ts that must fail.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const everyTs = ['**/*.ts', '**/*.tsx'];
const specs = ['**/*.spec.ts', 'libs/testing/**', 'libs/product-under-test/**', 'e2e/**', 'bench/**'];

const kafkajs = { name: 'kafkajs', message: 'Only libs/messaging-kafka imports kafkajs.' };
const typeorm = {
  group: ['typeorm', '@nestjs/typeorm'],
  message: 'typeorm stays in persistence/ folders and libs/persistence, libs/messaging.',
};
/** What services write to and read from is the port of libs/messaging; which log is behind it, the process chooses. */
const drivers = {
  group: ['@wardstream/messaging-postgres', '@wardstream/messaging-kafka'],
  message: 'Only libs/service-kit chooses the log.',
};
const nest = { group: ['@nestjs/*'], message: 'No Nest in the domain or in pure libraries.' };
const io = {
  group: ['node:fs', 'node:fs/*', 'node:net', 'node:http', 'node:tls', 'pg', 'ioredis'],
  message: 'No I/O in the domain or in pure libraries.',
};

/** Libraries that say of themselves, by a tag in their package.json, that they only compute or only describe. */
const libraries = new URL('../../libs/', import.meta.url);
const pureLibraries = readdirSync(libraries).filter((name) => {
  // Of a library of another branch its build may be left.
  if (!existsSync(new URL(`${name}/package.json`, libraries))) return false;
  const { nx: project } = JSON.parse(readFileSync(new URL(`${name}/package.json`, libraries), 'utf8'));
  return project.tags.some((/** @type {string} */ tag) => ['layer:pure', 'layer:contract'].includes(tag));
});

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

/** What each room of the admissions service may open: these rooms, and of them only what their index shows. */
const roomsOfAdmissions = {
  directory: [],
  encounters: ['directory'],
  inbound: ['directory', 'encounters'],
  fhir: ['directory', 'encounters', 'inbound'],
  outbound: ['directory', 'encounters', 'inbound', 'fhir'],
  operations: ['directory', 'encounters', 'inbound'],
};
const allRooms = Object.keys(roomsOfAdmissions);
/** The door of a room. What names mean has one of its own, so that what is pure can open it without the rest. */
const door = (/** @type {string} */ room) => (room === 'directory' ? '(?:names/)?index\\.js$' : 'index\\.js$');

/**
 * @param {string[]} files
 * @param {{from: string, opens: readonly string[], but?: string, own?: string}} rooms `from`: how paths to rooms begin, a pattern;
 *   `but`: what stays closed of those that are opened, a pattern; `own`: the room that these files are in
 */
function opensOnly(files, { from, opens, but, own }) {
  const closed = allRooms.filter((room) => room !== own && !opens.includes(room));
  const patterns = [
    ...(closed.length === 0
      ? []
      : [
          {
            regex: `^${from}(?:${closed.join('|')})/`,
            message: 'This room does not open that one (docs/architecture.md).',
          },
        ]),
    ...opens.map((room) => ({
      regex: `^${from}${room}/(?!${door(room)})`,
      message: 'A room is opened by its index.',
    })),
    drivers,
    ...(but === undefined ? [] : [{ regex: `^${from}${but}`, message: 'What is pure does not open what is not.' }]),
    ...(own === undefined
      ? []
      : [{ regex: '^(?:\\.\\./|\\./)+index\\.js$', message: 'The index is for other rooms.' }]),
  ];
  return { files, ignores: ['**/*.spec.ts'], rules: { 'no-restricted-imports': ['error', { patterns }] } };
}

/** The rooms of the flow model: each opens those before it; fit stands alone, and who looks for a bed asks both. */
const roomsOfFlowModel = ['state', 'occupancy', 'clocks', 'data-quality', 'bottlenecks'];
const allOfFlowModel = [...roomsOfFlowModel, 'fit', 'free-beds'];
const flowModel = allOfFlowModel.map((own) => {
  const earlier = roomsOfFlowModel.slice(0, Math.max(0, roomsOfFlowModel.indexOf(own)));
  const opens = own === 'free-beds' ? ['state', 'occupancy', 'fit'] : earlier;
  const closed = allOfFlowModel.filter((room) => room !== own && !opens.includes(room));
  const message = 'This room of the flow model does not open that one (docs/architecture.md).';
  return {
    files: [`libs/flow-model/src/${own}/**`],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [drivers, { regex: `^\\.\\./(?:${closed.join('|')}|index)(?:/|\\.js$)`, message }] },
      ],
    },
  };
});

const admissions = 'services/admissions/src';
const up = '(?:\\.\\./)+';
const rooms = [
  opensOnly([`${admissions}/*.ts`], { from: '\\./', opens: allRooms }),
  ...Object.entries(roomsOfAdmissions).map(([own, opens]) =>
    opensOnly([`${admissions}/${own}/**`], { from: up, opens, own }),
  ),
  opensOnly([`${admissions}/inbound/interpretation/**`], {
    from: up,
    opens: ['directory'],
    but: 'directory/index\\.js$',
    own: 'inbound',
  }),
];

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
            { sourceTag: 'type:web', onlyDependOnLibsWithTags: ['layer:contract', 'layer:api', 'layer:pure'] },
            {
              sourceTag: 'layer:pure',
              onlyDependOnLibsWithTags: ['layer:pure', 'layer:contract', 'layer:api', 'layer:testing'],
            },
            { sourceTag: 'layer:api', onlyDependOnLibsWithTags: ['layer:pure', 'layer:contract', 'layer:testing'] },
            { sourceTag: 'layer:wire', onlyDependOnLibsWithTags: ['layer:pure', 'layer:testing'] },
            { sourceTag: 'layer:contract', onlyDependOnLibsWithTags: ['layer:pure', 'layer:testing'] },
            {
              sourceTag: 'layer:runtime',
              onlyDependOnLibsWithTags: [
                'layer:pure',
                'layer:contract',
                'layer:api',
                'layer:wire',
                'layer:runtime',
                'layer:testing',
              ],
            },
            {
              sourceTag: 'layer:testing',
              onlyDependOnLibsWithTags: ['layer:pure', 'layer:contract', 'layer:local-servers'],
            },
            { sourceTag: 'layer:local-servers', onlyDependOnLibsWithTags: ['layer:local-servers'] },
            {
              sourceTag: 'layer:tool',
              onlyDependOnLibsWithTags: ['layer:pure', 'layer:contract', 'layer:wire', 'layer:testing'],
            },
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
      ...pureLibraries.map((name) => `libs/${name}/src/**`),
      'services/*/src/domain/**',
      'services/*/src/**/domain/**',
      'services/admissions/src/{inbound/interpretation,directory/names}/**',
    ],
    ignores: specs,
    rules: imports({ paths: [kafkajs], patterns: [typeorm, nest, io] }),
  },
  {
    files: ['libs/mllp/src/**'],
    ignores: specs,
    rules: imports({ paths: [kafkajs], patterns: [typeorm, nest] }),
  },
  {
    files: everyTs,
    ignores: [...specs, 'libs/service-kit/src/run-service.ts', '**/*.harness.ts', 'services/*/src/fixtures/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: [drivers] }] },
  },
  {
    // The page reads it: nothing of a server, and no more than it needs to say what a shape is.
    files: ['libs/api-contract/src/**'],
    ignores: specs,
    rules: imports({
      patterns: [
        {
          regex: '^(?!zod$|@wardstream/(?:access|events)$|\\.)',
          message: 'The contract is made of zod, the events and the roles.',
        },
      ],
    }),
  },
  {
    files: ['services/board-web/**/*.ts', 'services/board-web/**/*.tsx'],
    ignores: specs,
    rules: imports({
      paths: [
        kafkajs,
        {
          name: '@wardstream/api-contract',
          allowTypeImports: true,
          message: 'The page takes types of the contract: what checks requests is not sent to browsers.',
        },
      ],
      patterns: [typeorm],
    }),
  },
  ...rooms,
  ...flowModel,
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
