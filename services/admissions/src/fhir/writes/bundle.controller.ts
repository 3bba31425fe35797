import { Body, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiProduces } from '@nestjs/swagger';
import { Allow, CurrentUser, NoAct, TakesBody, type User } from '@wardstream/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answer, baseOf, FHIR_JSON, FhirController, jsonOf, preferenceOf } from '../fhir-http.js';
import { WriteBundle } from './write-bundle.js';

/** Bundles by FHIR R4. */
@FhirController()
@Allow('message.send')
@TakesBody('intake')
@NoAct('What was sent is kept as it came, with its sender and when it came, and is found among the messages.')
@ApiConsumes(FHIR_JSON)
@ApiProduces(FHIR_JSON)
export class BundleController {
  constructor(private readonly bundles: WriteBundle) {}

  /** A transaction of Encounters, Patients and Locations (POST, PUT): all of it is taken, or nothing. */
  @Post()
  @HttpCode(200)
  @ApiBody({ schema: { type: 'object' } })
  @ApiOperation({ summary: 'A transaction (FHIR R4)' })
  async transaction(
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() user: User,
  ): Promise<string> {
    const base = baseOf(request);
    const resource = await this.bundles.transaction({ client: user.subject, base, body: jsonOf(body) });
    return answer(reply, preferenceOf(request).returns === 'minimal' ? { status: 200 } : { status: 200, resource });
  }

  /** A notification of an admission, a transfer or a discharge (Da Vinci Unsolicited Notifications), or the same by its HL7 v2 event. */
  @Post('$process-message')
  @HttpCode(200)
  @ApiBody({ schema: { type: 'object' } })
  @ApiOperation({ summary: 'An ADT notification message (FHIR R4)' })
  async message(
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentUser() user: User,
  ): Promise<string> {
    const base = baseOf(request);
    const resource = await this.bundles.message({ client: user.subject, base, body: jsonOf(body) });
    return answer(reply, { status: 200, resource });
  }
}
