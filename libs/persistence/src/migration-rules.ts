import type { Migration } from './migration.js';

/**
 * What is wrong with a step for a database that processes of the release before read and write meanwhile; nothing where it only adds. `released`: the
 * versions that were released, one of which the step names where it contracts. It reads statements by their words: what is inside
 * functions is not looked at.
 */
export function migrationFaults(migration: Migration, schema: string, released: ReadonlySet<string>): string[] {
  const { contracts, concurrently } = migration;
  const statements = migration.up(schema).flatMap(statementsOf);
  const made = new Set(statements.flatMap((statement) => madeBy(statement) ?? []));
  const faults = statements.flatMap((statement) => [
    ...(contracts === undefined ? takesAway(statement) : []),
    ...locksLong(statement, made),
    ...outsideTransaction(statement, concurrently === true),
  ]);
  if (contracts !== undefined && !released.has(contracts.expandedIn)) {
    faults.push(`contracts what was expanded in ${contracts.expandedIn}, which is no release`);
  }
  return faults;
}

/** Without comments, and without what stands in strings and the bodies of functions. */
function statementsOf(sql: string): string[] {
  return sql
    .replaceAll(/--[^\n]*/g, ' ')
    .replaceAll(/\/\*[\s\S]*?\*\//g, ' ')
    .replaceAll(/(\$\w*\$)[\s\S]*?\1/g, "''")
    .replaceAll(/'(?:[^']|'')*'/g, "''")
    .split(';')
    .map((statement) => statement.replaceAll(/\s+/g, ' ').trim())
    .filter((statement) => statement !== '');
}

const table = String.raw`(?:\w+\.)?"?(\w+)"?`;

function madeBy(statement: string): string | undefined {
  return new RegExp(String.raw`^CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?${table}`, 'i').exec(statement)?.[1];
}

function takesAway(statement: string): string[] {
  const faults: string[] = [];
  if (/\bDROP\b(?! NOT NULL\b)/i.test(statement))
    faults.push(`drops what older processes may need: ${short(statement)}`);
  if (/\bRENAME\b/i.test(statement)) faults.push(`renames what older processes know by its name: ${short(statement)}`);
  if (/\bALTER (?:COLUMN )?"?\w+"? (?:SET DATA )?TYPE\b/i.test(statement)) {
    faults.push(`changes a type that older processes count on: ${short(statement)}`);
  }
  if (/\bSET NOT NULL\b/i.test(statement))
    faults.push(`wants a value that older processes may not give: ${short(statement)}`);
  return faults;
}

/** Of what was there before the step: what takes a lock for as long as it takes to go through all rows. */
function locksLong(statement: string, made: ReadonlySet<string>): string[] {
  const isNew = (name: string | undefined): boolean => name !== undefined && made.has(name);
  const index = new RegExp(String.raw`^CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY).*? ON (?:ONLY )?${table}`, 'i').exec(
    statement,
  );
  if (index !== null && !isNew(index[1]))
    return [`makes an index while nobody can write; CONCURRENTLY: ${short(statement)}`];
  const moved = new RegExp(
    String.raw`^(?:UPDATE|DELETE FROM|TRUNCATE(?: TABLE)?|LOCK(?: TABLE)?) (?:ONLY )?${table}`,
    'i',
  ).exec(statement);
  if (moved !== null && !isNew(moved[1]))
    return [`goes through rows in its transaction; in batches, behind: ${short(statement)}`];
  const altered = new RegExp(String.raw`^ALTER TABLE (?:IF EXISTS )?(?:ONLY )?${table} (.*)$`, 'i').exec(statement);
  if (altered === null || isNew(altered[1])) return [];
  return actionsOf(altered[2]!).flatMap((action) => addedFault(action) ?? []);
}

/** What is wrong with one action of ALTER TABLE that adds something. */
function addedFault(action: string): string | null {
  if (/^ADD (?:CONSTRAINT \S+ )?(?:CHECK|FOREIGN KEY|UNIQUE|PRIMARY KEY|EXCLUDE)\b/i.test(action)) {
    return /\bNOT VALID\b|\bUSING INDEX\b/i.test(action)
      ? null
      : `checks all rows under a lock; NOT VALID first: ${short(action)}`;
  }
  if (!/^ADD\b/i.test(action) || /^ADD CONSTRAINT\b/i.test(action)) return null;
  if (/\bGENERATED\b|\b(?:small|big)?serial\b|\bDEFAULT [^,]*(?:clock_timestamp|random|uuid|nextval)/i.test(action)) {
    return `writes the whole table anew: ${short(action)}`;
  }
  if (/\b(?:UNIQUE|PRIMARY KEY|REFERENCES|CHECK)\b/i.test(action))
    return `checks all rows under a lock: ${short(action)}`;
  const needsValue = /\bNOT NULL\b/i.test(action) && !/\bDEFAULT\b/i.test(action);
  return needsValue ? `wants a value that rows there and older processes do not have: ${short(action)}` : null;
}

/** The actions of one ALTER TABLE: commas inside parentheses part nothing. */
function actionsOf(text: string): string[] {
  const actions: string[] = [''];
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character === ',' && depth === 0) actions.push('');
    else actions[actions.length - 1] += character;
  }
  return actions.map((action) => action.trim());
}

function outsideTransaction(statement: string, concurrently: boolean): string[] {
  const isConcurrent = /^CREATE (?:UNIQUE )?INDEX CONCURRENTLY\b/i.test(statement);
  if (isConcurrent === concurrently) return [];
  return [
    isConcurrent
      ? `needs a step of its own, marked 'concurrently': ${short(statement)}`
      : `does not belong in a step that makes indexes concurrently: ${short(statement)}`,
  ];
}

function short(statement: string): string {
  return statement.length > 90 ? `${statement.slice(0, 87)}...` : statement;
}
