import { AHEAD_MINUTES, Credence, type MovementFact } from '@wardstream/events';
import type { BedStatusReport } from '@wardstream/hl7v2';
import { error, type FhirIssue } from '../outcome/issue.js';
import { readResource } from '../outcome/structure.js';
import { type Bundle, bundle as bundleSchema } from '../r4/bundle.schema.js';
import { parseDateTime } from '../r4/date-time.js';
import { encounter as encounterSchema } from '../r4/encounter.schema.js';
import { encounterToFacts } from './encounter-to-facts.js';
import { type IdentifierDomains, visitOf } from './identifiers.js';
import { locationToBedStatus } from './location-to-bed-status.js';
import { readMessage } from './message.js';
import type { EncounterMemory } from './pieces.js';
import type { PlaceOf } from './places.js';
import { BundleIndex, type Found } from './references.js';
import type { NotificationEvent } from './encounter-reading.js';
import { readPatient } from './subject.js';
import { type Interaction, readTransaction } from './transaction.js';

type Visit = NonNullable<MovementFact['visit']>;

export interface BundleOptions {
  /** When it was received, as ISO 8601 instant in UTC with milliseconds. */
  readonly receivedAt: string;
  /** IANA zone of dates without a time. */
  readonly timeZone: string;
  readonly domains?: IdentifierDomains;
  readonly placeOf?: PlaceOf;
  /** What was remembered of the Encounters of a visit. */
  readonly memoryOf?: (visit: Visit) => EncounterMemory | undefined;
  /** Which of the Encounters of a visit the entry of this position is written to, where its URL or its condition says so. */
  readonly pieceOf?: (visit: Visit, index: number, interaction: Omit<Interaction, 'found'>) => string;
}

/** What one entry of a bundle means. */
export interface EntryMapping {
  readonly index: number;
  /** How it is to be carried out; null in a message. */
  readonly interaction: Omit<Interaction, 'found'> | null;
  readonly resourceType: 'Encounter' | 'Patient' | 'Location';
  readonly facts: readonly MovementFact[];
  readonly visit: Visit | null;
  /** Of an Encounter: its other identifiers. */
  readonly others: readonly Visit[];
  readonly memory: EncounterMemory | null;
  /** Of an Encounter: when this version was recorded, ISO. */
  readonly recordedAt: string | null;
  readonly bedStatus: BedStatusReport | null;
}

/** What a bundle means; all of it, or the reasons why none of it is taken. */
export type BundleMapping =
  | {
      readonly kind: 'facts';
      readonly type: 'message' | 'transaction';
      readonly event: NotificationEvent | null;
      readonly entries: readonly EntryMapping[];
      /** The facts of all entries, in their order. */
      readonly facts: readonly MovementFact[];
      /** Codes that may name the facility. */
      readonly sites: readonly string[];
      readonly warnings: readonly FhirIssue[];
    }
  | { readonly kind: 'errors'; readonly issues: readonly [FhirIssue, ...FhirIssue[]] };

/**
 * Turns a bundle into facts: a transaction of Encounters, Patients and Locations, or a message that notifies of an admission, a
 * transfer or a discharge (Da Vinci Unsolicited Notifications). References are followed inside the bundle. A message is recorded
 * when its sender says, a transaction when it is received. The same input gives the same facts; never throws.
 */
export function bundleToFacts(input: unknown, options: BundleOptions): BundleMapping {
  const read = readResource(bundleSchema, input, 'Bundle');
  if (!read.ok) return { kind: 'errors', issues: read.error };
  const bundle = read.value;
  const index = new BundleIndex(bundle);
  switch (bundle.type) {
    case 'message': {
      const message = readMessage(bundle, index);
      if (!message.ok) return refused(message.error);
      const { event, encounters, senders } = message.value;
      const mapper = new Mapper(bundle, options, 'sender', event);
      for (const { found, index: i } of encounters) mapper.encounter(found, i, null);
      return mapper.made('message', senders);
    }
    case 'transaction': {
      const transaction = readTransaction(bundle, index);
      if (!transaction.ok) return refused(transaction.error);
      const mapper = new Mapper(bundle, options, 'receipt', null);
      for (const interaction of transaction.value) mapper.interaction(interaction);
      return mapper.made('transaction', []);
    }
    default: {
      const text = 'Only bundles of the types message and transaction are taken here';
      return refused([error('not-supported', 'Bundle.type', text)]);
    }
  }
}

/** When a bundle says that it was written (Bundle.timestamp); null where it says no time, or one that cannot be. */
export function sentAtOf(
  timestamp: unknown,
  { receivedAt, timeZone }: Pick<BundleOptions, 'receivedAt' | 'timeZone'>,
): string | null {
  const iso = typeof timestamp === 'string' ? parseDateTime(timestamp, timeZone)?.iso : undefined;
  if (iso === undefined) return null;
  return new Credence({ receivedAt, aheadMs: AHEAD_MINUTES * 60_000 }, null).of(iso) === 'credible' ? iso : null;
}

