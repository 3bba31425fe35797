import { Inject, Injectable } from '@nestjs/common';
import {
  bundleToFacts,
  type BundleResource,
  type EntryMapping,
  type FhirIssue,
  operationOutcome,
  type OperationOutcomeResource,
  readPatient,
  sentAtOf,
  transactionResponse,
} from '@wardstream/fhir';
import { type Clock, err, ok, type Result } from '@wardstream/kernel';
import { UnitOfWork } from '@wardstream/persistence';
import { CLOCK } from '@wardstream/service-kit';
import { SearchEncounters } from '../reads/encounter-search.js';
import { FhirKnowledge } from '../reads/fhir-knowledge.js';
import { FhirRefusal } from '../fhir-refusal.js';
import type { ReadingOptions, ReadWrite, Written } from './fhir-write.js';
import { readKnownPatients } from '../reads/stored-patients.js';
import { findEncountersById, idOfPart, type Json, StoredResources } from '../reads/stored-resources.js';
import { StoredLocations } from '../reads/stored-locations.js';
import { TakeWrite } from './take-write.js';
import { organizationOf } from './write-patient.js';

interface SentBundle {
  readonly client: string;
  readonly base: string;
  readonly body: { readonly bytes: Buffer; readonly json: Json };
}

/** A bundle made ready to be read: every Encounter in it names its visit. */
interface Prepared {
  readonly bundle: Json;
  /** Ids that the conditions of entries found; null where they found none. */
  readonly found: ReadonlyMap<number, string | null>;
  /** Entries that are not written, as what they would create is there: its type. */
  readonly there: ReadonlyMap<number, 'Encounter' | 'Patient'>;
}

/** Takes bundles: a transaction, all of it or nothing; a notification of an admission, a transfer or a discharge. */
@Injectable()
export class WriteBundle {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly search: SearchEncounters,
    private readonly locations: StoredLocations,
    private readonly known: StoredResources,
    private readonly knowledge: FhirKnowledge,
    private readonly writes: TakeWrite,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws FhirRefusal 400, 409, 412 and 422; nothing of the bundle is taken then */
  async transaction({ client, base, body }: SentBundle): Promise<BundleResource> {
    const sent = { client, bytes: body.bytes, messageType: 'Bundle', trigger: 'transaction' };
    const prepared = await this.kept(sent, () => this.prepare(client, body.json, false));
    const read = (options: ReadingOptions): Result<ReadWrite, readonly FhirIssue[]> =>
      readTransaction(prepared, options);
    const { written, warnings } = await this.writes.take({ ...sent, recorded: 'receipt', controlId: null, read });
    const existing = [...prepared.there].map(([index, type]) => ({
      ...{ index, type, id: prepared.found.get(index)!, created: false, writes: 1 },
    }));
    const all = [...written, ...existing].sort((a, b) => a.index - b.index);
    const versionOf = await this.versionsOf(all);
    return transactionResponse(
      base,
      await Promise.all(all.map((one, i) => entryOf(one, i === 0, warnings, versionOf))),
    );
  }

  /**
   * A message; what of it is a repeat (the same bytes from the same client) counts once.
   * @throws FhirRefusal 400 and 422
   */
  async message({ client, body }: SentBundle): Promise<OperationOutcomeResource> {
    const sent = { client, bytes: body.bytes, messageType: 'Bundle', trigger: 'message' };
    const { bundle } = await this.kept(sent, () => this.prepare(client, contentOf(body.json), true));
    const read = (options: ReadingOptions): Result<ReadWrite, readonly FhirIssue[]> => readMessage(bundle, options);
    const { warnings } = await this.writes.take({ ...sent, recorded: 'sender', controlId: controlIdOf(bundle), read });
    return operationOutcome(warnings);
  }

