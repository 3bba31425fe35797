import { Injectable } from '@nestjs/common';
import type { EncounterData } from '@wardstream/events';
import {
  type BundleResource,
  classCoding,
  classOfFact,
  type EncounterSearch,
  type FhirEncounterStatus,
  operationOutcome,
  parseEncounterSearch,
  patientClassOf,
  searchsetBundle,
  systems,
  type TokenCriterion,
  tokenFulfils,
} from '@wardstream/fhir';
import { type Tx, UnitOfWork } from '@wardstream/persistence';
import { encounterIdOf, patientIdOf } from '@wardstream/encounter-model';
import { type ActNotes, noteAct, type User } from '@wardstream/service-kit';
import {
  type ClassCriterion,
  countFhirEncounters,
  type FhirEncounter,
  type FhirEncounterQuery,
  searchFhirEncounters,
} from '../persistence/fhir-encounter.rows.js';
import { fhirResources } from '../persistence/fhir.rows.js';
import { survivorsOf } from '../../encounters/index.js';
import { systemsOf } from './client-domains.js';
import { encounterView } from './encounter-view.js';
import type { Preference } from '../fhir-http.js';
import { FhirKnowledge } from './fhir-knowledge.js';
import { FhirRefusal } from '../fhir-refusal.js';

type Query = readonly (readonly [string, string])[];

const PAGE = 50;
const MOST = 500;
/** Of the next page: the id that the page before ended with. */
const AFTER = '_after';
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Searches the encounters of all facilities that the client's token is for, whoever told of them. */
@Injectable()
export class SearchEncounters {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly knowledge: FhirKnowledge,
  ) {}

  /** @throws FhirRefusal 400 for parameters that cannot be read, or are not known and not to be passed over */
  async page(
    { subject: client, facilities }: User,
    base: string,
    query: Query,
    { handling }: Preference,
  ): Promise<BundleResource> {
    const search = this.read(
      query.filter(([name]) => name !== AFTER),
      handling ?? 'strict',
    );
    const after = query.findLast(([name]) => name === AFTER)?.[1] ?? null;
    if (after !== null && !uuid.test(after))
      throw FhirRefusal.of(400, 'value', 'The page is none of this server', AFTER);
    const countOnly = search.count === 0 || query.some(([n, v]) => n === '_summary' && v === 'count');
    const counted = countOnly || query.some(([n, v]) => n === '_total' && v !== 'none');
    const size = Math.min(search.count ?? PAGE, MOST);
    const { found, names, total } = await this.unitOfWork.search(async (tx) => {
      const { names, of } = await this.criteria(tx, client, search);
      const places = facilities === null ? of.places : [...of.places, sitesOf(facilities)];
      const asked = { ...of, places, byOtherNumbers: true, after, limit: size + 1 };
      return {
        names,
        found: countOnly ? [] : await searchFhirEncounters(tx, asked),
        total: counted ? await countFhirEncounters(tx, asked) : undefined,
      };
    });
    const page = found.slice(0, size);
    const more = found.length > page.length;
    noteAct(actNotesOf(page));
    const self = query
      .filter(([name]) => name !== '_format' && name !== '_pretty')
      .map(([n, v]) => [n, v] as [string, string]);
    const next = [...self.filter(([name]) => name !== AFTER), [AFTER, page.at(-1)?.id ?? ''] as [string, string]];
    const known = total ?? (after === null && !more && !countOnly ? page.length : undefined);
    return searchsetBundle(base, 'Encounter', {
      matches: page.map((encounter) => this.shown(client, encounter, names.get(encounter.id))),
      ...(known === undefined ? {} : { total: known }),
      self: new URLSearchParams(self).toString(),
      next: more ? new URLSearchParams(next).toString() : null,
      ...(search.warnings.length > 0 ? { outcome: operationOutcome(search.warnings) } : {}),
    });
  }

  /** The encounters that a conditional interaction names; two at most, as more than one is none of them. */
  async matches(client: string, query: Query): Promise<FhirEncounter[]> {
    const search = this.read(query, 'strict');
    const selects = [...search.identifier, ...search.patient, ...search.location].length > 0 || search.ids !== null;
    if (!selects) {
      throw FhirRefusal.of(
        412,
        'business-rule',
        'The condition names no identifier, patient, location or id: it selects nothing',
      );
    }
    return this.unitOfWork.search(async (tx) => {
      const { of } = await this.criteria(tx, client, search);
      // By the own identifier of a part its visit is found, which is not what is written: the part is.
      return searchFhirEncounters(tx, { ...of, byOtherNumbers: false, after: null, limit: 2 });
    });
  }

  shown(client: string, encounter: FhirEncounter, id?: string): ReturnType<typeof encounterView> {
    return encounterView(encounter, {
      ...(id === undefined ? {} : { id }),
      facilityName: this.knowledge.facility(encounter.facility)?.name,
      systems: systemsOf(this.knowledge.domainsOf(client)),
    });
  }

  private read(query: Query, handling: 'strict' | 'lenient'): EncounterSearch {
    const search = parseEncounterSearch(query, { timeZone: this.zone(), handling });
    if (!search.ok) throw new FhirRefusal(400, search.error);
    return search.value;
  }

  /** Of dates without an offset: that of the house, if there is only one. */
  private zone(): string {
    const zones = new Set(this.knowledge.facilities().map((f) => f.timeZone));
    return zones.size === 1 ? [...zones][0]! : this.knowledge.defaultTimeZone;
  }

  /** `names`: the ids asked for, of encounters that have another one. */
  private async criteria(
    tx: Tx,
    client: string,
    search: EncounterSearch,
  ): Promise<{ names: Map<string, string>; of: Omit<FhirEncounterQuery, 'after' | 'limit' | 'byOtherNumbers'> }> {
    const domains = this.knowledge.domainsOf(client);
    const locations = this.knowledge.locations();
    const names = new Map<string, string>();
    let ids: string[] | null = null;
    if (search.ids !== null) {
      const rows = await fhirResources(tx, 'Encounter', search.ids);
      ids = search.ids.flatMap((id) => {
        const row = rows.get(id);
        if (row === undefined) return uuid.test(id) ? [id] : [];
        if (row.facility === null) return [];
        const key = encounterIdOf(row.facility, row);
        names.set(key, id);
        return [key];
      });
    }
    const patients: string[][] = [];
    for (const list of search.patient) {
      const rows = await fhirResources(tx, 'Patient', list);
      const ours = list.flatMap((id) => {
        const row = rows.get(id);
        if (row === undefined) return uuid.test(id) ? [id] : [];
        return row.facility === null ? [] : [patientIdOf(row.facility, row)];
      });
      // Who was merged has their visits under whom they go by now.
      const survivors = await survivorsOf(tx, ours);
      patients.push(ours.map((id) => survivors.get(id) ?? id));
    }
    const of = {
      ids,
      patients,
      numbers: search.identifier.map((list) =>
        list.map(({ system, code }) => ({
          number: code ?? undefined,
          domain: typeof system === 'string' ? (domains.get(system) ?? system) : system,
        })),
      ),
      status: search.status.map((list) => list.flatMap((status) => statuses[status] ?? [])),
      class: search.class.map((list) => list.flatMap(classesOf)),
      dates: search.date,
      places: search.location.map((list) =>
        list.flatMap((id) => {
          const known = locations.get(id);
          return known === undefined ? [] : [{ ...known, facility: known.facility.id }];
        }),
      ),
    };
    return { names, of };
  }
}

