import { Injectable } from '@nestjs/common';
import { type FhirIssue, versionOfEtag } from '@wardstream/fhir';
import type { FhirEncounter } from '../persistence/fhir-encounter.rows.js';
import { UnitOfWork } from '@wardstream/persistence';
import { SearchEncounters } from '../reads/encounter-search.js';
import { readOneEncounter } from './encounter-write.js';
import type { FhirAnswer, Writing } from '../fhir-http.js';
import { checkFoundId, FhirRefusal } from '../fhir-refusal.js';
import { findEncounterById, idOfPart, StoredResources, valuesOf } from '../reads/stored-resources.js';
import { conditionOf, orKept, placeOfVersion, sentAs, shownOf } from './one-resource.js';
import { TakeWrite } from './take-write.js';

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
  async write(writing: Writing): Promise<FhirAnswer> {
    const { user, method } = writing;
    const { json } = writing.body;
    const client = user.subject;
    const sent = await sentAs('Encounter', writing, this.writes);
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
    const encounter = await orKept(this.known.completed(client, json, id), sent, this.writes);
    const target = { index: 0, id, ifMatch: survivor === null ? ifMatch : null, onlyNew: writing.onlyNew };
    const { written, warnings } = await this.writes.take({
      ...sent,
      recorded: 'receipt',
      controlId: null,
      read: readOneEncounter(encounter, target),
    });
    return this.answered(writing, { ...written[0]!, ...(survivor === null ? {} : { id: survivor.id }) }, warnings);
  }

  /**
   * The id of what is written, null for a new one; `there`: the condition of a create found it; `survivor`: what the condition
   * found, where the visit that is written was merged into that.
   */
  private async find(writing: Writing): Promise<{ id: string | null; there: boolean; survivor: FhirEncounter | null }> {
    const { id, search, body } = writing;
    const client = writing.user.subject;
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
    const condition = conditionOf(writing);
    if (condition !== null) {
      const matches = await this.search.matches(client, condition);
      if (matches.length > 1) throw several();
      if (matches.length === 1) return { ...one, id, there: true };
    }
    return { ...one, id };
  }

  private async existing(writing: Writing): Promise<FhirAnswer> {
    const client = writing.user.subject;
    const [match] = await this.search.matches(client, conditionOf(writing)!);
    if (match === undefined) throw FhirRefusal.of(409, 'conflict', 'The Encounter changed meanwhile; send it again');
    const resource = this.search.shown(client, match);
    const { versionId, lastUpdated } = resource.meta;
    return {
      status: 200,
      versionId,
      lastModified: lastUpdated,
      location: placeOfVersion(writing, 'Encounter', match.id, versionId),
      ...(writing.prefer.returns === 'minimal' ? {} : { resource }),
    };
  }

  private async answered(
    writing: Writing,
    { id, created }: { readonly id: string; readonly created: boolean },
    warnings: readonly FhirIssue[],
  ): Promise<FhirAnswer> {
    const found = await this.unitOfWork.read((tx) => findEncounterById(tx, id));
    const resource =
      found?.encounter === undefined ? undefined : this.search.shown(writing.user.subject, found.encounter, id);
    const issues: FhirIssue[] = [...warnings];
    if (writing.method === 'POST' && !created) {
      const text = 'The visit was known; the Encounter was taken as its next version';
      issues.push({ severity: 'information', code: 'informational', diagnostics: text });
    }
    const { versionId, lastUpdated } = resource?.meta ?? {};
    return {
      status: created ? 201 : 200,
      versionId,
      lastModified: lastUpdated,
      location: placeOfVersion(writing, 'Encounter', id, versionId),
      ...shownOf(writing, resource, issues),
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
