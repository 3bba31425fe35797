import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { AttemptOutcome, DeliveryTarget, DueDelivery, Settlement } from '@wardstream/delivery';
import { LOGGER, type Logger, Metrics, Deliveries } from '@wardstream/service-kit';
import { Destinations, type DestinationInForce } from './destinations.js';
import { type MllpAnswer, MllpClient } from '@wardstream/mllp';
import { queueOf } from './outgoing-messages.js';

/** Sends what is queued for the destinations of the file: each over a connection of its own, by one process of all. */
@Injectable()
export class MllpForwarder implements OnModuleInit {
  private targets: readonly MllpTarget[] = [];
  private readonly sent;

  constructor(
    private readonly destinations: Destinations,
    private readonly deliveries: Deliveries,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.sent = metrics.counter('wardstream_forwarded_total', 'Attempts to forward a message, by what came of them.', [
      'destination',
      'outcome',
    ]);
  }

  onModuleInit(): void {
    this.deliveries.serve({
      kind: 'hl7',
      targets: () => this.current(),
      shown: () => this.current().map(({ inForce }) => inForce.destination.name),
      queueOf,
    });
    this.destinations.onChange(() => this.deliveries.wake());
  }

  /** A target lives as long as its destination stays as it is; a changed one is another, and the former lets go. */
  private current(): readonly MllpTarget[] {
    const inForce = this.destinations.current;
    const same = inForce.length === this.targets.length && inForce.every((d, i) => this.targets[i]!.inForce === d);
    if (same) return this.targets;
    const known = new Map(this.targets.map((t) => [t.inForce, t]));
    this.targets = inForce.map(
      (d) =>
        known.get(d) ??
        new MllpTarget(d, (name, delivery, settlement) => this.noteSettlement(name, delivery, settlement)),
    );
    return this.targets;
  }

  private noteSettlement(destination: string, { id, kind, attempts }: DueDelivery, { state, cause }: Settlement): void {
    this.sent.inc({ destination, outcome: state === 'pending' ? 'failed' : state });
    const fields = { destination, delivery: id, kind, attempts: attempts + 1, cause };
    if (state === 'rejected') this.logger.error(fields, 'a message was refused by its destination and set aside');
    else if (state === 'pending' && (attempts === 0 || attempts % 60 === 59))
      this.logger.warn(fields, 'a message was not taken by its destination and will be sent again');
  }
}

class MllpTarget implements DeliveryTarget {
  readonly name: string;
  readonly longestAttemptMs: number;
  readonly pausesMs: readonly [number, number];
  readonly lingerMs: number;
  private readonly client: MllpClient;

  constructor(
    readonly inForce: DestinationInForce,
    private readonly noteSettlement: (name: string, delivery: DueDelivery, settlement: Settlement) => void,
  ) {
    const { name, seconds, retry } = inForce.destination;
    this.name = queueOf(name);
    this.longestAttemptMs = (seconds.connect + seconds.answer) * 1000;
    this.pausesMs = [retry.first * 1000, retry.most * 1000];
    this.lingerMs = seconds.idle * 1000;
    this.client = new MllpClient(inForce.destination);
  }

  async attempt({ content, details }: DueDelivery, signal: AbortSignal): Promise<AttemptOutcome | null> {
    const answer = await this.client.send(content, String(details['controlId']), signal);
    return answer === null ? null : this.outcomeOf(answer);
  }

  settled(delivery: DueDelivery, settlement: Settlement): void {
    this.noteSettlement(this.inForce.destination.name, delivery, settlement);
  }

  rest(): void {
    this.client.close();
  }

  private outcomeOf(answer: MllpAnswer): AttemptOutcome {
    if (answer.kind === 'none') return { kind: 'failed', cause: answer.cause };
    const { errors, rejects } = this.inForce.destination.retry;
    switch (answer.code) {
      case 'accepted':
        return { kind: 'delivered', note: answer.says };
      case 'error':
        return { kind: 'refused', cause: answer.says, most: errors };
      case 'rejected':
        return { kind: 'refused', cause: answer.says, most: rejects };
    }
  }
}
