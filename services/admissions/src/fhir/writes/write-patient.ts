import { Injectable } from '@nestjs/common';
import { type FhirIssue, readPatient } from '@wardstream/fhir';
import { err, ok } from '@wardstream/kernel';
import { UnitOfWork } from '@wardstream/persistence';
import { systemsOf } from '../reads/client-domains.js';
import type { FhirAnswer, Writing } from '../fhir-http.js';
import { FhirKnowledge } from '../reads/fhir-knowledge.js';
import { checkFoundId } from '../fhir-refusal.js';
import type { FhirWrite, Target } from './fhir-write.js';
import { patientView, readKnownPatient } from '../reads/stored-patients.js';
import { type Json, StoredResources, valuesOf } from '../reads/stored-resources.js';
import { checkIdOfUrl, conditionOf, orKept, placeOfVersion, sentAs, shownOf } from './one-resource.js';
import { TakeWrite } from './take-write.js';

/** Writes one Patient: what it says of the person counts for their visits as an A31 does, and moves nobody. */
@Injectable()
export class WritePatient {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly known: StoredResources,
    private readonly knowledge: FhirKnowledge,
    private readonly writes: TakeWrite,
  ) {}

  /** @throws FhirRefusal 400 and 422 for what is wrong with it, 409 for another patient, 412 where a condition does not hold */
  async write(writing: Writing): Promise<FhirAnswer> {
    const { user, body } = writing;
    const sent = await sentAs('Patient', writing, this.writes);
    checkIdOfUrl('Patient', writing);
    const { id, there } = await this.find(writing);
    if (there) return this.answered(writing, { id: id!, created: false }, []);
    const completing = this.known.completedPatient(user.subject, body.json, id);
    const patient = await orKept(completing, sent, this.writes);
    const target = { index: 0, id, ifMatch: writing.ifMatch, onlyNew: writing.onlyNew };
    const { written, warnings } = await this.writes.take({
      ...sent,
      recorded: 'receipt',
      controlId: null,
      read: readOnePatient(patient, target),
    });
    return this.answered(writing, written[0]!, warnings);
  }

  /** The id of what is written, null for a new one; `there`: the condition of a create found it. */
  private async find(writing: Writing): Promise<{ id: string | null; there: boolean }> {
    const { user, id, search, body } = writing;
    const condition = search ?? conditionOf(writing);
    if (condition === null) return { id, there: false };
    const found = await this.known.patientOfCondition(this.knowledge.domainsOf(user.subject), condition);
    const own = typeof body.json['id'] === 'string' ? body.json['id'] : null;
    if (found === null) return { id: search === null ? null : own, there: false };
    // Under a number that they went by before, a patient is written by that; it counts for whom they go by now.
    const asked = condition.map(([, value]) => value.split('|').at(-1)!);
    const isOfMerged = found.merged && valuesOf(body.json['identifier']).some((sent) => asked.includes(sent));
    if (search !== null && isOfMerged) return { id: null, there: false };
    if (search !== null) checkFoundId('Patient', found.id, body.json['id']);
    return { id: found.id, there: search === null };
  }

  private async answered(
    writing: Writing,
    { id, created }: { readonly id: string; readonly created: boolean },
    warnings: readonly FhirIssue[],
  ): Promise<FhirAnswer> {
    const { user } = writing;
    const known = await this.unitOfWork.read((tx) => readKnownPatient(tx, id));
    const systems = systemsOf(this.knowledge.domainsOf(user.subject));
    const resource = known === undefined || known === 'unplaced' ? undefined : patientView(id, known, user, systems);
    const versionId = resource?.meta.versionId;
    return {
      status: created ? 201 : 200,
      versionId,
      location: placeOfVersion(writing, 'Patient', id, versionId),
      ...shownOf(writing, resource, warnings),
    };
  }
}

/** How one Patient that is written is read. It has an identifier or an id. */
function readOnePatient(patient: Json, target: Target): FhirWrite['read'] {
  return ({ domains }) => {
    const read = readPatient(patient, domains);
    if (!read.ok) return err(read.error);
    const { id } = read.value;
    if (id === null) {
      const text = 'No identifier and no id says who the patient is';
      return err([{ severity: 'error', code: 'required', diagnostics: text, expression: 'Patient.identifier' }]);
    }
    const patients = [{ target, patient: { ...read.value, id } }];
    return ok({ encounters: [], patients, beds: [], sites: organizationOf(patient), warnings: [] });
  };
}

/** What may name the facility: the organisation that keeps the record. */
export function organizationOf({ managingOrganization }: Json): string[] {
  if (typeof managingOrganization !== 'object' || managingOrganization === null) return [];
  const { identifier, display } = managingOrganization as {
    identifier?: { value?: unknown } | null;
    display?: unknown;
  };
  return [identifier?.value, display].filter((code): code is string => typeof code === 'string' && code.trim() !== '');
}
