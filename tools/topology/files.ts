import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { clusterManifests } from './cluster.ts';
import { composeServices } from './compose.ts';
import type { ServiceDescription } from './description.ts';
import { replaceLine, replaceRegion } from './region.ts';

const root = new URL('../../', import.meta.url);
export const urlOf = (path: string): URL => new URL(path, root);
const read = (path: string): string => readFileSync(urlOf(path), 'utf8');

/** Every file that says which services there are, by its path, as it should be. */
export async function topologyFiles(services: readonly ServiceDescription[]): Promise<Map<string, string>> {
  const files = new Map([
    ['libs/service-directory/src/services.generated.ts', directory(services)],
    ['deploy/services.json', JSON.stringify(services.map(described))],
    ['deploy/compose/create-databases.sql', databases(services)],
    ['deploy/observability/prometheus.yaml', scraped(services)],
    ['deploy/Dockerfile', exposed(services)],
    ['docker-compose.yml', replaceRegion(read('docker-compose.yml'), composeServices(services))],
    ['k8s/base/kustomization.yaml', listed('k8s/base/kustomization.yaml', services, ({ name }) => `  - ${name}.yaml`)],
    ['k8s/overlays/production/kustomization.yaml', images(services)],
    ['docs/architecture.md', replaceRegion(read('docs/architecture.md'), table(services))],
  ]);
  for (const [file, text] of clusterManifests(services)) files.set(`k8s/base/${file}`, text);
  return new Map(
    await Promise.all([...files].map(async ([path, text]) => [path, await formatted(path, text)] as const)),
  );
}

/** As `npm run format` would leave it. */
async function formatted(path: string, text: string): Promise<string> {
  if (!/\.(ts|json|md|ya?ml)$/.test(path)) return text;
  const options = JSON.parse(read('.prettierrc.json')) as object;
  return format(text, { ...options, filepath: fileURLToPath(urlOf(path)) });
}

function listed(
  path: string,
  services: readonly ServiceDescription[],
  line: (service: ServiceDescription) => string,
): string {
  return replaceRegion(read(path), services.map(line).join('\n'));
}

function directory(services: readonly ServiceDescription[]): string {
  const entries = services.map(({ name, routes }) => ({ name, routes }));
  return `// Written by npm run topology.
import type { ServiceRoutes } from './route-table.js';

/** Every service with the paths of the one origin that it answers, in the order in which they start. */
export const services = ${JSON.stringify(entries)} as const satisfies readonly ServiceRoutes[];
`;
}

/** What deploy/topology.mjs starts from; no build is needed to read it. */
function described({ name, database, httpPort, mllpPort, origin, follows, variables }: ServiceDescription): object {
  return { name, database, httpPort, mllpPort, origin, follows, variables };
}

function databases(services: readonly ServiceDescription[]): string {
  return [
    '-- Written by npm run topology. One database for each service; run once, when the server makes its data folder.',
    ...services.map(({ database }) => `CREATE DATABASE ${database};`),
    '',
  ].join('\n');
}

function scraped(services: readonly ServiceDescription[]): string {
  const path = 'deploy/observability/prometheus.yaml';
  return listed(path, services, ({ name, httpPort }) => `          - ${name}:${httpPort}`);
}

function exposed(services: readonly ServiceDescription[]): string {
  const http = services.map(({ httpPort }) => httpPort).sort((a, b) => a - b);
  const mllp = services.flatMap(({ mllpPort }) => mllpPort ?? []);
  return replaceLine(read('deploy/Dockerfile'), /^EXPOSE /, `EXPOSE ${[...http, ...mllp].join(' ')}`);
}

function images(services: readonly ServiceDescription[]): string {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  const at = 'registry.example.org/wardstream';
  return listed(
    'k8s/overlays/production/kustomization.yaml',
    services,
    ({ name }) => `  - { name: wardstream/${name}, newName: ${at}/${name}, newTag: ${version} }`,
  );
}

/** Prettier aligns it. */
function table(services: readonly ServiceDescription[]): string {
  const rows = services.map(
    ({ name, owns, publishes }) => `| ${name} | ${owns} | ${publishes.join(', ') || 'nothing'} |`,
  );
  return ['', '| service | owns | publishes |', '| --- | --- | --- |', ...rows, ''].join('\n');
}
