import { type BeforeApplicationShutdown, Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { EncounterData } from '@wardstream/events';
import {
  bedLocation,
  type EncounterResource,
  hookRequest,
  locationIdOf,
  type LocationResource,
  readSubscription,
  type RestHook,
} from '@wardstream/fhir';
import { type Clock, deterministicId, digest } from '@wardstream/kernel';
import {
  type AttemptOutcome,
  type DeliveryTarget,
  type DueDelivery,
  httpOutcome,
  type NewDelivery,
  type Settlement,
} from '@wardstream/delivery';
import { Periodic } from '@wardstream/messaging';
import { type Tx, UnitOfWork } from '@wardstream/persistence';
import { CLOCK, CONFIG, type ConfigOf, LOGGER, type Logger, Metrics, Deliveries } from '@wardstream/service-kit';
import type { admissionsSettings } from '../../admissions.settings.js';
import { encounterMatches, locationMatches } from './subscription-match.js';
import { encounterView, fhirEncounters, FhirKnowledge, resourceOf, systemsOf } from '../../fhir/index.js';
import type { EncounterListener } from '../../encounters/index.js';
import type { BedCopy } from '../../directory/index.js';
import {
  noteStatus,
  type StoredSubscription,
  subscriptionsInForce,
  subscriptionsVersion,
  type SubscriptionStatus,
} from '../persistence/subscription.rows.js';
import { AddressGuard, AddressRefused } from './address-guard.js';
import { callHook, NoAnswerInTime } from './hook-client.js';

/** How often this process looks whether a subscription's time is over, or whether it is to send for one that another took in, milliseconds. */
const LOOK_MS = 3_000;
const PAUSES_MS = [2_000, 15 * 60_000] as const;

export const queueOf = (subscription: string): string => `fhir/${subscription}`;

/**
 * Who is told of encounters and beds by FHIR. A notification is queued in the transaction of the change, so it is sent if and only
 * if that was committed: at least once, in the order of the changes, each with the version it tells of. It is queued by the subscriptions
 * that are in force when that transaction commits, whichever process took them in.
 */
@Injectable()
export class Subscriptions implements EncounterListener, OnModuleInit, BeforeApplicationShutdown {
  readonly guard: AddressGuard;
  private inForce: readonly HookTarget[] = [];
  /** Which change of subscriptions `inForce` is as of. */
  private version = -1n;
  private readonly polling: Periodic;
  private readonly sent;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly deliveries: Deliveries,
    private readonly knowledge: FhirKnowledge,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: ConfigOf<typeof admissionsSettings>,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.guard = new AddressGuard(config.subscriptionNetworks);
    this.polling = new Periodic(() => this.refresh(), {
      everyMs: LOOK_MS,
      onError: (err) => this.logger.warn({ err }, 'subscriptions could not be looked up'),
    });
    this.sent = metrics.counter('wardstream_hooks_total', 'Attempts to tell a subscriber, by what came of them.', [
      'outcome',
    ]);
  }

  async onModuleInit(): Promise<void> {
    this.deliveries.serve({
      kind: 'fhir',
      targets: () => this.inForce,
      shown: () => this.inForce.map(({ id }) => id),
      queueOf,
    });
    await this.refresh();
    this.polling.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.polling.stop();
  }

  /** Takes in what the database says of subscriptions, and ends those whose time is over. */
  async refresh(): Promise<void> {
    const rows = await this.unitOfWork.run(async (tx) => this.load(tx, await subscriptionsVersion(tx)));
    for (const row of rows) if (this.isOver(row)) await this.end(row, 'off', null, 'its end has come');
  }

  /** Those in force in this transaction, and until it ends. */
  private async inForceIn(tx: Tx): Promise<readonly HookTarget[]> {
    const version = await subscriptionsVersion(tx);
    if (BigInt(version) !== this.version) await this.load(tx, version);
    return this.inForce;
  }

  private async load(tx: Tx, version: string): Promise<readonly StoredSubscription[]> {
    const rows = await subscriptionsInForce(tx);
    // Another transaction of this process has seen later ones meanwhile.
    if (BigInt(version) < this.version) return rows;
    this.version = BigInt(version);
    const known = new Map(this.inForce.map((target) => [target.key, target]));
    const inForce: HookTarget[] = [];
    for (const row of rows) {
      const target = this.isOver(row) ? null : (known.get(keyOf(row)) ?? this.targetOf(row));
      if (target === null) continue;
      target.row = row;
      inForce.push(target);
    }
    const isNew = inForce.some((target) => !known.has(target.key));
    this.inForce = inForce;
    if (isNew) this.deliveries.wake();
    return rows;
  }

  private isOver({ hook }: StoredSubscription): boolean {
    return hook.end !== null && Date.parse(hook.end) <= this.clock.nowMs();
  }

  /** Queues what subscribers are to be told of these encounters, once they are saved: each as its subscriber would read it now. */
  async encounters(tx: Tx, changed: readonly EncounterData[]): Promise<void> {
    if (changed.length === 0) return;
    const hooks = (await this.inForceIn(tx)).filter(({ hook }) => hook.criteria.type === 'Encounter');
    if (hooks.length === 0) return;
    const saved = await fhirEncounters(
      tx,
      changed.map((data) => data.encounterId),
    );
    const systems = new Map(
      hooks.map(({ row: { owner } }) => [owner, systemsOf(this.knowledge.domainsOf(owner))] as const),
    );
    const queued: NewDelivery[] = [];
    for (const data of changed) {
      const facilityName = this.knowledge.facility(data.facility)?.name;
      for (const target of hooks) {
        const { criteria } = target.hook;
        const to = { facilityName, systems: systems.get(target.row.owner)! };
        const resource = encounterView(saved.get(data.encounterId)!, to);
        if (criteria.type === 'Encounter' && encounterMatches(criteria.search, data, resource)) {
          queued.push(notification(target, data.facility, resource));
        }
      }
    }
    await this.deliveries.queue.add(tx, queued);
  }

  /** Queues what subscribers are to be told of these beds. */
  async beds(tx: Tx, beds: readonly BedCopy[]): Promise<void> {
    if (beds.length === 0) return;
    const hooks = (await this.inForceIn(tx)).filter(({ hook }) => hook.criteria.type === 'Location');
    if (hooks.length === 0) return;
    const queued: NewDelivery[] = [];
    for (const bed of beds) {
      const resource = this.locationOf(bed);
      for (const target of hooks) {
        const { criteria } = target.hook;
        if (criteria.type === 'Location' && locationMatches(criteria.search, resource)) {
          queued.push(notification(target, bed.facility, resource));
        }
      }
    }
    await this.deliveries.queue.add(tx, queued);
  }

  /** A bed as it can be read; of one that is not configured here (yet), what was told of it. */
  private locationOf(bed: BedCopy): LocationResource {
    const known = this.knowledge.locations().get(locationIdOf(bed.facility, 'bed', bed.id));
    if (known?.bedId === bed.id) return resourceOf(known, new Map([[bed.facility, new Map([[bed.id, bed]])]]));
    return bedLocation(bed.facility, bed, bed);
  }

  private targetOf(row: StoredSubscription): HookTarget | null {
    const hook = this.hookOf(row);
    if (hook === null) return null;
    return new HookTarget(row, hook, this.guard, this.config, (target, settlement) =>
      this.noteSettlement(target, settlement),
    );
  }

  /** The criteria are read again from their text, by the code that read them when they came. */
  private hookOf({ id, hook, headers }: StoredSubscription): RestHook | null {
    const { reason, criteriaText: criteria, endpoint, withResource } = hook;
    const channel = { type: 'rest-hook', endpoint, ...(withResource ? { payload: 'application/fhir+json' } : {}) };
    const sent = { resourceType: 'Subscription', status: 'requested', reason, criteria, channel };
    const read = readSubscription(sent, { timeZone: this.config.defaultTimeZone, allowHttp: true });
    if (read.ok) return { ...read.value, headers, end: hook.end };
    this.logger.error({ subscription: id }, 'a subscription that was taken can no longer be read');
    return null;
  }

  private async noteSettlement({ row }: HookTarget, settlement: Settlement): Promise<void> {
    this.sent.inc({ outcome: settlement.state === 'pending' ? 'failed' : settlement.state });
    if (settlement.state === 'delivered') return row.status === 'error' ? this.note(row, 'active', null) : undefined;
    const { cause } = settlement;
    if (settlement.state === 'rejected' && (cause === GONE || cause.startsWith('given up'))) {
      return this.end(row, 'off', cause, cause);
    }
    if (row.status !== 'error' || row.error !== cause) await this.note(row, 'error', cause);
  }

  private async note(row: StoredSubscription, status: SubscriptionStatus, error: string | null): Promise<void> {
    await this.unitOfWork.run((tx) => noteStatus(tx, row, status, error, new Date(this.clock.nowMs())));
    this.logger.info({ subscription: row.id, status, error }, 'a subscription stands otherwise');
    await this.refresh();
  }

  private async end(row: StoredSubscription, status: 'off', error: string | null, reason: string): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      if (!(await noteStatus(tx, row, status, error, new Date(this.clock.nowMs())))) return;
      await this.deliveries.queue.skipAll(tx, queueOf(row.id), 'wardstream', reason);
    });
    this.logger.info({ subscription: row.id, reason }, 'a subscription has ended');
    this.inForce = this.inForce.filter(({ id }) => id !== row.id);
  }
}

