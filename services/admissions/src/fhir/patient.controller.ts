import { Get, Param, Post, Put, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiProduces } from '@nestjs/swagger';
import { UnitOfWork } from '@wardstream/persistence';
import { Act, Allow, checkFacility, CurrentUser, KeepsToFacilities, noteAct, type User } from '@wardstream/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { systemsOf } from './reads/client-domains.js';
import { answer, checkPresent, FHIR_JSON, FhirController, writeOf, WritesFhir } from './fhir-http.js';
import { FhirKnowledge } from './reads/fhir-knowledge.js';
import { FhirRefusal } from './fhir-refusal.js';
import { patientView, readKnownPatient } from './reads/stored-patients.js';
import { WritePatient } from './writes/write-patient.js';

/** Patients by FHIR R4: the least of them. Names and dates of birth only for those who see them on /api/v1/encounters. */
@FhirController()
@ApiProduces(FHIR_JSON)
export class PatientController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly knowledge: FhirKnowledge,
    private readonly writes: WritePatient,
  ) {}

  /** Gender; the identifier for department systems and whoever sees names; name and date of birth for these. */
  @Get('Patient/:id')
  @Act('patient.look')
  @Allow('patient.read')
  @KeepsToFacilities('handler')
  @ApiOperation({ summary: 'One patient, as much as the role may see (FHIR R4)' })
  one(
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() user: User,
  ): Promise<string> {
    return this.read(reply, user, id, null);
  }

  /** Only the present version is kept. */
  @Get('Patient/:id/_history/:version')
  @Act('patient.look')
  @Allow('patient.read')
  @KeepsToFacilities('handler')
  @ApiOperation({ summary: 'One patient in their present version, as much as the role may see (FHIR R4)' })
  version(
    @Param('id') id: string,
    @Param('version') version: string,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() user: User,
  ): Promise<string> {
    return this.read(reply, user, id, version);
  }

  @Post('Patient')
  @WritesFhir('Create a patient (FHIR R4)')
  create(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() user: User,
  ): Promise<string> {
    return this.write(request, reply, user);
  }

  @Put('Patient')
  @WritesFhir('Create or update the patient of an identifier (FHIR R4)')
  updateFound(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() user: User,
  ): Promise<string> {
    return this.write(request, reply, user);
  }

  @Put('Patient/:id')
  @ApiParam({ name: 'id' })
  @WritesFhir('Create or update a patient (FHIR R4)')
  update(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() user: User,
  ): Promise<string> {
    return this.write(request, reply, user);
  }

  private async read(reply: FastifyReply, user: User, id: string, version: string | null): Promise<string> {
    const known = await this.unitOfWork.read((tx) => readKnownPatient(tx, id));
    if (known !== undefined) checkFacility(user, known === 'unplaced' ? null : known.facility);
    if (known === undefined) throw FhirRefusal.of(404, 'not-found', 'There is no such Patient');
    if (known === 'unplaced') {
      throw FhirRefusal.of(404, 'not-found', 'The Patient is kept, and is served once its facility is known here');
    }
    noteAct({ facility: known.facility });
    checkPresent('a Patient', version, known.versionId);
    const resource = patientView(id, known, user, systemsOf(this.knowledge.domainsOf(user.subject)));
    return answer(reply, { status: 200, resource, versionId: known.versionId });
  }

  private async write(request: FastifyRequest, reply: FastifyReply, user: User): Promise<string> {
    return answer(reply, await this.writes.write({ user, ...writeOf(request) }));
  }
}
