import { Get, HttpCode, Param, Post, Put, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiOperation, ApiParam } from '@nestjs/swagger';
import type { Permission } from '@wardstream/access';
import { Allow, CurrentUser, KeepsToFacilities, type User } from '@wardstream/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  answer,
  baseOf,
  type FhirAnswer,
  formQueryOf,
  type Preference,
  preferenceOf,
  queryOf,
  writeOf,
  WritesFhir,
  type Writing,
} from './fhir-http.js';

/** What is said of the interactions with one type of resource, and who may have them. */
export interface Interactions {
  readonly type: 'Encounter' | 'Location' | 'Patient';
  /** Who may read and search. */
  readonly permission: Permission;
  /** How a look at one is recorded; undefined for what tells of no patient. */
  readonly look?: MethodDecorator;
  /** Summaries in the description of the interface. */
  readonly one: string;
  readonly present: string;
  readonly create: string;
  readonly updateFound: string;
  readonly update: string;
}

/** What a search of one type of resource adds. */
export interface SearchInteractions extends Interactions {
  readonly search: string;
  /** How a search is recorded; the one by a form says so in any case, since it is a POST. */
  readonly searched?: MethodDecorator;
  readonly searchedByForm: MethodDecorator;
}

const nothing: MethodDecorator = () => undefined;

/** The interactions that each type of resource has: read, read of a version, create, update, and update of what a search finds. */
export function resourceInteractions(of: Interactions) {
  const { type, permission, look = nothing } = of;

  abstract class ResourceController {
    /** `version`: the one that is asked for, null for whichever is present. */
    abstract read(user: User, id: string, version: string | null): Promise<FhirAnswer>;
    abstract write(writing: Writing): Promise<FhirAnswer>;

    @Get(`${type}/:id`)
    @look
    @Allow(permission)
    @KeepsToFacilities('handler')
    @ApiOperation({ summary: of.one })
    async one(
      @Param('id') id: string,
      @Res({ passthrough: true }) reply: FastifyReply,
      @CurrentUser() user: User,
    ): Promise<string> {
      return answer(reply, await this.read(user, id, null));
    }

    /** Only the present version is kept. */
    @Get(`${type}/:id/_history/:version`)
    @look
    @Allow(permission)
    @KeepsToFacilities('handler')
    @ApiOperation({ summary: of.present })
    async version(
      @Param('id') id: string,
      @Param('version') version: string,
      @Res({ passthrough: true }) reply: FastifyReply,
      @CurrentUser() user: User,
    ): Promise<string> {
      return answer(reply, await this.read(user, id, version));
    }

    @Post(type)
    @WritesFhir(of.create)
    async create(
      @Req() request: FastifyRequest,
      @Res({ passthrough: true }) reply: FastifyReply,
      @CurrentUser() user: User,
    ): Promise<string> {
      return answer(reply, await this.write(writeOf(request, user)));
    }

    /** Creates or updates what a search finds, e.g. `?identifier=system|V123`. */
    @Put(type)
    @WritesFhir(of.updateFound)
    async updateFound(
      @Req() request: FastifyRequest,
      @Res({ passthrough: true }) reply: FastifyReply,
      @CurrentUser() user: User,
    ): Promise<string> {
      return answer(reply, await this.write(writeOf(request, user)));
    }

    /** With If-Match only the version that it names (else 412). */
    @Put(`${type}/:id`)
    @ApiParam({ name: 'id' })
    @WritesFhir(of.update)
    async update(
      @Req() request: FastifyRequest,
      @Res({ passthrough: true }) reply: FastifyReply,
      @CurrentUser() user: User,
    ): Promise<string> {
      return answer(reply, await this.write(writeOf(request, user)));
    }
  }
  return ResourceController;
}

/** The same, and search by URL or by a form. Pages of 50 unless _count says otherwise, linked by `next`. */
export function searchInteractions(of: SearchInteractions) {
  const { type, permission, searched = nothing, searchedByForm } = of;

  abstract class SearchController extends resourceInteractions(of) {
    abstract page(
      user: User,
      base: string,
      query: readonly (readonly [string, string])[],
      preference: Preference,
    ): Promise<unknown>;

    @Get(type)
    @searched
    @Allow(permission)
    @KeepsToFacilities('handler')
    @ApiOperation({ summary: `${of.search} (FHIR R4)` })
    async all(
      @Req() request: FastifyRequest,
      @Res({ passthrough: true }) reply: FastifyReply,
      @CurrentUser() user: User,
    ): Promise<string> {
      const resource = await this.page(user, baseOf(request), queryOf(request), preferenceOf(request));
      return answer(reply, { status: 200, resource });
    }

    /** The same with its parameters in the body, where no log of URLs keeps them. */
    @Post(`${type}/_search`)
    @searchedByForm
    @HttpCode(200)
    @Allow(permission)
    @KeepsToFacilities('handler')
    @ApiConsumes('application/x-www-form-urlencoded')
    @ApiOperation({ summary: `${of.search}, parameters in the body (FHIR R4)` })
    async allByForm(
      @Req() request: FastifyRequest,
      @Res({ passthrough: true }) reply: FastifyReply,
      @CurrentUser() user: User,
    ): Promise<string> {
      const resource = await this.page(user, baseOf(request), formQueryOf(request), preferenceOf(request));
      return answer(reply, { status: 200, resource });
    }
  }
  return SearchController;
}
