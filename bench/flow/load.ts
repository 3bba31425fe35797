import { ackCode, adt, type MllpSender, type Stream } from '@wardstream/house';
import type { BenchBed } from './bench-hospital.js';

export interface LoadResult {
  readonly sent: number;
  /** Messages whose bed was seen in its new state on the stream. */
  readonly seen: number;
  readonly refused: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** Milliseconds from the first byte written to the change read from the stream. */
  readonly latency: { readonly p50: number; readonly p95: number; readonly p99: number; readonly max: number };
  /** Milliseconds from the first byte written to the acknowledgement. */
  readonly ack: { readonly p50: number; readonly p99: number };
}

interface Expected {
  readonly at: number;
  readonly occupant: string | null;
}

export type Pace =
  { readonly rate: number; readonly seconds: number } | { readonly window: number; readonly seconds: number };

/** Sends admissions and discharges in turn to `beds` and waits for each bed's change on `stream`. */
export class Load {
  private readonly occupantOf = new Map<string, string>();
  private readonly base = Date.now() - 6 * 3_600_000;
  private sentEver = 0;
  private visits = 0;

  constructor(
    private readonly senders: readonly MllpSender[],
    private readonly stream: Stream,
    private readonly beds: readonly BenchBed[],
  ) {}

  /**
   * `rate` in messages a second paces it; without one every sender keeps `window` messages unanswered, as fast as it goes.
   * Beds stay as the run before left them.
   */
  async run(pace: Pace): Promise<LoadResult> {
    const expected = new Map<string, Expected[]>(this.beds.map((b) => [b.id, []]));
    const latencies: number[] = [];
    const acks: number[] = [];
    let refused = 0;
    let seen = 0;
    let sent = 0;

    const stopListening = this.stream.onEvent((event) => {
      if (event.event !== 'bed') return;
      const waiting = expected.get(event.data.id as string);
      if (waiting === undefined || waiting.length === 0) return;
      const occupant: string | null = event.data.occupants[0]?.visitNumber ?? null;
      // One change may stand for several messages of the bed: all up to the newest it shows.
      const reached = waiting.findLastIndex((e) => e.occupant === occupant);
      for (const { at } of waiting.splice(0, reached + 1)) {
        latencies.push(event.at - at);
        seen += 1;
      }
    });

    const sendNext = async (sender: MllpSender) => {
      const { bed, visit, message } = this.next();
      sent += 1;
      const at = performance.now();
      expected.get(bed.id)!.push({ at, occupant: visit });
      const ack = await sender.send(message);
      acks.push(performance.now() - at);
      if (ackCode(ack) !== 'AA') refused += 1;
    };

    const began = performance.now();
    const until = began + pace.seconds * 1000;
    if ('rate' in pace) {
      const running: Promise<void>[] = [];
      for (let i = 0; i < pace.rate * pace.seconds; i += 1) {
        const pause = began + (i * 1000) / pace.rate - performance.now();
        if (pause > 1) await new Promise((resolve) => setTimeout(resolve, pause));
        running.push(sendNext(this.senders[i % this.senders.length]!));
      }
      await Promise.all(running);
    } else {
      await Promise.all(
        this.senders.flatMap((sender) =>
          Array.from({ length: pace.window }, async () => {
            while (performance.now() < until) await sendNext(sender);
          }),
        ),
      );
    }
    while (seen < sent && performance.now() < until + 60_000) await new Promise((resolve) => setTimeout(resolve, 10));
    stopListening();
    const seconds = (performance.now() - began) / 1000;
    return {
      sent,
      seen,
      refused,
      seconds,
      perSecond: seen / seconds,
      latency: { ...quantiles(latencies), p95: quantile(latencies, 0.95), max: Math.max(...latencies) },
      ack: quantiles(acks),
    };
  }

  /** The next message: an empty bed is given a patient, an occupied one loses its own. `visit` is who is in it then. */
  private next(): { bed: BenchBed; visit: string | null; message: string } {
    const bed = this.beds[this.sentEver % this.beds.length]!;
    // Event times move on with each message, so that an admission never precedes the discharge before it.
    const when = new Date(this.base + this.sentEver * 5);
    this.sentEver += 1;
    const inside = this.occupantOf.get(bed.id);
    const visit = inside ?? `B${process.pid}${++this.visits}`;
    if (inside === undefined) this.occupantOf.set(bed.id, visit);
    else this.occupantOf.delete(bed.id);
    const message = adt({
      trigger: inside === undefined ? 'A01' : 'A03',
      visit,
      at: bed.place,
      when,
      facility: 'BEN',
      sender: 'BENCH',
      controlId: `${process.pid}-${this.sentEver}`,
    });
    return { bed, visit: inside === undefined ? visit : null, message };
  }
}

function quantiles(values: number[]): { p50: number; p99: number } {
  return { p50: quantile(values, 0.5), p99: quantile(values, 0.99) };
}

function quantile(values: number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}
