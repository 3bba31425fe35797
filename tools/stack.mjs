// `npm run stack`: every service as its own process, with a real PostgreSQL, Kafka and Redis, behind one origin.
import { parseArgs } from 'node:util';
import { startLocalStack } from '@wardstream/deploy/local-stack';
import { untilServed } from '@wardstream/deploy/until-served';
import { issueToken } from '@wardstream/service-kit';

const usage = `npm run stack -- [--brokers 1|3] [--free-ports]
  --brokers N    Kafka brokers (1)
  --free-ports   any free ports instead of the declared ones
Data and logs are kept in WARDSTREAM_DATA_DIR (.wardstream).`;

async function main() {
  const { values } = parseArgs({
    options: { brokers: { type: 'string', default: '1' }, 'free-ports': { type: 'boolean', default: false } },
  });
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'disconnect']) process.on(signal, () => stopped.abort());
  const keepAlive = setInterval(() => undefined, 60_000);

  const stack = await startLocalStack({
    dataDir: process.env.WARDSTREAM_DATA_DIR ?? '.wardstream',
    ports: values['free-ports'] ? 'free' : 'declared',
    brokers: values.brokers === '3' ? 3 : 1,
    say: (line) => console.log(line),
  });
  const ready = new URL(stack.origin);
  const trust = { secret: stack.authSecret, issuer: 'wardstream', audience: 'wardstream' };
  await untilServed(stack.origin, await issueToken(trust, { subject: 'local:start', roles: ['bed-manager'] }, 300));
  if (!stopped.signal.aborted) {
    console.log(`Wardstream ready http://localhost:${ready.port}/ (HL7 over MLLP on port ${stack.mllpPort})`);
    console.log('Sign in by name: npm run users -- add NAME --role bed-manager makes the first one');
    await new Promise((resolve) => stopped.signal.addEventListener('abort', resolve));
  }
  console.log('Stopping ...');
  await stack.stop();
  clearInterval(keepAlive);
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(
      error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? usage : `The stack could not start: ${error.message}`,
    );
    process.exit(1);
  },
);