class Mapper {
  private readonly entries: EntryMapping[] = [];
  private readonly issues: FhirIssue[] = [];
  private readonly warnings: FhirIssue[] = [];
  private readonly sites: string[] = [];
  /** Of visits that came earlier in the same bundle. */
  private readonly memories = new Map<string, EncounterMemory>();
  private readonly sentAt: string | null;

  constructor(
    bundle: Bundle,
    private readonly options: BundleOptions,
    private readonly recorded: 'receipt' | 'sender',
    private readonly event: NotificationEvent | null,
  ) {
    this.sentAt = sentAtOf(bundle.timestamp, options);
  }

  interaction({ found, ...interaction }: Interaction): void {
    switch (interaction.type) {
      case 'Encounter':
        return this.encounter(found, interaction.index, interaction);
      case 'Location':
        return this.location(found, interaction);
      case 'Patient': {
        const patient = readPatient(found.resource, this.options.domains ?? new Map<string, string>(), found.path);
        if (!patient.ok) this.issues.push(...patient.error);
        this.add({ index: interaction.index, interaction, resourceType: 'Patient' });
      }
    }
  }

  encounter(found: Found, index: number, interaction: EntryMapping['interaction']): void {
    const { memoryOf, pieceOf, ...options } = this.options;
    const visit = this.visitOf(found);
    const own = typeof found.resource['id'] === 'string' ? found.resource['id'] : '';
    const piece =
      interaction === null ? own : visit === null ? '' : (pieceOf?.(visit, index, interaction) ?? interaction.id ?? '');
    const key = JSON.stringify([visit?.domain, visit?.number]);
    const previous = visit === null ? undefined : (this.memories.get(key) ?? memoryOf?.(visit));
    const mapping = encounterToFacts(found.resource, undefined, {
      ...options,
      recorded: this.recorded,
      sentAt: this.sentAt,
      event: this.event,
      resolve: found.resolve,
      path: found.path,
      piece,
      ...(previous === undefined ? {} : { previous }),
    });
    if (mapping.kind === 'errors') {
      this.issues.push(...mapping.issues);
      return;
    }
    const { facts, others, memory, recordedAt, sites, warnings } = mapping;
    if (visit !== null) this.memories.set(key, memory);
    this.sites.push(...sites);
    this.warnings.push(...warnings);
    this.add({
      index,
      interaction,
      resourceType: 'Encounter',
      facts,
      visit: mapping.visit,
      others,
      memory,
      recordedAt,
    });
  }

  made(type: 'message' | 'transaction', senders: readonly string[]): BundleMapping {
    if (this.issues.length > 0) return refused(this.issues);
    const { event, entries, warnings } = this;
    const sites = [...new Set([...this.sites, ...senders])];
    return { kind: 'facts', type, event, entries, facts: entries.flatMap((e) => e.facts), sites, warnings };
  }

  private location(found: Found, interaction: NonNullable<EntryMapping['interaction']>): void {
    const { receivedAt, timeZone, placeOf } = this.options;
    const mapping = locationToBedStatus(found.resource, {
      ...{ receivedAt, timeZone, recorded: this.recorded, resolve: found.resolve, path: found.path },
      ...(placeOf === undefined ? {} : { placeOf }),
    });
    if (mapping.kind === 'errors') this.issues.push(...mapping.issues);
    const bedStatus = mapping.kind === 'bedStatus' ? mapping.report : null;
    if (mapping.kind === 'bedStatus') this.sites.push(...mapping.sites);
    this.add({ index: interaction.index, interaction, resourceType: 'Location', bedStatus });
  }

  private visitOf({ resource, path, resolve }: Found): Visit | null {
    const read = readResource(encounterSchema, resource, path);
    return read.ok ? visitOf(read.value, this.options.domains ?? new Map<string, string>(), resolve) : null;
  }

  private add(entry: Pick<EntryMapping, 'index' | 'interaction' | 'resourceType'> & Partial<EntryMapping>): void {
    this.entries.push({
      facts: [],
      visit: null,
      others: [],
      memory: null,
      recordedAt: null,
      bedStatus: null,
      ...entry,
    });
  }
}

/** A patient whom several encounters refer to has its faults once. */
function refused(issues: readonly FhirIssue[]): BundleMapping {
  const once = new Map(issues.map((i) => [`${i.expression ?? ''} ${i.diagnostics}`, i]));
  const [first, ...more] = once.values();
  return { kind: 'errors', issues: [first ?? error('structure', 'Bundle', 'The bundle is not readable'), ...more] };
}
