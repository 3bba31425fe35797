/** What the environment says about the servers of a test run. The only file of this library that reads it. */
const value = (name: string): string | undefined => process.env[name] || undefined;

export const testEnvironment = {
  /** A PostgreSQL to make throw-away databases on, as a user who may create them. */
  databaseUrl: value('WARDSTREAM_TEST_DATABASE_URL'),
  redisUrl: value('WARDSTREAM_TEST_REDIS_URL'),
  /** Comma-separated `host:port`. */
  kafkaBrokers: value('WARDSTREAM_TEST_KAFKA_BROKERS'),
  /** A Redis that runs anyway. */
  ordinaryRedisUrl: value('REDIS_URL'),
  dockerHost: value('DOCKER_HOST'),
  chromiumPath: value('CHROMIUM_PATH'),
  programFiles: value('PROGRAMFILES'),
};

/**
 * The one line a suite fails with when a server it needs cannot be had. There is no way to skip: a check that did not
 * run must not look like one that passed, in CI or anywhere.
 */
export class ServerMissing extends Error {
  constructor(server: string, howToGetIt: string) {
    super(`No ${server} for this test: ${howToGetIt}`);
    this.name = 'ServerMissing';
  }
}
