import { Injectable } from '@nestjs/common';
import { type FhirIssue, operationOutcome, versionOfEtag } from '@wardstream/fhir';
import type { FhirEncounter } from '../persistence/fhir-encounter.rows.js';
import { UnitOfWork } from '@wardstream/persistence';
import { SearchEncounters } from '../reads/encounter-search.js';
import { readOneEncounter } from './encounter-write.js';
import type { FhirAnswer, Preference, WriteConditions } from '../fhir-http.js';
import { checkFoundId, FhirRefusal } from '../fhir-refusal.js';
import { findEncounterById, idOfPart, type Json, StoredResources, valuesOf } from '../reads/stored-resources.js';
import { TakeWrite } from './take-write.js';

/** One Encounter as it is written, and the conditions that the request names. */
export interface EncounterWriting extends WriteConditions {
  readonly client: string;
  readonly base: string;
  readonly prefer: Preference;
  readonly method: 'POST' | 'PUT';
  readonly id: string | null;
  /** Of a conditional update. */
  readonly search: readonly (readonly [string, string])[] | null;
  readonly body: { readonly bytes: Buffer; readonly json: Record<string, unknown> };
}

/** Writes one Encounter: finds which it is, takes it, and answers as the client prefers. */
@Injectable()
export class WriteEncounter {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly search: SearchEncounters,
    private readonly known: StoredResources,
    private readonly writes: TakeWrite,
  ) {}

  /** @throws FhirRefusal 400 and 422 for what is wrong with it, 409 for another visit, 412 where a condition does not hold */
  async write(writing: EncounterWriting): Promise<FhirAnswer> {
    const { client, method, body } = writing;
    const { bytes, json } = body;
    const sent = { client, bytes, messageType: 'Encounter', trigger: method };
    if (json['resourceType'] !== 'Encounter') {
      const text = 'The body is no Encounter';
      return this.writes.refuse(sent, [
        { severity: 'error', code: 'structure', diagnostics: text, expression: 'resourceType' },
      ]);
    }
    const { id: named, there, survivor } = await this.find(writing);
    const id = named ?? (method === 'POST' ? idOfPart(client, json) : null);
    if (there) return this.existing(writing);
    const { ifMatch } = writing;
    if (survivor !== null && ifMatch !== null && ifMatch.trim() !== '*') {
      const { versionId } = this.search.shown(client, survivor).meta;
      if (versionOfEtag(ifMatch) !== versionId) throw stale(versionId);
    }
    if (id !== null && json['id'] !== undefined && json['id'] !== id && writing.search === null) {
      throw FhirRefusal.of(400, 'invariant', 'The id of the resource must be that of the URL', 'Encounter.id');
    }
    if (writing.id !== null && json['id'] === undefined) {
      throw FhirRefusal.of(400, 'required', 'What is updated must have the id of the URL', 'Encounter.id');
    }
    const encounter = await this.completed(sent, json, id);
    const target = { index: 0, id, ifMatch: survivor === null ? ifMatch : null, onlyNew: writing.onlyNew };
    const { written, warnings } = await this.writes.take({
      ...{ ...sent, recorded: 'receipt', controlId: null, read: readOneEncounter(encounter, target) },
    });
    return this.answered(writing, { ...written[0]!, ...(survivor === null ? {} : { id: survivor.id }) }, warnings);
  }

  /**
   * The id of what is written, null for a new one; `there`: the condition of a create found it; `survivor`: what the condition
   * found, where the visit that is written was merged into that.
   */
  private async find({
    client,
    id,
    search,
    ifNoneExist,
    body,
  }: EncounterWriting): Promise<{ id: string | null; there: boolean; survivor: FhirEncounter | null }> {
    const one = { there: false, survivor: null };
    if (search !== null) {
      const matches = await this.search.matches(client, search);
      if (matches.length > 1) throw several();
      const [match] = matches;
      const own = typeof body.json['id'] === 'string' ? body.json['id'] : null;
      if (match === undefined) {
        checkIdentifierAsked(search, body.json);
        return { ...one, id: own };
      }
      if (await this.known.isOfMerged(match, body.json)) return { ...one, id: null, survivor: match };
      checkFoundId('Encounter', match.id, body.json['id']);
      return { ...one, id: match.id };
    }
    if (ifNoneExist !== null) {
      const matches = await this.search.matches(client, [...new URLSearchParams(ifNoneExist.replace(/^.*\?/, ''))]);
      if (matches.length > 1) throw several();
      if (matches.length === 1) return { ...one, id, there: true };
    }
    return { ...one, id };
  }

  private async existing({ client, base, prefer, ifNoneExist }: EncounterWriting): Promise<FhirAnswer> {
    const query = [...new URLSearchParams(ifNoneExist!.replace(/^.*\?/, ''))];
    const [match] = await this.search.matches(client, query);
    if (match === undefined) throw FhirRefusal.of(409, 'conflict', 'The Encounter changed meanwhile; send it again');
    const resource = this.search.shown(client, match);
    const { versionId, lastUpdated } = resource.meta;
    return {
      ...{ status: 200, versionId, lastModified: lastUpdated },
      location: `${base}/Encounter/${match.id}/_history/${versionId}`,
      ...(prefer.returns === 'minimal' ? {} : { resource }),
    };
  }

  /** What cannot be completed is kept as it came. */
  private async completed(
    sent: Parameters<TakeWrite['refuse']>[0],
    json: Record<string, unknown>,
    id: string | null,
  ): Promise<Json> {
    try {
      return await this.known.completed(sent.client, json, id);
    } catch (error) {
      if (error instanceof FhirRefusal) return this.writes.refuse(sent, error.issues, error.status);
      throw error;
    }
  }

  private async answered(
    { client, base, prefer, method }: EncounterWriting,
    { id, created }: { readonly id: string; readonly created: boolean },
    warnings: readonly FhirIssue[],
  ): Promise<FhirAnswer> {
    const found = await this.unitOfWork.read((tx) => findEncounterById(tx, id));
    const resource = found?.encounter === undefined ? undefined : this.search.shown(client, found.encounter, id);
    const told: FhirIssue[] = [...warnings];
    if (method === 'POST' && !created) {
      const text = 'The visit was known; the Encounter was taken as its next version';
      told.push({ severity: 'information', code: 'informational', diagnostics: text });
    }
    const { versionId, lastUpdated } = resource?.meta ?? {};
    const wanted = prefer.returns ?? (told.length > 0 ? 'OperationOutcome' : 'representation');
    const shown = wanted === 'representation' ? (resource ?? operationOutcome(told)) : operationOutcome(told);
    return {
      ...{ status: created ? 201 : 200, versionId, lastModified: lastUpdated },
      location: `${base}/Encounter/${id}${versionId === undefined ? '' : `/_history/${versionId}`}`,
      ...(wanted === 'minimal' ? {} : { resource: shown }),
    };
  }
}

function stale(current: string): FhirRefusal {
  const text = `The resource is at version ${current} by now; read it again before you change it`;
  return FhirRefusal.of(412, 'conflict', text);
}

/** What is created by a condition on its identifier has that identifier: else another visit would be written than was asked for. */
function checkIdentifierAsked(
  search: readonly (readonly [string, string])[],
  { identifier }: Record<string, unknown>,
): void {
  const asked = search.filter(([name]) => name === 'identifier').map(([, value]) => value.split('|').at(-1)!);
  const own = valuesOf(identifier);
  if (asked.length === 0 || own.length === 0 || own.some((value) => asked.includes(value))) return;
  const text = 'The condition finds none, and the resource has another identifier than it asks for';
  throw FhirRefusal.of(400, 'invariant', text, 'Encounter.identifier');
}

function several(): FhirRefusal {
  return FhirRefusal.of(412, 'multiple-matches', 'The condition finds more than one Encounter');
}
