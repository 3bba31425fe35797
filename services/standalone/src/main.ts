import { portRefused, processEnvironment } from '@wardstream/service-kit';
import { FirstAccounts } from '@wardstream/identity';
import { startDemo } from './demo.js';
import { signInHint } from './first-sign-in.js';
import { readOptions, type StandaloneOptions, usage } from './options.js';
import { startStandalone } from './standalone.js';

/** Starts what the command line asks for, says when it is ready, and stops cleanly on Ctrl-C. */
async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    console.log(usage);
    return;
  }
  let options: StandaloneOptions;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }

  const environment = processEnvironment();
  console.log(
    options.kafka ? 'Starting PostgreSQL, Kafka and the services ...' : 'Starting PostgreSQL and the services ...',
  );
  const standalone = await startStandalone(options, environment);
  await standalone.untilServed();
  const demo = options.feed ? await startDemo(standalone, options) : undefined;

  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    console.log('Stopping ...');
    await demo?.stop();
    await standalone.stop();
    process.exit(0);
  };
  process.on('SIGINT', () => void stop());
  process.on('SIGTERM', () => void stop());
  // Of who started it, if that listens: gone without a word, as by kill -9.
  process.on('disconnect', () => void stop());

  if (demo !== undefined) {
    console.log('Playing what happened in the demo hospital until now ...');
    await demo.played;
    if (stopping) return;
  }
  const mllpPort = standalone.mllpPort;
  console.log(
    `Wardstream ready http://localhost:${standalone.httpPort}/ (HL7 over MLLP on port ${mllpPort}${
      options.feed ? `, demo hospital at ${options.speed}x` : ''
    })`,
  );
  const made = standalone.service('identity').get(FirstAccounts).take();
  for (const line of signInHint(made, options.feed, standalone.data)) console.log(line);
}

main().catch((error: unknown) => {
  const reason = portRefused(error, processEnvironment()) ?? (error instanceof Error ? error.message : String(error));
  console.error(`Wardstream could not start: ${reason}`);
  process.exit(1);
});
