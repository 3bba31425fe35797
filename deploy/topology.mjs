/**
 * What runs where when the services run apart: what `npm run stack` starts and docker-compose.yml and k8s/ are held to. Which services
 * there are they say themselves: services.json is written from their definitions by `npm run topology`.
 */
import { readFileSync } from 'node:fs';

/** @typedef {import('./topology.d.mts').TopologyService} TopologyService */
/** @typedef {import('./topology.d.mts').TopologyPlace} TopologyPlace */
/** @typedef {import('./topology.d.mts').DescribedService} DescribedService */

/** @type {Record<string, (place: TopologyPlace, others: readonly DescribedService[]) => string>} What a service can ask for beside what all are given. */
const values = {
  WARDSTREAM_AUDIT_KEY: (place) => place.auditKey,
  WARDSTREAM_HOSPITAL_FILE: (place) => place.hospitalFile,
  WARDSTREAM_MLLP_PORT: (place) => String(place.mllpPort),
  WARDSTREAM_SENDERS_FILE: (place) => place.sendersFile,
  WARDSTREAM_TRUSTED_PROXIES: (place) => place.originNetworks,
  WARDSTREAM_ORIGIN_URL: (place, others) => place.urlOf(others.find((service) => service.origin).name),
  REDIS_URL: (place) => place.redisUrl,
  WARDSTREAM_UPSTREAMS: (place, others) => others.map(({ name }) => `${name}=${place.urlOf(name)}`).join(','),
};

/** @type {typeof import('./topology.d.mts').topologyOf} */
export function topologyOf(described) {
  return described.map((service) => {
    const others = described.filter((other) => other !== service);
    const { variables, ...rest } = service;
    const unknown = variables.filter((name) => !Object.hasOwn(values, name));
    if (unknown.length > 0)
      throw new Error(`${service.name} asks for ${unknown}, which deploy/topology.mjs has no value of`);
    return {
      ...rest,
      needs: ['postgres', 'kafka', ...(variables.includes('REDIS_URL') ? ['redis'] : [])],
      after: service.origin ? others.map(({ name }) => name) : [],
      own: (place) => Object.fromEntries(variables.map((name) => [name, values[name](place, others)])),
    };
  });
}

/** @type {typeof import('./topology.d.mts').services} */
export const services = topologyOf(JSON.parse(readFileSync(new URL('./services.json', import.meta.url), 'utf8')));

/** @type {typeof import('./topology.d.mts').serviceNamed} */
export function serviceNamed(name) {
  const found = services.find((service) => service.name === name);
  if (!found) throw new Error(`no service ${name}: there are ${services.map((service) => service.name).join(', ')}`);
  return found;
}

/** @type {typeof import('./topology.d.mts').environmentOf} */
export function environmentOf(service, place) {
  return {
    WARDSTREAM_HTTP_PORT: String(place.portOf(service.name)),
    DATABASE_URL: place.databaseUrl(service.database),
    KAFKA_BROKERS: place.kafkaBrokers,
    WARDSTREAM_AUTH_SECRET: place.authSecret,
    WARDSTREAM_IDENTITY_URL: place.urlOf('identity'),
    WARDSTREAM_PUBLIC_URL: place.publicUrl,
    WARDSTREAM_METRICS_OPEN: String(place.metricsOpen),
    WARDSTREAM_TRACES: place.traces,
    OTEL_EXPORTER_OTLP_ENDPOINT: place.otlpEndpoint,
    ...service.own(place),
  };
}