  /** What is refused before it is read is kept, too. */
  private async kept<T>(sent: Parameters<TakeWrite['refuse']>[0], work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      // A condition that does not hold says nothing about what was sent.
      if (!(error instanceof FhirRefusal) || error.status === 412) throw error;
      return this.writes.refuse(sent, error.issues, error.status);
    }
  }

  /** `local`: ids in it are its sender's own, as in a message. What is no bundle at all is for the library to say. */
  private async prepare(client: string, bundle: Json, local: boolean): Promise<Prepared> {
    const found = new Map<number, string | null>();
    const there = new Map<number, 'Encounter' | 'Patient'>();
    const { entry } = bundle;
    if (!Array.isArray(entry)) return { bundle, found, there };
    const within = new Set((entry as unknown[]).flatMap((e) => namesOf(objectOf(objectOf(e)['resource']))));
    const entries: unknown[] = [];
    for (const [i, each] of (entry as unknown[]).entries()) {
      const resource = objectOf(objectOf(each)['resource']);
      const type = resource['resourceType'];
      const request = objectOf(objectOf(each)['request']);
      if (type === 'Location' && !local) {
        const id = await this.locationOf(request, i);
        if (id !== null) found.set(i, id);
        entries.push(id === null ? each : { ...objectOf(each), resource: { ...resource, id } });
        continue;
      }
      if (type !== 'Encounter' && type !== 'Patient') {
        entries.push(each);
        continue;
      }
      const id = local ? null : await this.idOf(client, type, request, resource, i, found, there);
      const completed =
        type === 'Encounter'
          ? await this.known.completed(client, resource, id, local ? 'all' : within)
          : local
            ? resource
            : await this.known.completedPatient(client, resource, id);
      entries.push({ ...objectOf(each), resource: completed });
    }
    return { bundle: { ...bundle, entry: entries }, found, there };
  }

  /** The id that an entry is written under; null for a new one. */
  private async idOf(
    client: string,
    type: 'Encounter' | 'Patient',
    { url, ifNoneExist, method }: Json,
    resource: Json,
    index: number,
    found: Map<number, string | null>,
    there: Map<number, 'Encounter' | 'Patient'>,
  ): Promise<string | null> {
    const [, id, query] = partsOf(url);
    const condition =
      method === 'POST' ? (typeof ifNoneExist === 'string' ? ifNoneExist.replace(/^.*\?/, '') : undefined) : query;
    if (condition === undefined) {
      const part = type === 'Encounter' && method === 'POST' ? idOfPart(client, resource) : null;
      if (part !== null) found.set(index, part);
      return id ?? part;
    }
    const at = `Bundle.entry[${index}].request`;
    if (type === 'Patient') {
      // A Patient is who its identifier says; so a condition that names it finds nobody else.
      const match = await this.known.patientOfCondition(
        this.knowledge.domainsOf(client),
        [...new URLSearchParams(condition)],
        at,
      );
      if (method === 'POST' && match !== null) {
        found.set(index, match.id);
        there.set(index, 'Patient');
      }
      return null;
    }
    const matches = await this.search.matches(client, [...new URLSearchParams(condition)]);
    if (matches.length > 1)
      throw FhirRefusal.of(412, 'multiple-matches', 'The condition finds more than one Encounter', at);
    const [first] = matches;
    if (method === 'PUT' && first !== undefined && (await this.known.isOfMerged(first, resource))) return null;
    const match = first?.id ?? null;
    found.set(index, match ?? (method === 'PUT' && typeof resource['id'] === 'string' ? resource['id'] : null));
    if (method === 'POST' && match !== null) there.set(index, 'Encounter');
    return found.get(index)!;
  }

  /** The id of the Location that an entry updates, which must be at the version it names; null of one that names none by its URL. */
  private async locationOf({ url, ifMatch }: Json, index: number): Promise<string | null> {
    const [, id = null, query] = partsOf(url);
    const at = `Bundle.entry[${index}].request`;
    const match = query === undefined ? id : await this.locations.match([...new URLSearchParams(query)], at);
    if (query !== undefined && match === null) {
      const text = 'The condition finds no Location, and which there are is configured';
      throw FhirRefusal.of(422, 'not-supported', text, at);
    }
    if (typeof ifMatch === 'string') await this.locations.checkVersion(match, ifMatch, at);
    return query === undefined ? null : match;
  }

  /** At which version the resources written are by now: read at once, however many they are; Locations one after another. */
  private async versionsOf(all: readonly Written[]): Promise<(one: Written) => Promise<Version>> {
    const idsOf = (type: Written['type']): string[] => all.flatMap((one) => (one.type === type ? [one.id] : []));
    const [encounterIds, patientIds] = [idsOf('Encounter'), idsOf('Patient')];
    const { encounters, patients } = await this.unitOfWork.read(async (tx) => ({
      encounters: encounterIds.length === 0 ? null : await findEncountersById(tx, encounterIds),
      patients: patientIds.length === 0 ? null : await readKnownPatients(tx, patientIds),
    }));
    const now = new Date(this.clock.nowMs()).toISOString();
    return async ({ type, id, writes }) => {
      switch (type) {
        case 'Encounter': {
          const encounter = encounters?.get(id)?.encounter;
          if (encounter === undefined) return { versionId: String(writes), lastModified: now };
          const { versionId, lastUpdated } = this.search.shown('', encounter).meta;
          return { versionId, lastModified: lastUpdated ?? now };
        }
        case 'Patient': {
          const known = patients?.get(id);
          return { versionId: typeof known === 'object' ? known.versionId : String(writes), lastModified: now };
        }
        case 'Location': {
          const resource = await this.locations.one(id);
          const { versionId = null, lastUpdated = now } = resource?.meta ?? {};
          return { versionId, lastModified: lastUpdated, ...(resource === undefined ? { id: null } : {}) };
        }
      }
    };
  }
}

interface Version {
  readonly id?: null;
  readonly versionId: string | null;
  readonly lastModified: string;
}

