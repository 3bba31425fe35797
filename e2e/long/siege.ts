import { connect, type Socket } from 'node:net';

/** Connections that hang, drip, or come and go, over one port. */
export class Siege {
  private readonly open = new Set<Socket>();
  private readonly timers: NodeJS.Timeout[] = [];
  /** Connections that were begun. */
  begun = 0;

  constructor(private readonly port: () => number) {}

  /** As many connections as this that say nothing; whoever is sent away comes again. */
  keepOpen(count: number): void {
    const idle = new Set<Socket>();
    this.timers.push(
      setInterval(() => {
        while (idle.size < count) {
          const socket = this.connection();
          idle.add(socket);
          socket.on('close', () => idle.delete(socket));
        }
      }, 1_000),
    );
  }

  /** So many that each begin something and never end it; whoever is sent away comes again. */
  drip(count: number, all: readonly (readonly [begins: string, goesOn: string])[]): void {
    for (let i = 0; i < count; i += 1) {
      const [begins, goesOn] = all[i % all.length]!;
      let socket: Socket | undefined;
      this.timers.push(
        setInterval(() => {
          if (socket?.writable === true) socket.write(goesOn);
          else if (socket === undefined || socket.destroyed) (socket = this.connection()).write(begins);
        }, 500),
      );
    }
  }

  /** Every so many milliseconds a connection that sends one of these, and is closed a moment later. */
  send(everyMs: number, forMs: number, all: readonly string[]): void {
    let next = 0;
    this.timers.push(
      setInterval(() => {
        const socket = this.connection();
        socket.write(all[(next += 1) % all.length]!);
        setTimeout(() => socket.destroy(), forMs);
      }, everyMs),
    );
  }

  /** So many connections a second that close as soon as they are open. */
  comeAndGo(aSecond: number): void {
    this.timers.push(
      setInterval(() => {
        for (let i = 0; i < aSecond / 100; i += 1)
          this.connection().once('connect', function (this: Socket) {
            this.destroy();
          });
      }, 10),
    );
  }

  end(): void {
    for (const timer of this.timers.splice(0)) clearInterval(timer);
    for (const socket of this.open) socket.destroy();
  }

  private connection(): Socket {
    const socket = connect(this.port(), '127.0.0.1');
    this.begun += 1;
    this.open.add(socket);
    socket.on('error', () => undefined);
    socket.resume();
    socket.on('close', () => this.open.delete(socket));
    return socket;
  }
}

/** `p50 1, p99 2, at most 3 ms` */
export function spread(waits: readonly number[]): string {
  const sorted = [...waits].sort((a, b) => a - b);
  const at = (share: number): string => sorted[Math.floor((sorted.length - 1) * share)]!.toFixed(0);
  return `p50 ${at(0.5)}, p99 ${at(0.99)}, at most ${at(1)} ms`;
}
