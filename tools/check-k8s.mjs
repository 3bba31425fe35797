// `node tools/check-k8s.mjs`: holds k8s/ to deploy/topology.mjs, which is what `npm run stack` really starts.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { parse, parseAllDocuments } from 'yaml';
import { environmentOf, services } from '../deploy/topology.mjs';
import { clusterPlace } from './topology/places.mjs';

const k8s = fileURLToPath(new URL('../k8s', import.meta.url));
/** Partitions of every topic (PARTITIONS of @wardstream/events): more replicas than these have nothing to do. */
const PARTITIONS = 8;

/** Every manifest below k8s/ by its path there, as text, so that a test can hand in others. */
export function k8sFiles() {
  const paths = readdirSync(k8s, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml'))
    .map((entry) => relative(k8s, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(k8s, path), 'utf8')]));
}

/** Values by where they come from; `variables` below writes alike. */
const place = clusterPlace(services);

/** @param {string} name */
function named(name) {
  return /** @type {import('../deploy/topology.d.mts').TopologyService} */ (
    services.find((service) => service.name === name)
  );
}

/** @typedef {Record<string, any>} Manifest */

/**
 * Everything that is wrong, a line each; empty when the manifests agree with the topology and with each other.
 * @param {Record<string, string>} files
 * @returns {string[]}
 */
export function checkK8s(files) {
  const kustomization = parse(files['base/kustomization.yaml'] ?? '{}');
  const faults = [];
  for (const path of Object.keys(files).filter(
    (each) => each.startsWith('base/') && !each.endsWith('kustomization.yaml'),
  )) {
    if (!kustomization.resources?.includes(path.slice('base/'.length)))
      faults.push(`${path}: not in base/kustomization.yaml`);
  }
  const base = (kustomization.resources ?? []).flatMap((/** @type {string} */ name) =>
    documents(files[`base/${name}`]),
  );
  const configured = Object.fromEntries(
    (kustomization.configMapGenerator ?? []).map((/** @type {Manifest} */ map) => [
      map['name'],
      map['literals'].map((/** @type {string} */ literal) => literal.split('=')[0]),
    ]),
  );
  const of = (/** @type {string} */ kind, /** @type {string} */ name) =>
    base.find((each) => each['kind'] === kind && each['metadata'].name === name);
  for (const deployment of base.filter((each) => each['kind'] === 'Deployment')) {
    if (!named(deployment['metadata'].name)) faults.push(`${deployment['metadata'].name}: not in deploy/topology.mjs`);
  }
  for (const service of services) {
    const own = Object.fromEntries(
      ['Deployment', 'Service', 'PodDisruptionBudget', 'ScaledObject'].map((kind) => [kind, of(kind, service.name)]),
    );
    const missing = Object.keys(own).filter((kind) => own[kind] === undefined);
    if (missing.length > 0) faults.push(`${service.name}: no ${missing.join(', ')}`);
    else faults.push(...serviceFaults(service, own, base, configured).map((fault) => `${service.name}: ${fault}`));
  }
  const job = of('Job', 'topics')?.['spec'].template.spec.containers[0].command;
  if (!isDeepStrictEqual(job, ['node', 'tools/create-topics.mjs'])) faults.push('topics: no Job that makes them');
  for (const manifest of base.filter((each) => each['kind'] === 'Secret')) {
    faults.push(`${manifest['metadata'].name}: a Secret does not belong in these files`);
  }
  return [...faults, ...overlayFaults(files, base, configured)];
}

/** @param {string | undefined} text @returns {Manifest[]} */
function documents(text) {
  return parseAllDocuments(text ?? '')
    .map((document) => document.toJS())
    .filter((manifest) => manifest !== null);
}

/** @param {Manifest[]} env */
function variables(env) {
  return Object.fromEntries(
    env.map(({ name, value, valueFrom }) => {
      const secret = valueFrom?.secretKeyRef;
      const config = valueFrom?.configMapKeyRef;
      if (secret) return [name, `secret ${secret.name} ${secret.key}`];
      return [name, config ? `config ${config.name} ${config.key}` : value];
    }),
  );
}

/**
 * @param {import('../deploy/topology.d.mts').TopologyService} service
 * @param {Record<string, any>} own
 * @param {Manifest[]} base
 * @param {Record<string, string[]>} configured
 */
