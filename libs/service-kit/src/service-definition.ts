import type { Type } from '@nestjs/common';
import type { AnyEventDefinition } from '@wardstream/events';
import type { Migration } from '@wardstream/persistence';
import type { HealthCheck } from './health/health.js';
import type { Configuration, Settings } from './configuration/settings.js';

/** Everything that is to be known of a service before it runs; the same in one process and in many. */
export interface ServiceDefinition<S extends Settings = Settings> {
  /** Name of the bounded context; also its consumer group and its name in logs and traces. */
  readonly name: string;
  /** The one PostgreSQL schema it owns. */
  readonly schema: string;
  readonly summary: string;
  /** Its Nest module: controllers, consumers, providers. */
  readonly module: Type;
  /** Its own settings, beside those of every process. */
  readonly settings: S;
  /** Its own migrations in the order they are applied. */
  readonly migrations: readonly Migration[];
  readonly publishes: readonly AnyEventDefinition[];
  readonly consumes: readonly AnyEventDefinition[];
  /** Providers of its module that are checks of its health. */
  readonly checks?: readonly Type<HealthCheck>[];
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
