/**
 * What runs where when the services run apart: the one description that `npm run stack`, docker-compose.yml and k8s/ are
 * held to. A service listens on the same port everywhere, so that a number seen in a log means the same in each.
 */

/** @typedef {import('./topology.d.mts').TopologyService} TopologyService */

/** @type {TopologyService[]} */
const behind = [
  {
    name: 'bed-management',
    database: 'bed_management',
    httpPort: 8082,
    needs: ['postgres', 'kafka'],
    after: [],
    own: (place) => ({ WARDSTREAM_HOSPITAL_FILE: place.hospitalFile }),
  },
  {
    name: 'admissions',
    database: 'admissions',
    httpPort: 8081,
    mllpPort: 2575,
    needs: ['postgres', 'kafka'],
    after: [],
    own: (place) => ({
      WARDSTREAM_MLLP_PORT: String(place.mllpPort),
      WARDSTREAM_SENDERS_FILE: place.sendersFile,
      // It writes links of FHIR: by which name and scheme the caller came, the origin says.
      WARDSTREAM_TRUSTED_PROXIES: place.originNetworks,
    }),
  },
  {
    name: 'department-coordination',
    database: 'department_coordination',
    httpPort: 8083,
    needs: ['postgres', 'kafka'],
    after: [],
  },
  { name: 'flow-engine', database: 'flow_engine', httpPort: 8084, needs: ['postgres', 'kafka'], after: [] },
  { name: 'alerting', database: 'alerting', httpPort: 8085, needs: ['postgres', 'kafka'], after: [] },
];

/** @type {TopologyService} The one people and systems talk to: it passes on what belongs to the others. */
const origin = {
  name: 'board',
  database: 'board',
  httpPort: 8080,
  origin: true,
  needs: ['postgres', 'kafka', 'redis'],
  after: behind.map((service) => service.name),
  own: (place) => ({
    REDIS_URL: place.redisUrl,
    WARDSTREAM_UPSTREAMS: behind.map(({ name }) => `${name}=${place.urlOf(name)}`).join(','),
  }),
};

/** @type {typeof import('./topology.d.mts').services} */
export const services = [...behind, origin];

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
    WARDSTREAM_METRICS_OPEN: String(place.metricsOpen),
    WARDSTREAM_TRACES: place.traces,
    OTEL_EXPORTER_OTLP_ENDPOINT: place.otlpEndpoint,
    ...service.own?.(place),
  };
}
