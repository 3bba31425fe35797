import { describe, expect, it } from '@jest/globals';
import { checkCompose, composeFiles, type ComposeFiles } from './check-compose.mjs';

/** The files with one text replaced; fails if there was nothing to replace. */
function with_(file: keyof ComposeFiles, from: string | RegExp, to: string): ComposeFiles {
  const files = composeFiles();
  const changed = files[file].replace(from, to);
  expect(changed).not.toBe(files[file]);
  return { ...files, [file]: changed };
}

describe('docker-compose.yml', () => {
  it('agrees with the Compose specification and with what npm run stack starts', () => {
    expect(checkCompose(composeFiles())).toEqual([]);
  });

  it.each<[string, keyof ComposeFiles, string | RegExp, string, RegExp]>([
    [
      'a key that Compose does not know',
      'compose',
      'init: true',
      'inti: true',
      /must NOT have additional properties: inti/,
    ],
    ['a value of a wrong type', 'compose', 'tmpfs: [/tmp]', 'tmpfs: { tmp: 1 }', /tmpfs/],
    [
      'a variable that is missing',
      'compose',
      /\n\s+WARDSTREAM_MLLP_PORT: 2575/,
      '',
      /^admissions: WARDSTREAM_MLLP_PORT is missing/,
    ],
    ['a variable nobody reads', 'compose', 'REDIS_URL:', 'REDIS_URI:', /^board: REDIS_URI is .* left out/],
    [
      'another port',
      'compose',
      'WARDSTREAM_HTTP_PORT: 8084',
      'WARDSTREAM_HTTP_PORT: 8094',
      /^flow-engine: WARDSTREAM_HTTP_PORT is 8094 and should be 8084/,
    ],
    ['another database', 'compose', '5432/alerting', '5432/board', /^alerting: DATABASE_URL/],
    [
      'an upstream that is not there',
      'compose',
      'alerting=http://alerting:8085',
      'alerting=http://alerts:8085',
      /^board: WARDSTREAM_UPSTREAMS/,
    ],
    ['a port open to the outside', 'compose', ':2575:2575', ':2575:2576', /^admissions: publishes/],
    [
      'a service that does not wait',
      'compose',
      '      redis: { condition: service_healthy }\n',
      '',
      /^board: waits for/,
    ],
    [
      'a service that waits for a mere start',
      'compose',
      'kafka: { condition: service_healthy }',
      'kafka: { condition: service_started }',
      /waits for/,
    ],
    [
      'a service under another name',
      'compose',
      '\n  alerting:\n',
      '\n  alarming:\n',
      /^alarming: not in deploy\/topology.mjs/,
    ],
    ['another service in the image', 'compose', 'SERVICE: alerting', 'SERVICE: board', /^alerting: is not built/],
    ['a database that is not made', 'databases', 'CREATE DATABASE board;\n', '', /^databases made/],
    ['a service that is not measured', 'prometheus', /\n\s+- board:8080/, '', /^prometheus scrapes/],
    ['an image that runs as root', 'dockerfile', 'USER node\n', '', /runs as root/],
    ['an image without a health check', 'dockerfile', /^HEALTHCHECK.*\n/m, '', /no health check/],
    [
      'another Kafka than the local one',
      'pom',
      '4.3.0',
      '4.4.0',
      /^kafka: is apache\/kafka:4.3.0, and the local one is/,
    ],
    [
      'another PostgreSQL than the local one',
      'packages',
      '18.4.0-beta',
      '18.5.0-beta',
      /^postgres: is postgres:18.4, and/,
    ],
  ])('is refused with %s', (_what, file, from, to, fault) => {
    expect(checkCompose(with_(file, from, to))).toContainEqual(expect.stringMatching(fault));
  });
});
