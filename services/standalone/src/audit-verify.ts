import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type AuditReport, type KnownEnd, verifyAudit } from '@wardstream/audit/verification';
import { SealChecker } from '@wardstream/audit-model';
import { runningPostgresUrl, startLocalPostgres } from '@wardstream/deploy/local-postgres';
import { createDataSource, UnitOfWork } from '@wardstream/persistence';
import { processEnvironment } from '@wardstream/service-kit';
import { z } from 'zod';
import { DataDirectory } from './data-directory.js';

const usage = `npm run audit-verify -- [--database URL] [--key FILE]... [--known FILE] [--save FILE]
  --database URL  the database of the audit; DATABASE_URL, or that of the local installation
  --key FILE      a public key (PEM) that is trusted; several where keys were changed; that of the local installation
  --known FILE    what --save wrote earlier, or what GET /api/v1/audit/heads answered: what was there then must be there still
  --save FILE     writes where each chain ends now, to be kept where whoever has the database cannot write
Ends with 0 where all is as it was written, with 1 where it is not, with 2 where that cannot be told.`;

const known = z.object({
  items: z.array(z.object({ facility: z.string(), seq: z.number().int(), hash: z.string() })),
});

/** `npm run audit-verify`: reads the audit from end to end, and says what is not as it was written, and where. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      database: { type: 'string' },
      key: { type: 'string', multiple: true },
      known: { type: 'string' },
      save: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) {
    console.log(usage);
    return 0;
  }
  const environment = processEnvironment();
  const data = new DataDirectory(environment['WARDSTREAM_DATA_DIR'] ?? '.wardstream');
  const checker = checkerOf(values.key ?? [data.auditPublicKeyFile]);
  const before = values.known === undefined ? [] : knownIn(values.known);
  const url = values.database ?? environment['DATABASE_URL'];
  const report = await withDatabase(data, url, (at) => verified(at, checker, before));
  if (values.save !== undefined && report.faults.length === 0) {
    writeFileSync(values.save, `${JSON.stringify({ items: report.chains }, null, 2)}\n`);
  }
  for (const { facility, entries, seq, hash } of report.chains)
    console.log(`${facility}: ${entries} acts, the last is ${seq} (${hash})`);
  for (const { facility, seq, kind, text } of report.faults) console.log(`  ${facility} ${seq} ${kind}: ${text}`);
  const [one, ...others] = report.faults;
  if (one === undefined) {
    console.log(report.chains.length === 0 ? 'There is no act in the audit.' : 'The audit is as it was written.');
    return 0;
  }
  console.log(
    `The audit is NOT as it was written: ${others.length + 1} faults (of each chain a hundred are told at most).`,
  );
  return 1;
}

function checkerOf(files: readonly string[]): SealChecker {
  return new SealChecker(
    files.map((file) => {
      if (!existsSync(file)) throw new Error(`There is no public key in ${file}: name one with --key.`);
      return readFileSync(file, 'utf8');
    }),
  );
}

function knownIn(file: string): readonly KnownEnd[] {
  const read = known.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!read.success) throw new Error(`${file} is nothing that --save or /api/v1/audit/heads wrote.`);
  return read.data.items;
}

async function verified(url: string, checker: SealChecker, before: readonly KnownEnd[]): Promise<AuditReport> {
  const dataSource = createDataSource({
    url,
    schema: 'audit',
    poolSize: 1,
    applicationName: 'wardstream-audit-verify',
  });
  await dataSource.initialize();
  try {
    return await new UnitOfWork(dataSource, 'audit').read((tx) => verifyAudit(tx, checker, before));
  } finally {
    await dataSource.destroy();
  }
}

/** The database that is named, else that of the local installation: while that runs, and else started for as long as this takes. */
async function withDatabase<T>(
  data: DataDirectory,
  url: string | undefined,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const folder = data.file('postgres');
  const running = url ?? (existsSync(folder) ? runningPostgresUrl(folder, 'wardstream') : undefined);
  if (running !== undefined) return work(running);
  if (!existsSync(folder)) throw new Error(`${data.path} has no database: name one with --database.`);
  const server = await startLocalPostgres({ dataDir: folder });
  try {
    return await work(server.urlOf('wardstream'));
  } finally {
    await server.stop();
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(2);
  },
);
