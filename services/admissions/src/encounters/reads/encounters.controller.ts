import { may } from '@wardstream/access';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  type Encounter,
  encounter,
  encounterList,
  type EncounterQuery,
  encounterQuery,
} from '@wardstream/api-contract';
import type { Place } from '@wardstream/events';
import { DomainError } from '@wardstream/kernel';
import { UnitOfWork } from '@wardstream/persistence';
import {
  Act,
  Allow,
  Answers,
  checkFacility,
  CurrentUser,
  KeepsToFacilities,
  noteAct,
  type User,
} from '@wardstream/service-kit';
import { z } from 'zod';
import { Directories } from '../../directory/index.js';
import { findEncounters, type ReadEncounter, readEncounter } from '../persistence/encounter-reads.rows.js';

@ApiTags('encounters')
@Controller('api/v1')
@Allow('patient.read')
export class EncountersController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly directories: Directories,
  ) {}

  /** An encounter with its movements, stays and open conflicts. */
  @Get('encounters/:id')
  @Act('patient.look')
  @Answers(encounter)
  @KeepsToFacilities('handler')
  @ApiOperation({ summary: 'One encounter with its movements' })
  async one(@Param('id', { schema: z.uuid() }) id: string, @CurrentUser() user: User): Promise<Encounter> {
    const found = await this.unitOfWork.read((tx) => readEncounter(tx, id));
    if (found === undefined) throw new DomainError('not-found', 'encounter-not-found', 'There is no such encounter.');
    checkFacility(user, found.encounter.facility);
    noteAct({ facility: found.encounter.facility, encounters: [found.encounter.id] });
    const { stays, movements } = found.encounter.view;
    return { ...shown(found.encounter, user), stays, movements, conflicts: found.conflicts };
  }

  /** Encounters of a facility; with `at` those who were in the house at that event time, where they were then. */
  @Get('facilities/:facility/encounters')
  @Act('patient.search')
  @Answers(encounterList)
  @ApiOperation({ summary: 'Encounters of a facility, also as of an event time' })
  async all(
    @Param('facility') name: string,
    @Query({ schema: encounterQuery }) query: EncounterQuery,
    @CurrentUser() user: User,
  ) {
    const facility = this.directories.facility(name)?.facility.id;
    if (facility === undefined) {
      throw new DomainError('not-found', 'facility-not-found', 'No facility of this name is configured here.');
    }
    const found = await this.unitOfWork.search((tx) =>
      findEncounters(tx, { ...query, facility, limit: query.limit + 1 }),
    );
    const page = found.slice(0, query.limit);
    noteAct({ facility, encounters: page.map((e) => e.id) });
    const { at } = query;
    return {
      items: page.map((e) => (at === undefined ? shown(e, user) : { ...shown(e, user), ...asOf(e, at) })),
      next: found.length > page.length ? page.at(-1)!.id : null,
    };
  }
}

function shown({ id, facility, visitNumber, visitDomain, version, mergedInto, view }: ReadEncounter, user: User) {
  const { patient, brief, stays: _stays, movements: _movements, ...rest } = view;
  const { id: patientId, domain: patientDomain, ...person } = patient;
  const named = may(user.roles, 'patient.read-names');
  return {
    id,
    facility,
    visitNumber,
    visitNumberDomain: visitDomain,
    version,
    ...(mergedInto === null ? {} : { mergedInto }),
    ...rest,
    patient: named ? { ...brief, ...person, id: patientId, idDomain: patientDomain } : brief,
  };
}

/** Where the patient was then, and since when. */
function asOf({ view }: ReadEncounter, at: string): { asOf: string; location: Place | null; since: string | null } {
  const stay = view.stays.findLast((s) => s.from <= at && (s.to === null || s.to > at));
  return { asOf: at, location: stay?.place ?? null, since: stay?.from ?? null };
}
