import type { Stream } from '../../e2e/house/stream.js';
import { adt } from '../../e2e/house/adt.js';
import { ackCode, type MllpSender } from '../../e2e/house/mllp.js';
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

/**
 * Sends admissions and discharges in turn to `beds` over `senders` and waits for each bed's change on `stream`.
 * `rate` in messages a second paces it; without one every sender keeps `window` messages unanswered, as fast as it goes.
 */
export async function runLoad(
  senders: MllpSender[],
  stream: Stream,
  beds: readonly BenchBed[],
  pace: { readonly rate: number; readonly seconds: number } | { readonly window: number; readonly seconds: number },
): Promise<LoadResult> {
  const expected = new Map<string, Expected[]>(beds.map((b) => [b.id, []]));
  const latencies: number[] = [];
  const acks: number[] = [];
  let refused = 0;
  let seen = 0;

  stream.onEvent((event) => {
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

  const occupantOf = new Map<string, string>();
  const base = Date.now() - 6 * 3_600_000;
  let sent = 0;
  let visits = 0;
  const sendNext = async (sender: MllpSender) => {
    const bed = beds[sent % beds.length]!;
    // Event times move on with each message, so that an admission never precedes the discharge before it.
    const when = new Date(base + sent * 5);
    sent += 1;
    const inside = occupantOf.get(bed.id);
    const visit = inside ?? `B${process.pid}${++visits}`;
    if (inside === undefined) occupantOf.set(bed.id, visit);
    else occupantOf.delete(bed.id);
    const message = adt({
      trigger: inside === undefined ? 'A01' : 'A03',
      visit,
      at: bed.place,
      when,
      facility: 'BEN',
      sender: 'BENCH',
      controlId: `${process.pid}-${sent}`,
    });
    const began = performance.now();
    expected.get(bed.id)!.push({ at: began, occupant: inside === undefined ? visit : null });
    const ack = await sender.send(message);
    acks.push(performance.now() - began);
    if (ackCode(ack) !== 'AA') refused += 1;
  };

  const began = performance.now();
  const until = began + pace.seconds * 1000;
  if ('rate' in pace) {
    const running: Promise<void>[] = [];
    for (let i = 0; i < pace.rate * pace.seconds; i += 1) {
      const due = began + (i * 1000) / pace.rate;
      const pause = due - performance.now();
      if (pause > 1) await new Promise((resolve) => setTimeout(resolve, pause));
      running.push(sendNext(senders[i % senders.length]!));
    }
    await Promise.all(running);
  } else {
    await Promise.all(
      senders.flatMap((sender) =>
        Array.from({ length: pace.window }, async () => {
          while (performance.now() < until) await sendNext(sender);
        }),
      ),
    );
  }
  while (seen < sent && performance.now() < until + 60_000) await new Promise((resolve) => setTimeout(resolve, 10));
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

function quantiles(values: number[]): { p50: number; p99: number } {
  return { p50: quantile(values, 0.5), p99: quantile(values, 0.99) };
}

function quantile(values: number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}