async function entryOf(
  one: Written,
  first: boolean,
  warnings: readonly FhirIssue[],
  versionOf: (one: Written) => Promise<Version>,
): Promise<Parameters<typeof transactionResponse>[1][number]> {
  const { type, id, created, index } = one;
  const version = await versionOf(one);
  const path = `Bundle.entry[${index}]`;
  const own = warnings.filter(({ expression }) =>
    expression?.startsWith('Bundle.entry[') === true ? expression.startsWith(path) : first,
  );
  const outcome = own.length === 0 ? {} : { outcome: operationOutcome(own) };
  return { type, id, created, ...version, ...outcome };
}

function readTransaction(
  { bundle, found, there }: Prepared,
  options: ReadingOptions,
): Result<ReadWrite, readonly FhirIssue[]> {
  if (bundle['type'] !== 'transaction') return err([notOfType('transaction')]);
  const { pieceOf, ...reading } = options;
  const idOf = (index: number, interaction: EntryMapping['interaction']): string | null =>
    found.get(index) ?? interaction?.id ?? null;
  const mapping = bundleToFacts(bundle, {
    ...reading,
    pieceOf: (visit, index, interaction) => pieceOf(visit, idOf(index, interaction)),
  });
  if (mapping.kind === 'errors') return err(mapping.issues);
  const written = mapping.entries.filter(({ index }) => !there.has(index));
  const targetOf = ({ index, interaction }: EntryMapping): ReadWrite['patients'][number]['target'] => ({
    ...{
      index,
      id: idOf(index, interaction),
      ifMatch: interaction?.ifMatch ?? null,
      onlyNew: false,
    },
  });
  const issues: FhirIssue[] = [];
  const sites: string[] = [...mapping.sites];
  const patients = written.flatMap((entry) => {
    if (entry.resourceType !== 'Patient') return [];
    const path = `Bundle.entry[${entry.index}].resource`;
    const resource = objectOf(objectOf((bundle['entry'] as unknown[])[entry.index])['resource']);
    const read = readPatient(resource, options.domains, path);
    sites.push(...organizationOf(resource));
    if (read.ok && read.value.id !== null)
      return [{ target: targetOf(entry), patient: { ...read.value, id: read.value.id } }];
    const text = 'No identifier and no id says who the patient is';
    issues.push({ severity: 'error', code: 'required', diagnostics: text, expression: `${path}.identifier` });
    return [];
  });
  if (issues.length > 0) return err(issues);
  return ok({
    encounters: written.flatMap((entry) => {
      const { visit, others, facts, memory } = entry;
      if (visit === null || memory === null) return [];
      return [{ target: targetOf(entry), visit, others, facts, memory, recordedAt: options.receivedAt }];
    }),
    patients,
    beds: written.flatMap((e) => (e.resourceType === 'Location' ? [{ target: targetOf(e), report: e.bedStatus }] : [])),
    ...{ sites, warnings: mapping.warnings },
  });
}

function readMessage(bundle: Json, options: ReadingOptions): Result<ReadWrite, readonly FhirIssue[]> {
  if (bundle['type'] !== 'message') return err([notOfType('message')]);
  const { pieceOf: _ids, ...reading } = options;
  const mapping = bundleToFacts(bundle, reading);
  if (mapping.kind === 'errors') return err(mapping.issues);
  const sentAt = sentAtOf(bundle['timestamp'], options);
  return ok({
    encounters: mapping.entries.flatMap(({ index, visit, others, facts, memory, recordedAt }) => {
      if (visit === null || memory === null || recordedAt === null) return [];
      return [{ target: { index, id: null, ifMatch: null, onlyNew: false }, visit, others, facts, memory, recordedAt }];
    }),
    ...{ patients: [], beds: [], sites: mapping.sites, warnings: mapping.warnings, sentAt },
  });
}

function notOfType(type: string): FhirIssue {
  const text = `Only bundles of type ${type} are taken here`;
  return { severity: 'error', code: 'not-supported', diagnostics: text, expression: 'Bundle.type' };
}

/** The bundle alone, or as the parameter `content` of the operation. */
function contentOf(json: Json): Json {
  if (json['resourceType'] !== 'Parameters' || !Array.isArray(json['parameter'])) return json;
  const content = (json['parameter'] as unknown[]).map(objectOf).find(({ name }) => name === 'content');
  return objectOf(content?.['resource']);
}

/** What the sender calls the message. */
function controlIdOf(bundle: Json): string {
  const [first] = Array.isArray(bundle['entry']) ? (bundle['entry'] as unknown[]) : [];
  const names = [objectOf(bundle['identifier'])['value'], objectOf(objectOf(first)['resource'])['id'], bundle['id']];
  return names.find((name): name is string => typeof name === 'string') ?? '';
}

/** Of the URL of an entry: its id, or its query. */
function partsOf(url: unknown): readonly (string | undefined)[] {
  return /^\/?[A-Za-z]+(?:\/([A-Za-z0-9\-.]{1,64})|\?(.+))?$/.exec(typeof url === 'string' ? url : '') ?? [];
}

function namesOf({ resourceType, id }: Json): string[] {
  return typeof resourceType === 'string' && typeof id === 'string' ? [`${resourceType}/${id}`] : [];
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}
