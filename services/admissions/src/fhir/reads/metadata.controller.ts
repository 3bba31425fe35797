import { Get, Req, Res } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { capabilityStatement } from '@wardstream/fhir';
import { Public } from '@wardstream/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answer, baseOf, FhirController } from '../fhir-http.js';

/** When what is served here last became another. */
const SINCE = '2026-11-25';

/** What this server can do by FHIR. Open to anyone: a client reads it before it can know how to sign in, and it tells of nobody. */
@FhirController()
export class MetadataController {
  @Get('metadata')
  @Public()
  @ApiOperation({ summary: 'What is served by FHIR R4 (CapabilityStatement)' })
  metadata(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): string {
    const of = { version: '0.1.0', date: SINCE, subscriptions: true };
    const statement = capabilityStatement({ base: baseOf(request), ...of });
    return answer(reply, { status: 200, resource: statement });
  }
}
