import { ambiguousRoutes } from '@wardstream/service-directory';
import type { ServiceDefinition } from '@wardstream/service-kit';

/** What is written down of a service: what its definition says that matters outside it. */
export interface ServiceDescription {
  readonly name: string;
  readonly summary: string;
  readonly owns: string;
  /** Of its events, without its own name. */
  readonly publishes: readonly string[];
  /** Whether it is in no consumer group. */
  readonly follows: boolean;
  readonly database: string;
  readonly httpPort: number;
  readonly mllpPort?: number;
  readonly routes: readonly string[];
  /** Whether it takes what nobody names, and passes on the rest. */
  readonly origin: boolean;
  readonly variables: readonly string[];
  readonly memory: number;
  readonly otherGroups: readonly { readonly group: string; readonly topic: string }[];
  readonly scalesByProcessor: boolean;
}

export function describeService(definition: ServiceDefinition): ServiceDescription {
  const { name, summary, owns, schema, port, mllpPort, routes, variables, memory, scaling } = definition;
  const follows = definition.consumes.length === 0;
  return {
    name,
    summary,
    owns,
    publishes: definition.publishes.map(({ type }) => type.replace(/^[^.]*\./, '')),
    follows,
    database: schema,
    httpPort: port,
    ...(mllpPort === undefined ? {} : { mllpPort }),
    routes,
    origin: routes.includes('/'),
    variables: variables ?? [],
    memory,
    otherGroups: scaling?.otherGroups ?? [],
    scalesByProcessor: follows || scaling?.processorTime === true,
  };
}

/** Why these services cannot run beside each other, a line each; empty where they can. */
export function faultsOf(services: readonly ServiceDescription[]): string[] {
  const faults = ambiguousRoutes(services);
  const origins = services.filter(({ origin }) => origin).map(({ name }) => name);
  if (origins.length !== 1)
    faults.push(`one service is the origin and answers /, not ${origins.join(' and ') || 'none'}`);
  const taken = new Map<string, string>();
  for (const { name, database, httpPort, mllpPort } of services) {
    const own = [`the name ${name}`, `the database ${database}`, `port ${httpPort}`];
    for (const thing of mllpPort === undefined ? own : [...own, `port ${mllpPort}`]) {
      const other = taken.get(thing);
      if (other !== undefined) faults.push(`${other} and ${name} both have ${thing}`);
      taken.set(thing, name);
    }
  }
  return faults;
}