const statuses: Partial<Record<FhirEncounterStatus, EncounterData['status']>> = {
  planned: 'planned',
  'in-progress': 'in-progress',
  onleave: 'on-leave',
  finished: 'discharged',
  cancelled: 'cancelled',
};

const named = ['I', 'E', 'O', 'P', 'OBSENC', 'SS', 'R', 'B', 'C', 'N', 'U'];

/** The classes of PV1-2 that go out as what is searched for. */
function classesOf(criterion: TokenCriterion): ClassCriterion[] {
  const goesOut = (patientClass: string | null): boolean => tokenFulfils(classCoding(patientClass), criterion);
  const { system, code } = criterion;
  if (code === null) {
    if (system === systems.localClass) return [{ classes: named, otherThan: true }];
    const classes = [...named, null].filter(goesOut);
    return classes.length === 0 ? [] : [{ classes, otherThan: false }];
  }
  const asked = [
    classOfFact(patientClassOf({ code, ...(typeof system === 'string' ? { system } : {}) })).class,
    code,
    null,
  ];
  const classes = [...new Set(asked)].filter(goesOut);
  return classes.length === 0 ? [] : [{ classes, otherThan: false }];
}

/** Of a search over several facilities the audit has the encounters that it showed. */
function actNotesOf(page: readonly FhirEncounter[]): ActNotes {
  const facilities = new Set(page.map(({ facility }) => facility));
  const [facility] = facilities;
  const encounters = page.map(({ id }) => id);
  return facilities.size === 1 && facility !== undefined ? { facility, encounters } : { encounters };
}

/** Nothing is at none of them. */
function sitesOf(facilities: readonly string[]): FhirEncounterQuery['places'][number] {
  return facilities.map((facility) => ({ kind: 'site', facility, unit: null, room: null, bedId: null }));
}
