import { Get, HttpCode, Param, Post, Put, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiOperation, ApiParam, ApiProduces } from '@nestjs/swagger';
import { UnitOfWork } from '@wardstream/persistence';
import { Act, Allow, checkFacility, CurrentUser, KeepsToFacilities, noteAct, type User } from '@wardstream/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SearchEncounters } from './reads/encounter-search.js';
import {
  answer,
  baseOf,
  checkPresent,
  FHIR_JSON,
  FhirController,
  formQueryOf,
  preferenceOf,
  queryOf,
  writeOf,
  WritesFhir,
} from './fhir-http.js';
import { FhirRefusal } from './fhir-refusal.js';
import { findEncounterById } from './reads/stored-resources.js';
import { WriteEncounter } from './writes/write-encounter.js';

/** Encounters by FHIR R4: those of the whole house, whoever told of them; what is written is a fact like any other. */
@FhirController()
@ApiProduces(FHIR_JSON)
export class EncounterController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly search: SearchEncounters,
    private readonly writes: WriteEncounter,
  ) {}

  /** By identifier, status, class, date, location, patient and _id; pages of 50 unless _count says otherwise, linked by `next`. */
  @Get('Encounter')
  @Act('patient.search')
  @Allow('patient.read')
  @KeepsToFacilities('handler')
  @ApiOperation({ summary: 'Search encounters (FHIR R4)' })
  async all(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() user: User,
  ): Promise<string> {
    const base = baseOf(request);
    const bundle = await this.search.page(user, base, queryOf(request), preferenceOf(request));
    return answer(reply, { status: 200, resource: bundle });
  }

  /** The same with its parameters in the body, where no log of URLs keeps them. */
  @Post('Encounter/_search')
  @Act('patient.search')
  @HttpCode(200)
  @Allow('patient.read')
  @KeepsToFacilities('handler')
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiOperation({ summary: 'Search encounters, parameters in the body (FHIR R4)' })
  async allByForm(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() user: User,
  ): Promise<string> {
    const query = formQueryOf(request);
    const bundle = await this.search.page(user, baseOf(request), query, preferenceOf(request));
    return answer(reply, { status: 200, resource: bundle });
  }

  /** One encounter as it is derived, with its stays and plans. Its version grows with whatever is heard of the visit. */
  @Get('Encounter/:id')
  @Act('patient.look')
  @Allow('patient.read')
  @KeepsToFacilities('handler')
  @ApiOperation({ summary: 'One encounter (FHIR R4)' })
  one(
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() user: User,
  ): Promise<string> {
    return this.read(reply, user, id, null);
  }

  /** Only the present version is kept. */
  @Get('Encounter/:id/_history/:version')
  @Act('patient.look')
  @Allow('patient.read')
  @KeepsToFacilities('handler')
  @ApiOperation({ summary: 'One encounter in its present version (FHIR R4)' })
  version(
    @Param('id') id: string,
    @Param('version') version: string,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() user: User,
  ): Promise<string> {
    return this.read(reply, user, id, version);
  }

  /** Creates an Encounter, or, where its visit is known, takes it as that one's next version (200). */
  @Post('Encounter')
  @WritesFhir('Create an encounter (FHIR R4)')
  create(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() user: User,
  ): Promise<string> {
    return this.write(request, reply, user);
  }

  /** Creates or updates the Encounter that a search finds, e.g. `?identifier=system|V123`. */
  @Put('Encounter')
  @WritesFhir('Create or update the encounter that a search finds (FHIR R4)')
  updateFound(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() user: User,
  ): Promise<string> {
    return this.write(request, reply, user);
  }

  /** Creates or updates an Encounter; with If-Match only the version that it names (else 412). */
  @Put('Encounter/:id')
  @ApiParam({ name: 'id' })
  @WritesFhir('Create or update an encounter (FHIR R4)')
  update(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() user: User,
  ): Promise<string> {
    return this.write(request, reply, user);
  }

  private async write(request: FastifyRequest, reply: FastifyReply, user: User): Promise<string> {
    return answer(reply, await this.writes.write({ client: user.subject, ...writeOf(request) }));
  }

  private async read(reply: FastifyReply, user: User, id: string, version: string | null): Promise<string> {
    const found = await this.unitOfWork.read((tx) => findEncounterById(tx, id));
    if (found === undefined) throw FhirRefusal.of(404, 'not-found', 'There is no such Encounter');
    checkFacility(user, found.encounter?.facility ?? null);
    if (found.encounter === undefined) {
      throw FhirRefusal.of(404, 'not-found', 'The Encounter is kept, and is served once its facility is known here');
    }
    noteAct({ facility: found.encounter.facility, encounters: [found.encounter.id] });
    const resource = this.search.shown(user.subject, found.encounter, id);
    const { versionId, lastUpdated } = resource.meta;
    checkPresent('an Encounter', version, versionId);
    return answer(reply, { status: 200, resource, versionId, lastModified: lastUpdated });
  }
}
