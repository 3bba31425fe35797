import { Injectable } from '@nestjs/common';
import { type FhirIssue, locationIdOf, type LocationMapping } from '@wardstream/fhir';
import { err, ok } from '@wardstream/kernel';
import type { FhirAnswer, Writing } from '../fhir-http.js';
import { FhirKnowledge } from '../reads/fhir-knowledge.js';
import { checkFoundId } from '../fhir-refusal.js';
import type { FhirWrite, Target } from './fhir-write.js';
import { StoredLocations } from '../reads/stored-locations.js';
import type { Json } from '../reads/stored-resources.js';
import { checkIdOfUrl, sentAs, type Sent, shownOf } from './one-resource.js';
import { TakeWrite } from './take-write.js';

/** Takes the status of a bed from a Location: an A20. Which Locations there are is configured, never written. */
@Injectable()
export class WriteLocation {
  constructor(
    private readonly locations: StoredLocations,
    private readonly knowledge: FhirKnowledge,
    private readonly writes: TakeWrite,
  ) {}

  /** @throws FhirRefusal 400 and 422 for what is wrong with it or says nothing of a bed, 412 where a condition does not hold */
  async write(writing: Writing): Promise<FhirAnswer> {
    const { user, body } = writing;
    const sent = await sentAs('Location', writing, this.writes);
    checkIdOfUrl('Location', writing);
    const id = writing.search === null ? writing.id : await this.locations.match(writing.search);
    if (writing.search !== null && id !== null) checkFoundId('Location', id, body.json['id']);
    if (writing.ifMatch !== null) await this.locations.checkVersion(id, writing.ifMatch);
    const location = id === null ? body.json : { ...body.json, id };
    const target = { index: 0, id, ifMatch: null, onlyNew: false };
    const read = readOneLocation(location, target, this.knowledge);
    const first = this.knowledge.bedStatusOf(location, { receivedAt: '1970-01-01T00:00:00.000Z', timeZone: 'UTC' });
    if (first.kind === 'ignored') return this.keepIgnored(writing, sent, id, first.reason);
    const { warnings } = await this.writes.take({ ...sent, recorded: 'receipt', controlId: null, read });
    const bed = first.kind === 'bedStatus' ? this.bedOf(user.subject, first) : null;
    return this.answered(writing, bed ?? id, warnings);
  }

  /** What says nothing of a bed's status changes nothing; of a Location that is not ours it cannot be kept either. */
  private async keepIgnored(writing: Writing, sent: Sent, id: string | null, reason: string): Promise<FhirAnswer> {
    if (id !== null && this.knowledge.locations().has(id)) {
      return this.answered(writing, id, [
        { severity: 'information', code: 'informational', diagnostics: `${reason}; nothing changed` },
      ]);
    }
    const text = `${reason}. Which Locations there are is configured; what is taken of one is the operational status of a bed`;
    return this.writes.refuse(sent, [
      { severity: 'error', code: 'not-supported', diagnostics: text, expression: 'Location' },
    ]);
  }

  /** The id of the bed that a report is of, if it is one of ours. */
  private bedOf(client: string, { report, sites }: Extract<LocationMapping, { kind: 'bedStatus' }>): string | null {
    const names = [...(report.place.facility === null ? [] : [report.place.facility]), ...sites];
    const directory = this.knowledge.facilityOf(client, names);
    const bedId = directory?.resolve(report.place).bedId ?? null;
    return directory === undefined || bedId === null ? null : locationIdOf(directory.facility.id, 'bed', bedId);
  }

  private async answered(writing: Writing, id: string | null, issues: readonly FhirIssue[]): Promise<FhirAnswer> {
    const resource = id === null ? undefined : await this.locations.one(id);
    const versionId = resource?.meta?.versionId;
    return {
      status: 200,
      versionId,
      ...(resource === undefined ? {} : { location: `${writing.base}/Location/${resource.id}` }),
      ...shownOf(writing, resource, issues),
    };
  }
}

function readOneLocation(location: Json, target: Target, knowledge: FhirKnowledge): FhirWrite['read'] {
  return ({ receivedAt, timeZone }) => {
    const mapping = knowledge.bedStatusOf(location, { receivedAt, timeZone });
    if (mapping.kind === 'errors') return err(mapping.issues);
    if (mapping.kind === 'ignored') {
      return err([{ severity: 'error', code: 'not-supported', diagnostics: mapping.reason, expression: 'Location' }]);
    }
    const { report, sites } = mapping;
    return ok({ encounters: [], patients: [], beds: [{ target, report }], sites, warnings: [] });
  };
}