function serviceFaults(service, own, base, configured) {
  const faults = [];
  const pod = own['Deployment'].spec.template;
  const [container, ...rest] = pod.spec.containers;
  if (container.name !== 'service' || rest.length > 0) faults.push('should have one container, called service');
  if (container.image !== `wardstream/${service.name}`) faults.push(`runs the image ${container.image}`);

  const wanted = environmentOf(service, place);
  const given = variables(container.env);
  for (const name of new Set([...Object.keys(wanted), ...Object.keys(given)])) {
    if (wanted[name] === given[name]) continue;
    faults.push(`${name} is ${given[name] ?? 'missing'} and should be ${wanted[name] ?? 'left out'}`);
  }
  for (const value of Object.values(given)) {
    const [kind, map, key] = String(value).split(' ');
    if (kind === 'config' && !configured[map ?? '']?.includes(key ?? '')) faults.push(`nothing makes ${map}/${key}`);
  }

  const ports = Object.fromEntries(
    container.ports.map((/** @type {Manifest} */ port) => [port['name'], port['containerPort']]),
  );
  const listens = { http: service.httpPort, ...(service.mllpPort ? { mllp: service.mllpPort } : {}) };
  if (!isDeepStrictEqual(ports, listens))
    faults.push(`ports ${JSON.stringify(ports)} should be ${JSON.stringify(listens)}`);
  const served = Object.fromEntries(
    base
      .filter((each) => each['kind'] === 'Service' && each['spec'].selector['app.kubernetes.io/name'] === service.name)
      .flatMap((each) => each['spec'].ports)
      .map((port) => [port.targetPort, port.port]),
  );
  if (!isDeepStrictEqual(served, listens)) faults.push(`its Services offer ${JSON.stringify(served)}`);

  const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe].map(
    (probe) => probe?.httpGet,
  );
  const asked = probes.map((probe) => probe && `${probe.port}${probe.path}`);
  const ready = service.origin ? 'http/health/ready/own' : 'http/health/ready';
  if (!isDeepStrictEqual(asked, ['http/health/live', 'http/health/live', ready])) {
    faults.push(`probes ask ${asked.join(', ')}`);
  }

  const { labels } = pod.metadata;
  const selectors = [own['Deployment'], own['PodDisruptionBudget']].map((each) => each.spec.selector.matchLabels);
  for (const selector of [...selectors, own['Service'].spec.selector]) {
    if (!isDeepStrictEqual(selector, labels)) faults.push(`a selector ${JSON.stringify(selector)} misses its pods`);
  }

  const scaling = own['ScaledObject'].spec;
  const lag = scaling.triggers.find((/** @type {Manifest} */ trigger) => trigger['type'] === 'kafka')?.metadata;
  if (scaling.scaleTargetRef.name !== service.name) faults.push('its ScaledObject scales another');
  if (service.follows && lag !== undefined) faults.push('scales on the lag of a group that it is no member of');
  if (!service.follows && lag?.consumerGroup !== service.name)
    faults.push(`scales on the lag of ${lag?.consumerGroup ?? 'nothing'}`);
  if (!service.follows && given[lag?.bootstrapServersFromEnv] === undefined)
    faults.push('KEDA is not told the brokers by a variable it has');
  if (scaling.minReplicaCount < 2) faults.push('one replica is none while it restarts');
  if (scaling.maxReplicaCount > PARTITIONS) faults.push(`more replicas than the ${PARTITIONS} partitions`);

  const secured = container.securityContext ?? {};
  const safe = pod.spec.securityContext?.runAsNonRoot && secured.readOnlyRootFilesystem;
  if (!safe || secured.allowPrivilegeEscalation !== false) faults.push('its pod has more rights than it needs');
  return faults;
}

/**
 * An overlay changes what exists: a patch or an image for a name that is not there would be silently useless.
 * @param {Record<string, string>} files
 * @param {Manifest[]} base
 * @param {Record<string, string[]>} configured
 */
function overlayFaults(files, base, configured) {
  const faults = [];
  const images = new Set(services.map((service) => `wardstream/${service.name}`));
  for (const path of Object.keys(files).filter((each) => /^overlays\/[^/]+\/kustomization\.yaml$/.test(each))) {
    const folder = path.replace(/kustomization\.yaml$/, '');
    const overlay = parse(files[path] ?? '');
    const say = (/** @type {string} */ fault) => faults.push(`${path}: ${fault}`);
    if (!overlay.resources?.includes('../../base')) say('does not build on the base');
    for (const resource of overlay.resources ?? []) {
      if (resource !== '../../base' && files[`${folder}${resource}`] === undefined) say(`${resource} is missing`);
    }
    const replaced = new Set((overlay.images ?? []).map((/** @type {Manifest} */ image) => image['name']));
    if (!isDeepStrictEqual([...replaced].sort(), [...images].sort()))
      say(`gives images for ${[...replaced].join(', ')}`);
    for (const map of overlay.configMapGenerator ?? []) {
      for (const literal of map.literals ?? []) {
        const key = literal.split('=')[0];
        if (!configured[map.name]?.includes(key)) say(`sets ${map.name}/${key}, which the base does not have`);
      }
    }
    for (const patch of overlay.patches ?? []) {
      const [change] = documents(files[`${folder}${patch.path}`]);
      if (change === undefined) say(`${patch.path} is missing`);
      else if (!patch.target && !base.some((each) => same(each, change)))
        say(`${patch.path} patches what is not there`);
    }
  }
  return faults;
}

const same = (/** @type {Manifest} */ a, /** @type {Manifest} */ b) =>
  a['kind'] === b['kind'] && a['metadata'].name === b['metadata'].name;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const faults = checkK8s(k8sFiles());
  for (const fault of faults) console.error(fault);
  console.log(faults.length === 0 ? 'k8s/ agrees with the topology.' : `${faults.length} faults.`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
