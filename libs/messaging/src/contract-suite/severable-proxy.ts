import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

/** A TCP proxy on the way to a server whose wire can be cut, as when a process dies or a network parts. */
export interface SeverableProxy {
  readonly port: number;
  /** `url` with the proxy's address in place of its own. */
  through(url: string): string;
  /** Breaks every connection and refuses new ones until `mend`. */
  sever(): void;
  mend(): void;
  close(): Promise<void>;
}

export async function openSeverableProxy(target: { host: string; port: number }): Promise<SeverableProxy> {
  const sockets = new Set<Socket>();
  let severed = false;
  const server = createServer((near) => {
    if (severed) {
      near.resetAndDestroy();
      return;
    }
    const far = connect(target);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.pipe(other);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const sever = () => {
    severed = true;
    sockets.forEach((socket) => socket.resetAndDestroy());
  };
  return {
    port,
    through(url) {
      const address = new URL(url);
      address.host = `127.0.0.1:${port}`;
      return address.href;
    },
    sever,
    mend: () => {
      severed = false;
    },
    async close() {
      sever();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The server a database URL names. */
export function serverOf(url: string): { host: string; port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port || 5432) };
}
