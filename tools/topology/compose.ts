import { topologyOf, type TopologyService } from '@wardstream/deploy/topology';
import type { ServiceDescription } from './description.ts';
import { composePlace } from './places.mjs';

/** Why a service is given what is no mere address. */
const remarks: Readonly<Record<string, string>> = {
  WARDSTREAM_TRUSTED_PROXIES: "The origin's container; nobody else reaches this one over HTTP.",
};

const healthy = (name: string): string => `      ${name}: { condition: service_healthy }`;
/** A number stays one; a list of addresses is read as text by everybody. */
const scalar = (value: string): string => (/[,={]/.test(value) ? `'${value}'` : value);

/** The services of docker-compose.yml. */
export function composeServices(described: readonly ServiceDescription[]): string {
  const place = composePlace(described);
  return topologyOf(described)
    .map((service, i) => composeService(service, described[i]!.summary, place))
    .join('\n\n');
}

function composeService(service: TopologyService, summary: string, place: ReturnType<typeof composePlace>): string {
  const { name, httpPort, mllpPort, origin } = service;
  const ports = [...(origin ? [httpPort] : []), ...(mllpPort === undefined ? [] : [mllpPort])];
  const needs = [...service.needs.filter((server) => server === 'redis'), ...service.after];
  return [
    `  # ${summary}`,
    `  ${name}:`,
    '    <<: *service',
    `    image: wardstream/${name}:\${WARDSTREAM_VERSION:-local}`,
    `    build: { context: ., dockerfile: deploy/Dockerfile, args: { SERVICE: ${name} } }`,
    '    environment:',
    '      <<: *service-environment',
    `      WARDSTREAM_HTTP_PORT: ${httpPort}`,
    `      DATABASE_URL: ${place.databaseUrl(service.database)}`,
    ...Object.entries(service.own(place)).flatMap(([variable, value]) => [
      ...(remarks[variable] === undefined ? [] : [`      # ${remarks[variable]}`]),
      `      ${variable}: ${scalar(value)}`,
    ]),
    ...(ports.length === 0 ? [] : ['    ports:']),
    ...ports.map((port) => `      - '\${WARDSTREAM_PUBLISH:-127.0.0.1}:${port}:${port}'`),
    ...(needs.length === 0
      ? ['    depends_on: *needs']
      : ['    depends_on:', '      <<: *needs', ...needs.map((need) => healthy(need))]),
  ].join('\n');
}
