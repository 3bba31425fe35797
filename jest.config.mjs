/**
 * One Jest for the whole house, in ESM mode. Kinds of suite, told by file name:
 *   *.unit.spec.ts  pure rules, no I/O            *.int.spec.ts   real PostgreSQL, Redis or Kafka
 *   *.e2e.spec.ts   journeys over public interfaces   *.page.spec.ts  real Chromium   *.long.spec.ts  `npm run test:long`
 * Workspace packages resolve to their TypeScript source, so tests need no build.
 */
const ts = {
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true, tsx: false },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2022',
          keepClassNames: true,
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testEnvironment: 'node',
  // Jest adds import or require itself, by how a module is loaded.
  testEnvironmentOptions: { customExportConditions: ['@wardstream/source', 'node'] },
  setupFilesAfterEnv: ['<rootDir>/tools/jest-setup.mjs'],
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/', '<rootDir>/.wardstream', '<rootDir>/.nx'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/fixtures/'],
};
const kind = (displayName) => ({
  ...ts,
  displayName,
  testMatch: [`<rootDir>/**/*.${displayName}.spec.ts`],
});
export default {
  projects: [kind('unit'), kind('int'), kind('e2e'), kind('page'), kind('long')],
};
