import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type ReadProfile, readSenderFiles, readSource, SenderFilesError } from '@wardstream/admissions/sender-files';
import { FacilityDirectory } from '@wardstream/encounter-model';
import { readHospitalFile } from '@wardstream/bed-management/hospital-file';
import { issueToken, processEnvironment } from '@wardstream/service-kit';
import { DataDirectory } from './data-directory.js';

const usage = `npm run senders -- COMMAND
  check FILE [--hospital FILE]      says every fault of a file or folder of sender profiles, with its line; with the hospital's file
                                    also which targets that has not
  suggest [--out FILE] [--application NAME]
                                    a file of profiles from the codes that the running house does not know
  unknown                           those codes
  reload                            puts into force what the files say now
  show                              the profiles in force
The house is WARDSTREAM_URL, or http://127.0.0.1:8080; WARDSTREAM_TOKEN, or the secret of the local installation.`;

/** `npm run senders`: what an interface engineer does with sender profiles. Exits with 1 where something is wrong with them. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { hospital: { type: 'string' }, out: { type: 'string' }, application: { type: 'string' } },
  });
  const [command, file] = positionals;
  switch (command) {
    case 'check':
      if (file !== undefined) return check(file, values.hospital);
      break;
    case 'suggest': {
      const of = values.application === undefined ? '' : `?application=${encodeURIComponent(values.application)}`;
      const text = await ask('GET', `senders/suggestions${of}`);
      if (values.out === undefined) process.stdout.write(text);
      else {
        await writeFile(values.out, text, { flag: 'wx' });
        console.log(`Written to ${values.out}. Look at every line, then put it among your profiles.`);
      }
      return 0;
    }
    case 'unknown': {
      const { items } = JSON.parse(await ask('GET', 'senders/unknown-codes')) as { items: Record<string, string>[] };
      for (const i of items)
        console.log(
          [i['application'], i['sendingFacility'], i['kind'], i['code'], i['count'], i['lastSeenAt']].join('\t'),
        );
      return 0;
    }
    case 'reload': {
      const { version } = JSON.parse(await ask('POST', 'senders/reload')) as { version: number };
      console.log(`Version ${version} is in force.`);
      return 0;
    }
    case 'show':
      console.log(JSON.stringify(JSON.parse(await ask('GET', 'senders')), null, 2));
      return 0;
    default:
  }
  console.error(usage);
  return 2;
}

async function check(file: string, hospital: string | undefined): Promise<number> {
  try {
    const profiles = readSenderFiles(await readSource(file));
    const missing = hospital === undefined ? [] : targetsMissing(profiles, hospital);
    for (const text of missing) console.error(text);
    if (missing.length > 0) return 1;
    console.log(`${profiles.length} profiles, no fault.`);
    return 0;
  } catch (error) {
    if (!(error instanceof SenderFilesError)) throw error;
    for (const f of error.faults) console.error(`${f.file}:${f.line}:${f.column} ${f.message}`);
    return 1;
  }
}

/** Targets in so many words that no facility of the hospital file has, and facilities that it has not, each with its line. */
function targetsMissing(profiles: readonly ReadProfile[], file: string): string[] {
  const plans = readHospitalFile(readFileSync(file, 'utf8'), file);
  const directories = plans.map((plan) => new FacilityDirectory({ ...plan, version: 1 }));
  const named = new Set(plans.flatMap(({ id, aliases }) => [id, ...aliases]));
  return profiles.flatMap(({ profile, at: place, rules }) => [
    ...(profile.facilities ?? []).flatMap((name) =>
      named.has(name) ? [] : [`${place.file}:${place.line}:${place.column} '${name}' is no facility of ${file}`],
    ),
    ...profile.places.map.flatMap(({ from, to }) => {
      if (to === '' || /[{*]/.test(to)) return [];
      const [unit = null, room = null, bed = null] = to.split('^').map((part) => part || null);
      const known = directories.some((d) => d.unknownPart({ unit, room, bed, facility: null }) === null);
      const at = rules.get(from)!;
      return known ? [] : [`${at.file}:${at.line}:${at.column} '${to}' is no place of ${file}`];
    }),
  ]);
}

async function ask(method: 'GET' | 'POST', path: string): Promise<string> {
  const environment = processEnvironment();
  const origin = environment['WARDSTREAM_URL'] ?? `http://127.0.0.1:${environment['WARDSTREAM_HTTP_PORT'] ?? '8080'}`;
  const answer = await fetch(`${origin}/api/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${environment['WARDSTREAM_TOKEN'] ?? (await localToken())}` },
  });
  const text = await answer.text();
  if (answer.ok) return text;
  const problem = JSON.parse(text) as { detail?: string; title?: string };
  throw new Error(problem.detail ?? problem.title ?? `HTTP ${answer.status}`);
}

async function localToken(): Promise<string> {
  const environment = processEnvironment();
  const secret =
    environment['WARDSTREAM_AUTH_SECRET'] ??
    new DataDirectory(environment['WARDSTREAM_DATA_DIR'] ?? '.wardstream').secret();
  const options = { secret, issuer: 'wardstream', audience: 'wardstream' };
  return issueToken(options, { subject: 'local:senders', roles: ['administrator'] }, 300);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
