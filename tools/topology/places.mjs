// Where everything is when the services run in containers: what docker-compose.yml and k8s/ are written from and held to.

/** @typedef {import('../../deploy/topology.d.mts').DescribedService} DescribedService */

/** In both a service is found by its name, and the images have the demonstration's files. */
const inside = (/** @type {readonly Pick<DescribedService, 'name' | 'httpPort' | 'mllpPort'>[]} */ services) => {
  const portOf = (/** @type {string} */ name) => {
    const found = services.find((service) => service.name === name);
    if (found === undefined) throw new Error(`no service ${name}`);
    return found.httpPort;
  };
  return {
    portOf,
    mllpPort: services.find((service) => service.mllpPort !== undefined)?.mllpPort ?? 0,
    urlOf: (/** @type {string} */ name) => `http://${name}:${portOf(name)}`,
    sendersFile: '/app/deploy/senders',
    originNetworks: 'private',
    hospitalFile: '/app/deploy/hospitals/northgate-general.yaml',
  };
};

/** @type {typeof import('./places.d.mts').composePlace} */
export const composePlace = (services) => ({
  ...inside(services),
  databaseUrl: (database) => `postgresql://wardstream:\${WARDSTREAM_DATABASE_PASSWORD}@postgres:5432/${database}`,
  kafkaBrokers: 'kafka:9092',
  redisUrl: 'redis://redis:6379',
  authSecret: '${WARDSTREAM_AUTH_SECRET:?make .env with node tools/compose-env.mjs}',
  auditKey: '${WARDSTREAM_AUDIT_KEY:?make .env with node tools/compose-env.mjs}',
  publicUrl: '${WARDSTREAM_PUBLIC_URL:-}',
  metricsOpen: true,
  traces: '${WARDSTREAM_TRACES:-off}',
  otlpEndpoint: 'http://otel-collector:4318',
});

/** @type {typeof import('./places.d.mts').clusterPlace} */
export const clusterPlace = (services) => ({
  ...inside(services),
  databaseUrl: (database) => `secret wardstream-databases ${services.find((each) => each.database === database)?.name}`,
  kafkaBrokers: 'config wardstream kafkaBrokers',
  redisUrl: 'secret wardstream-redis url',
  authSecret: 'secret wardstream-auth secret',
  auditKey: 'secret wardstream-audit key',
  publicUrl: 'config wardstream publicUrl',
  metricsOpen: 'config wardstream metricsOpen',
  traces: 'config wardstream traces',
  otlpEndpoint: 'config wardstream otlpEndpoint',
});
