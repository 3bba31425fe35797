import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { admissionsService } from '@wardstream/admissions';
import { alertingService } from '@wardstream/alerting';
import { auditService } from '@wardstream/audit';
import { bedManagementService } from '@wardstream/bed-management';
import { boardService } from '@wardstream/board';
import { departmentCoordinationService } from '@wardstream/department-coordination';
import { flowEngineService } from '@wardstream/flow-engine';
import { identityService } from '@wardstream/identity';
import { digest } from '@wardstream/kernel';
import { messagingMigrations } from '@wardstream/messaging';
import { logMigrations, logSchema } from '@wardstream/messaging-postgres';
import { digestOf, migrationFaults, type Migration } from '@wardstream/persistence';
import { linesTakenOut } from '@wardstream/testing';

const definitions = [
  admissionsService,
  alertingService,
  auditService,
  bedManagementService,
  boardService,
  departmentCoordinationService,
  flowEngineService,
  identityService,
];
const schemas: readonly (readonly [schema: string, migrations: readonly Migration[]])[] = [
  ...definitions.map(({ schema, migrations }) => [schema, [...messagingMigrations, ...migrations]] as const),
  [logSchema, logMigrations],
];
const lineOf = (schema: string, migration: Migration): string =>
  `${schema} ${migration.name} ${digestOf(migration, schema).slice(0, 32)}`;

const root = new URL('../../../../', import.meta.url);
const path = 'services/standalone/upgrades/landed-migrations.txt';
const lines = readFileSync(new URL(path, root), 'utf8').trimEnd().split('\n');
const landed = lines.filter((line) => !line.startsWith('#'));
const rulesBegin = lines.findIndex((line) => line.startsWith('# Under the rules'));
const beforeTheRules = new Set(lines.slice(0, rulesBegin));
/** Steps that all services have are as old in the schema of a service that came later, where nothing is in their tables yet. */
const oldSteps = new Set([...beforeTheRules].map((line) => line.replace(/^\S+ /, '')));
const isOld = (line: string): boolean => oldSteps.has(line.replace(/^\S+ /, ''));

const released = new Set(
  [...readFileSync(new URL('CHANGELOG.md', root), 'utf8').matchAll(/^## (\d+\.\d+\.\d+)(?! \(unreleased\))/gm)].map(
    ([, version]) => version!,
  ),
);

describe('the migrations of all services', () => {
  it.each(schemas)(
    'of %s are those that have landed, in their order and unchanged; new ones stand in the list',
    (schema, migrations) => {
      expect(migrations.map((migration) => lineOf(schema, migration))).toEqual(
        landed.filter((line) => line.startsWith(`${schema} `)),
      );
    },
  );

  it('are all in the list, and nothing else', () => {
    const all = schemas.flatMap(([schema, migrations]) => migrations.map((migration) => lineOf(schema, migration)));
    expect([...landed].sort()).toEqual(all.sort());
  });

  it('only add, since there are rules for them', () => {
    const faults = schemas.flatMap(([schema, migrations]) =>
      migrations
        .filter((migration) => !isOld(lineOf(schema, migration)))
        .flatMap((migration) =>
          migrationFaults(migration, schema, released).map((fault) => `${schema} ${migration.name} ${fault}`),
        ),
    );
    expect(faults).toEqual([]);
  });

  it('were before the rules those that were', () => {
    expect(rulesBegin).toBeGreaterThan(0);
    expect(digest([...beforeTheRules].filter((line) => !line.startsWith('#')).join('\n')).slice(0, 32)).toBe(
      '96830c0330727f85b1ba6758c4b8aa02',
    );
  });

  const takenOut = linesTakenOut(path);
  (takenOut === null ? it.skip : it)('stay in the list for ever', () => {
    expect(takenOut).toEqual([]);
  });
});
