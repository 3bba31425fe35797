import { type Clock, systemClock } from '@wardstream/kernel';
import type { EventLog } from '@wardstream/messaging';
import { IDENTITY_PATH, ownIssuerOf } from './access/own-issuer.js';
import { TokenVerifier } from './access/tokens.js';
import { processSettings, type ProcessConfiguration } from './configuration/process-settings.js';
import { readSettings, type SettingValues } from './configuration/settings.js';
import { createLogger, type Logger } from './logging/logger.js';
import { Metrics } from './telemetry/metrics.js';

/** What a service is given from outside; the services of one process share all of it but the values. */
export interface ServiceEnvironment {
  /** Where the service's own settings are read from. */
  readonly values: SettingValues;
  readonly process: ProcessConfiguration;
  readonly clock: Clock;
  readonly eventLog: EventLog;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tokens: TokenVerifier;
}

/**
 * An environment over `values` and an event log. Throws ConfigurationError naming every variable at fault.
 */
export function createEnvironment(
  values: SettingValues,
  eventLog: EventLog,
  shared: Partial<Pick<ServiceEnvironment, 'clock' | 'logger' | 'metrics'>> = {},
): ServiceEnvironment {
  const configuration = readSettings(processSettings, values);
  return {
    values,
    process: configuration,
    clock: shared.clock ?? systemClock,
    eventLog,
    logger: shared.logger ?? createLogger(configuration.logLevel),
    metrics: shared.metrics ?? new Metrics(),
    tokens: new TokenVerifier({
      issuer: configuration.jwtIssuer,
      audience: configuration.jwtAudience,
      secret: configuration.authSecret,
      jwksUrl: configuration.jwksUrl,
      own:
        configuration.identityUrl === undefined
          ? undefined
          : {
              issuer: ownIssuerOf(configuration),
              jwksUrl: new URL(`${IDENTITY_PATH}/jwks`, configuration.identityUrl).href,
            },
    }),
  };
}
