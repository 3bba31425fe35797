import { existsSync } from 'node:fs';
import { request } from 'node:http';
import type { StartedTestContainer } from 'testcontainers';
import { freePort } from '@wardstream/deploy/local-process';
import { testEnvironment } from './environment.js';

let answer: Promise<boolean> | undefined;

/** Whether a Docker engine answers. A client without an engine is no engine. Asked once per process. */
export function dockerAnswers(): Promise<boolean> {
  answer ??= ping(engineAddress());
  return answer;
}

function engineAddress(): { socketPath: string } | { host: string; port: number } | undefined {
  const host = testEnvironment.dockerHost;
  if (host?.startsWith('unix://')) return { socketPath: host.slice('unix://'.length) };
  if (host?.startsWith('tcp://')) {
    const url = new URL(host);
    return { host: url.hostname, port: Number(url.port || 2375) };
  }
  const socketPath = '/var/run/docker.sock';
  return existsSync(socketPath) ? { socketPath } : undefined;
}

function ping(address: ReturnType<typeof engineAddress>): Promise<boolean> {
  if (!address) return Promise.resolve(false);
  return new Promise((resolve) => {
    const call = request({ ...address, path: '/_ping', timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(false));
    call.on('close', () => resolve(false));
    call.end();
  });
}

/** A container whose port stays the same over a kill and a restart. */
export interface KeptContainer {
  readonly port: number;
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface ContainerPlan {
  image: string;
  /** The environment once the port is known. */
  environment?: (port: number) => Record<string, string>;
  /** Port inside; the same as outside unless told. */
  containerPort?: number;
  command?: string[];
}

/** Starts one container on a free port of this machine; testcontainers removes it even when this process is killed. */
export async function startContainer(plan: ContainerPlan): Promise<KeptContainer> {
  const { GenericContainer } = await import('testcontainers');
  const port = await freePort();
  const container = new GenericContainer(plan.image)
    .withExposedPorts({ container: plan.containerPort ?? port, host: port })
    .withEnvironment(plan.environment?.(port) ?? {});
  const started: StartedTestContainer = await (plan.command ? container.withCommand(plan.command) : container).start();
  return {
    port,
    async kill() {
      await started.stop({ remove: false, timeout: 0 });
    },
    restart: () => started.restart(),
    async stop() {
      await started.stop();
    },
  };
}
