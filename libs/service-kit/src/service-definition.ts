import type { Type } from '@nestjs/common';
import type { AnyEventDefinition } from '@wardstream/events';
import type { Migration } from '@wardstream/persistence';
import type { OriginSessions } from './edge/origin-sessions.js';
import type { HealthCheck } from './health/health.js';
import type { Configuration, Settings } from './configuration/settings.js';

/** What beside the lag of its own consumer group calls for more replicas of a service. */
export interface ScalingDefinition {
  /** Other groups in which it reads a topic. */
  readonly otherGroups?: readonly { readonly group: string; readonly topic: string }[];
  /** Processor time: for work that comes before there is an event that could lag. That of a service without a group always counts. */
  readonly processorTime?: boolean;
}

/**
 * Everything that is to be known of a service before it runs; the same in one process and in many. Where services run apart, `npm run
 * topology` writes what starts, reaches and watches them from this: the table of routes, docker-compose.yml, k8s/, the scrape targets.
 */
export interface ServiceDefinition<S extends Settings = Settings> {
  /** Name of the bounded context; also its consumer group and its name in logs and traces. */
  readonly name: string;
  /** The one PostgreSQL schema it owns. */
  readonly schema: string;
  readonly summary: string;
  /** What it is the truth about, for docs/architecture.md. */
  readonly owns: string;
  /** Where it answers HTTP when it runs apart: everywhere the same, so that a number seen in a log means the same. */
  readonly port: number;
  /** Where it takes HL7 over MLLP when it runs apart, if it does. */
  readonly mllpPort?: number;
  /**
   * Paths of the one origin that it answers, each with all below it; `{name}` stands for any segment. The longest path that any service
   * names counts. Who names `/` is the origin: it takes what nobody names and passes on the rest.
   */
  readonly routes: readonly string[];
  /** Variables that it is given when it runs apart, beside those of every service; deploy/topology.mjs knows their values. */
  readonly variables?: readonly string[];
  /** Memory it asks for in a cluster, MiB; it is stopped at twice as much. */
  readonly memory: number;
  readonly scaling?: ScalingDefinition;
  /** Its Nest module: controllers, consumers, providers. */
  readonly module: Type;
  /** Its own settings, beside those of every process. */
  readonly settings: S;
  /** Its own migrations in the order they are applied. */
  readonly migrations: readonly Migration[];
  readonly publishes: readonly AnyEventDefinition[];
  readonly consumes: readonly AnyEventDefinition[];
  /**
   * How long, ms, what it consumes may wait for more that is then handled in one transaction, at an ordinary rate; 0 unless told. For
   * services whose effects nobody waits for to a tenth of a second.
   */
  readonly gatherMs?: number;
  /** Providers of its module that are checks of its health. */
  readonly checks?: readonly Type<HealthCheck>[];
  /** Of the origin: the provider of its module that knows people's sessions. */
  readonly sessions?: Type<OriginSessions>;
}

export function defineService<const S extends Settings>(definition: ServiceDefinition<S>): ServiceDefinition<S> {
  return definition;
}

/** Injection token of the service's parsed settings: `@Inject(CONFIG) config: ConfigOf<typeof mySettings>`. */
export const CONFIG = Symbol('CONFIG');

/** Injection token of the Clock. */
export const CLOCK = Symbol('CLOCK');

/** Injection token of the process configuration. */
export const PROCESS_CONFIG = Symbol('PROCESS_CONFIG');

export type ConfigOf<S extends Settings> = Configuration<S>;
