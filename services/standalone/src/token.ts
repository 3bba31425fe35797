import { parseArgs } from 'node:util';
import { issueToken, processEnvironment, type Role, roles } from '@wardstream/service-kit';
import { DataDirectory } from './data-directory.js';

/** `npm run token -- --role bed-manager [--facility ID] [--name NAME] [--hours N]`: prints a bearer token for the local installation. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      role: { type: 'string', multiple: true },
      facility: { type: 'string', multiple: true },
      unit: { type: 'string', multiple: true },
      name: { type: 'string' },
      hours: { type: 'string', default: '12' },
    },
  });
  const wanted = values.role ?? [];
  const unknown = wanted.find((role) => !(roles as readonly string[]).includes(role));
  const hours = Number(values.hours);
  if (wanted.length === 0 || unknown !== undefined || !(hours > 0 && hours <= 24 * 31)) {
    console.error(
      `npm run token -- --role ROLE [--role ROLE] [--facility ID] [--unit FACILITY/UNIT] [--name NAME] [--hours N]\nRoles: ${roles.join(', ')}`,
    );
    process.exit(2);
  }
  const environment = processEnvironment();
  const secret =
    environment['WARDSTREAM_AUTH_SECRET'] ??
    new DataDirectory(environment['WARDSTREAM_DATA_DIR'] ?? '.wardstream').secret();
  const name = values.name ?? wanted[0]!;
  const token = await issueToken(
    { secret, issuer: 'wardstream', audience: 'wardstream' },
    {
      subject: `local:${name}`,
      name,
      roles: wanted as Role[],
      facilities: values.facility ?? null,
      units: values.unit ?? null,
    },
    hours * 3600,
  );
  console.log(token);
}

void main();
