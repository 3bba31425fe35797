import { z } from 'zod';
import { isNetworkOrName } from '../network/networks.js';
import { type Configuration, flag, list, port, setting, type SettingValues } from './settings.js';

const count = (least: number, most: number, otherwise: number): z.ZodType<number> =>
  z.coerce.number().int().min(least).max(most).default(otherwise);

/** What every process of the house can be told. */
export const processSettings = {
  httpPort: setting('WARDSTREAM_HTTP_PORT', port.default(8080), 'Port of the HTTP interface.'),
  httpHost: setting('WARDSTREAM_HTTP_HOST', z.string().default('0.0.0.0'), 'Address the HTTP interface listens on.'),
  httpMaxConnections: setting(
    'WARDSTREAM_HTTP_MAX_CONNECTIONS',
    count(16, 100_000, 4_096),
    'HTTP connections at most. A quarter is kept for addresses that showed a good token; who shows none makes room for newcomers.',
  ),
  httpMaxPerAddress: setting(
    'WARDSTREAM_HTTP_MAX_PER_ADDRESS',
    z.coerce.number().int().min(1).max(100_000).optional(),
    'HTTP connections of one address at most; as many as there are unless said.',
  ),
  httpHeadSeconds: setting(
    'WARDSTREAM_HTTP_HEAD_SECONDS',
    count(1, 600, 10),
    'How long the head of a request may take, and a new connection may say nothing.',
  ),
  httpRequestSeconds: setting(
    'WARDSTREAM_HTTP_REQUEST_SECONDS',
    count(1, 3_600, 60),
    'How long a whole request may take to come, its body included. An answer may take longer.',
  ),
  tokenGuesses: setting(
    'WARDSTREAM_TOKEN_GUESSES',
    count(1, 100_000, 30),
    'Wrong tokens of one address in a minute that are answered 401; more are answered 429. Good ones are served all the same.',
  ),
  trustedProxies: setting(
    'WARDSTREAM_TRUSTED_PROXIES',
    list
      .default([])
      .refine(
        (networks) => networks.every(isNetworkOrName),
        'must be addresses, networks such as 10.20.0.0/16, loopback or private',
      ),
    'Who may say by X-Forwarded-For, -Host and -Proto whom a request comes from: addresses, networks, loopback, private. Nobody unless said.',
  ),
  databaseUrl: setting('DATABASE_URL', z.url({ protocol: /^postgres(ql)?$/ }), 'PostgreSQL of this service.'),
  databasePool: setting('WARDSTREAM_DATABASE_POOL', z.coerce.number().int().min(2).default(10), 'Connections at most.'),
  kafkaBrokers: setting('KAFKA_BROKERS', list.optional(), 'host:port of Kafka brokers, comma-separated.'),
  redisUrl: setting(
    'REDIS_URL',
    z.url({ protocol: /^rediss?$/ }).optional(),
    'Redis, in which replicas of the board count who looks.',
  ),
  authSecret: setting(
    'WARDSTREAM_AUTH_SECRET',
    z.string().min(32, 'at least 32 characters').optional(),
    'Shared secret that signs and checks tokens (HS256); what people sign in by needs it.',
  ),
  jwksUrl: setting(
    'WARDSTREAM_JWKS_URL',
    z.url().optional(),
    'Keys of an identity provider whose tokens systems send, beside the shared secret or instead of it.',
  ),
  jwtIssuer: setting('WARDSTREAM_JWT_ISSUER', z.string().default('wardstream'), 'Issuer a token must name.'),
  jwtAudience: setting('WARDSTREAM_JWT_AUDIENCE', z.string().default('wardstream'), 'Audience a token must name.'),
  publicUrl: setting(
    'WARDSTREAM_PUBLIC_URL',
    z
      .url({ protocol: /^https?$/ })
      .transform((url) => new URL(url).origin)
      .optional(),
    'Address under which people reach the house, such as https://beds.hospital.example; without it people sign in at localhost or an IP address only.',
  ),
  identityUrl: setting(
    'WARDSTREAM_IDENTITY_URL',
    z.url().optional(),
    'Where the service identity answers, for those that check its tokens and sign people in by it.',
  ),
  metricsOpen: setting('WARDSTREAM_METRICS_OPEN', flag.default(false), 'Whether /metrics answers without a token.'),
  logLevel: setting(
    'WARDSTREAM_LOG_LEVEL',
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
    'Least level that is logged.',
  ),
  traces: setting(
    'WARDSTREAM_TRACES',
    z.enum(['off', 'console', 'otlp']).default('off'),
    'Where spans go; otlp reads OTEL_EXPORTER_OTLP_ENDPOINT.',
  ),
} as const;

export type ProcessConfiguration = Configuration<typeof processSettings>;

/** The environment of this process; the only place that reads it. */
export function processEnvironment(): SettingValues {
  return process.env;
}
