import { may } from '@wardstream/access';
import { Injectable } from '@nestjs/common';
import type { FoundPatient, FoundPatients, PatientSearch, SearchedBy } from '@wardstream/api-contract';
import { DomainError } from '@wardstream/kernel';
import { UnitOfWork } from '@wardstream/persistence';
import { noteAct, type User } from '@wardstream/service-kit';
import { Directories } from '../../directory/index.js';
import { type PatientHit, searchPatients } from '../persistence/patient-search.rows.js';
import { bedsMeant } from './beds-meant.js';

/** Looks for patients of one facility by what the caller may look by. What was asked is never logged, and is in no error. */
@Injectable()
export class SearchPatients {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly directories: Directories,
  ) {}

  /** @throws DomainError 'facility-not-found' */
  async search(name: string, { q, limit }: PatientSearch, user: User): Promise<FoundPatients> {
    const facility = this.directories.facility(name)?.facility;
    if (facility === undefined)
      throw new DomainError('not-found', 'facility-not-found', 'No facility of this name is configured here.');
    const by = searchableBy(q, user.roles);
    const beds = by.includes('bed') ? bedsMeant(q, facility) : [];
    const found = await this.unitOfWork.search((tx) =>
      searchPatients(tx, { facility: facility.id, q, by, beds, limit: limit + 1 }),
    );
    // Who was shown, and never what was asked: that may be a name.
    noteAct({ facility: facility.id, encounters: found.slice(0, limit).map(({ id }) => id) });
    return {
      facility: facility.id,
      searchedBy: by,
      items: found.slice(0, limit).map((hit) => shown(hit, user.roles)),
      more: found.length > limit,
    };
  }
}

/** By what this may be looked for: a name wants three letters, and the permission to see names; an MRN that to see numbers. */
export function searchableBy(q: string, roles: readonly string[]): SearchedBy[] {
  const letters = q.match(/\p{L}/gu)?.length ?? 0;
  return [
    'visit-number',
    ...(may(roles, 'patient.read-numbers') ? (['mrn'] as const) : []),
    'bed',
    ...(may(roles, 'patient.read-names') && letters >= 3 ? (['name'] as const) : []),
  ];
}

function shown({ id, visitNumber, foundBy, exact, view }: PatientHit, roles: readonly string[]): FoundPatient {
  const { family, given, birthDate, id: number, domain } = view.patient;
  const { initials, ageBand, sex } = view.brief;
  const places = view.stays.map(({ place, from, to }) => ({ place, from, to })).reverse();
  return {
    encounterId: id,
    visitNumber,
    status: view.status,
    class: view.class,
    patient: {
      initials,
      ageBand,
      sex,
      ...(may(roles, 'patient.read-names') ? { family, given, birthDate } : {}),
      ...(may(roles, 'patient.read-numbers') ? { id: number, idDomain: domain } : {}),
    },
    location: view.location,
    since: places.find((p) => p.to === null)?.from ?? null,
    places,
    dischargedAt: view.dischargedAt,
    foundBy,
    exact,
  };
}
