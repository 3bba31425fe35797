/** A server the services lean on. */
export type TopologyServer = 'postgres' | 'kafka' | 'redis';

/** A service as it describes itself. */
export interface DescribedService {
  /** Name of the bounded context: also of its folder, its container and its deployment. */
  readonly name: string;
  /** Its own database. */
  readonly database: string;
  readonly httpPort: number;
  /** HL7 over MLLP, where it takes any. */
  readonly mllpPort?: number;
  /** Whether people and systems talk to this one, which passes on what belongs to the others. */
  readonly origin: boolean;
  /** Whether it is in no consumer group: each of its replicas reads all of the log, or none of it. */
  readonly follows: boolean;
  /** What it is given beside the variables of every service. */
  readonly variables: readonly string[];
}

/** A service and what it needs from the others. */
export interface TopologyService extends Omit<DescribedService, 'variables'> {
  readonly needs: readonly TopologyServer[];
  /** Services that must be healthy before it starts. */
  readonly after: readonly string[];
  /** Its variables beside those of every service. */
  own(place: TopologyPlace): Record<string, string>;
}

/** Where everything is in one kind of installation. */
export interface TopologyPlace {
  portOf(service: string): number;
  readonly mllpPort: number;
  /** Base address of a service for the others. */
  urlOf(service: string): string;
  databaseUrl(database: string): string;
  readonly kafkaBrokers: string;
  readonly redisUrl: string;
  readonly authSecret: string;
  /** Private key that seals the audit. */
  readonly auditKey: string;
  /** Under which people reach the origin; empty where that is not said. */
  readonly publicUrl: string;
  /** Whether /metrics answers without a token: where only the collector can reach it. */
  readonly metricsOpen: boolean | string;
  readonly traces: string;
  readonly otlpEndpoint: string;
  readonly hospitalFile: string;
  /** Sender profiles: a file, or a folder of them. */
  readonly sendersFile: string;
  /** From where the origin reaches the other services. */
  readonly originNetworks: string;
}

/** What follows from how services describe themselves. Throws where one asks for a variable that nothing gives. */
export function topologyOf(described: readonly DescribedService[]): readonly TopologyService[];

/** All services in the order they start. */
export const services: readonly TopologyService[];

/** Throws for a name that is none. */
export function serviceNamed(name: string): TopologyService;

/** The whole environment a service's process is given. */
export function environmentOf(service: TopologyService, place: TopologyPlace): Record<string, string>;
