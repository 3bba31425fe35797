/** Java and the Kafka jars: found, or fetched once by Maven into a folder named after what the pom asks for. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { answers } from '../local-process/guarded-process.mjs';

const pom = fileURLToPath(new URL('./pom.xml', import.meta.url));
const cache = fileURLToPath(new URL('./libs/', import.meta.url));
const FETCH_TIMEOUT_MS = 600_000;

/** Path of a Java 17 or later. Throws one line that says what is missing. */
export function findJava() {
  const home = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : undefined;
  const java = home && existsSync(home) ? home : 'java';
  const version = answers(java, ['-version']);
  const major = Number(/version "(\d+)/.exec(version ?? '')?.[1] ?? 0);
  if (major >= 17) return java;
  const found = version === undefined ? 'none was found' : `version ${major} was found`;
  throw new Error(
    `A local Kafka needs Java 17 or later and ${found}: install it (apt-get install openjdk-17-jre-headless, brew install openjdk@17, or https://adoptium.net) or set KAFKA_BROKERS to a running Kafka`,
  );
}

/** The folder that holds the pinned jars, fetched now if it is the first time; one process fetches, others wait. */
export async function kafkaJars({ onFetch = () => undefined } = {}) {
  const wanted = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12);
  const folder = join(cache, wanted);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const lock = join(cache, `${wanted}.lock`);
  const deadline = Date.now() + FETCH_TIMEOUT_MS;
  while (!takeLock(lock)) {
    if (existsSync(folder)) return folder;
    if (Date.now() > deadline)
      throw new Error(`another process has been fetching the Kafka jars too long: see ${lock}`);
    await sleep(250);
  }
  try {
    if (!existsSync(folder)) await fetchJars(folder, onFetch);
  } finally {
    rmSync(lock, { force: true });
  }
  return folder;
}

async function fetchJars(folder, onFetch) {
  const maven = process.platform === 'win32' ? 'mvn.cmd' : 'mvn';
  if (answers(maven) === undefined) {
    throw new Error(
      'A local Kafka is fetched by Maven and none was found: install it (apt-get install maven, brew install maven, or https://maven.apache.org) or set KAFKA_BROKERS to a running Kafka',
    );
  }
  onFetch();
  const temporary = `${folder}.fetch-${process.pid}`;
  rmSync(temporary, { recursive: true, force: true });
  const args = ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${temporary}`];
  const output = [];
  const code = await new Promise((resolve, reject) => {
    const run = spawn(maven, args, { stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
    run.stdout.on('data', (chunk) => output.push(chunk));
    run.stderr.on('data', (chunk) => output.push(chunk));
    run.on('error', reject);
    run.on('close', resolve);
  });
  if (code !== 0 || !readdirSync(temporary).some((jar) => jar.startsWith('kafka_'))) {
    rmSync(temporary, { recursive: true, force: true });
    throw new Error(`Maven could not fetch the Kafka jars:\n${Buffer.concat(output).toString('utf8').trim()}`);
  }
  renameSync(temporary, folder);
}

/** True when this process now holds the lock; a lock of a process that is gone is taken over. */
function takeLock(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    try {
      const holder = Number(readFileSync(lock, 'utf8'));
      const old = Date.now() - statSync(lock).mtimeMs > 2000;
      if (old && !runs(holder)) rmSync(lock, { force: true });
    } catch {
      // the holder has just let go
    }
    return false;
  }
}

function runs(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