const GONE = 'answered 410';

function notification(
  target: HookTarget,
  facility: string,
  resource: EncounterResource | LocationResource,
): NewDelivery {
  const { resourceType, id, meta } = resource;
  return {
    id: deterministicId('hook', target.id, resourceType, id, meta?.versionId ?? ''),
    destination: target.name,
    kind: resourceType,
    facility,
    about: id,
    // Without a payload the subscriber is only told that there is something.
    content: target.hook.withResource ? Buffer.from(JSON.stringify(resource)) : Buffer.alloc(0),
    details: {},
  };
}

/** What a target is known by: as long as nothing of the subscription but its status is another, it is the same. */
function keyOf({ id, hook, headers }: StoredSubscription): string {
  return `${id} ${digest(JSON.stringify([hook, headers]))}`;
}

class HookTarget implements DeliveryTarget {
  readonly id: string;
  readonly name: string;
  readonly key: string;
  readonly longestAttemptMs: number;
  readonly pausesMs: readonly [number, number];
  readonly lingerMs = 0;

  constructor(
    /** As it was last known. */
    public row: StoredSubscription,
    readonly hook: RestHook,
    private readonly guard: AddressGuard,
    private readonly config: ConfigOf<typeof admissionsSettings>,
    private readonly noteSettlement: (target: HookTarget, settlement: Settlement) => Promise<void>,
  ) {
    this.id = row.id;
    this.name = queueOf(row.id);
    this.key = keyOf(row);
    this.longestAttemptMs = config.subscriptionTimeoutMs + 1_000;
    this.pausesMs = [config.subscriptionBackoffMs, Math.max(config.subscriptionBackoffMs, PAUSES_MS[1])];
  }

