import { All, Get, Req } from '@nestjs/common';
import { ApiExcludeEndpoint } from '@nestjs/swagger';
import { Allow, KeepsToFacilities, NoAct } from '@wardstream/service-kit';
import type { FastifyRequest } from 'fastify';
import { FhirController, FHIR_PATH } from './fhir-http.js';
import { FhirRefusal } from './fhir-refusal.js';

const served: ReadonlySet<string> = new Set(['Encounter', 'Patient', 'Location', 'Subscription', 'metadata', '']);

/** Everything below `/fhir/R4` that no other controller answers. */
@FhirController()
@Allow('board.read')
@KeepsToFacilities('none')
export class UnservedController {
  @Get()
  @ApiExcludeEndpoint()
  base(@Req() request: FastifyRequest): never {
    return this.unserved(request);
  }

  @All('*')
  @NoAct('Answers nothing but that there is nothing.')
  @ApiExcludeEndpoint()
  unserved(@Req() request: FastifyRequest): never {
    const [type = ''] = request.url.slice(FHIR_PATH.length + 2).split(/[/?]/, 1);
    if (served.has(type)) {
      throw FhirRefusal.of(405, 'not-supported', 'This interaction is not served; /fhir/R4/metadata says which are');
    }
    throw FhirRefusal.of(
      404,
      'not-supported',
      'Resources of this type are not served; /fhir/R4/metadata says which are',
    );
  }
}
