import { Get, HttpCode, Param, Post, Put, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiOperation, ApiParam, ApiProduces } from '@nestjs/swagger';
import { Allow, checkFacility, CurrentUser, KeepsToFacilities, NoAct, type User } from '@wardstream/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
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
import { StoredLocations } from './reads/stored-locations.js';
import { WriteLocation } from './writes/write-location.js';

/** Sites, wards, rooms and beds by FHIR R4. Nothing here tells who is in a bed. */
@FhirController()
@ApiProduces(FHIR_JSON)
export class LocationController {
  constructor(
    private readonly locations: StoredLocations,
    private readonly writes: WriteLocation,
  ) {}

  /** By identifier, status, operational-status (table 0116), partof, physical-type and _id. */
  @Get('Location')
  @Allow('board.read')
  @KeepsToFacilities('handler')
  @ApiOperation({ summary: 'Search sites, wards, rooms and beds (FHIR R4)' })
  async all(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() user: User,
  ): Promise<string> {
    const bundle = await this.locations.page(baseOf(request), queryOf(request), preferenceOf(request), user.facilities);
    return answer(reply, { status: 200, resource: bundle });
  }

  /** The same with its parameters in the body. */
  @Post('Location/_search')
  @NoAct('Shows places and no patient.')
  @HttpCode(200)
  @Allow('board.read')
  @KeepsToFacilities('handler')
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiOperation({ summary: 'Search sites, wards, rooms and beds, parameters in the body (FHIR R4)' })
  async allByForm(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() user: User,
  ): Promise<string> {
    const bundle = await this.locations.page(
      baseOf(request),
      formQueryOf(request),
      preferenceOf(request),
      user.facilities,
    );
    return answer(reply, { status: 200, resource: bundle });
  }

  /** A bed with its operational status by table 0116, and its own state as an extension. */
  @Get('Location/:id')
  @Allow('board.read')
  @KeepsToFacilities('handler')
  @ApiOperation({ summary: 'One site, ward, room or bed (FHIR R4)' })
  one(
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() user: User,
  ): Promise<string> {
    return this.read(reply, user, id, null);
  }

  /** Only the present version is kept. */
  @Get('Location/:id/_history/:version')
  @Allow('board.read')
  @KeepsToFacilities('handler')
  @ApiOperation({ summary: 'One site, ward, room or bed in its present version (FHIR R4)' })
  version(
    @Param('id') id: string,
    @Param('version') version: string,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() user: User,
  ): Promise<string> {
    return this.read(reply, user, id, version);
  }

  /** Reports the status of a bed, as an A20 does; the bed's state follows from it and from what else is known of the bed. */
  @Post('Location')
  @HttpCode(200)
  @WritesFhir('Report the status of a bed (FHIR R4)')
  create(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() user: User,
  ): Promise<string> {
    return this.write(request, reply, user);
  }

  @Put('Location')
  @WritesFhir('Report the status of the bed that a search finds (FHIR R4)')
  updateFound(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() user: User,
  ): Promise<string> {
    return this.write(request, reply, user);
  }

  @Put('Location/:id')
  @ApiParam({ name: 'id' })
  @WritesFhir('Report the status of a bed by its id (FHIR R4)')
  update(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() user: User,
  ): Promise<string> {
    return this.write(request, reply, user);
  }

  private async read(reply: FastifyReply, user: User, id: string, version: string | null): Promise<string> {
    const facility = this.locations.facilityOf(id);
    if (facility !== undefined) checkFacility(user, facility);
    const resource = await this.locations.one(id);
    if (resource === undefined) throw FhirRefusal.of(404, 'not-found', 'There is no such Location');
    const { versionId, lastUpdated } = resource.meta ?? {};
    checkPresent('a Location', version, versionId);
    return answer(reply, { status: 200, resource, versionId, lastModified: lastUpdated });
  }

  private async write(request: FastifyRequest, reply: FastifyReply, user: User): Promise<string> {
    return answer(reply, await this.writes.write({ client: user.subject, ...writeOf(request) }));
  }
}