  async attempt({ content }: DueDelivery, signal: AbortSignal): Promise<AttemptOutcome | null> {
    const giveUpAfterMs = this.config.subscriptionGiveUpHours * 3_600_000;
    try {
      const { status, retryAfter } = await callHook(
        this.request(content),
        this.guard,
        this.longestAttemptMs - 1_000,
        signal,
      );
      return httpOutcome(status, retryAfter, { giveUpAfterMs });
    } catch (error) {
      if (signal.aborted) return null;
      return { kind: 'failed', cause: causeOf(error), giveUpAfterMs };
    }
  }

  settled(_delivery: DueDelivery, settlement: Settlement): Promise<void> {
    return this.noteSettlement(this, settlement);
  }

  private request(content: Buffer): ReturnType<typeof hookRequest> {
    if (content.length === 0)
      return { method: 'POST', url: this.hook.endpoint, headers: this.hook.headers, body: null };
    const resource = JSON.parse(content.toString('utf8')) as EncounterResource | LocationResource;
    return hookRequest({ ...this.hook, withResource: true }, resource);
  }
}

/** Never the address: it may hold a key. */
function causeOf(error: unknown): string {
  if (error instanceof AddressRefused) return error.message;
  if (error instanceof NoAnswerInTime) return 'no answer in time';
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? code : 'network failure';
}
