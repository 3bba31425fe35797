import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { operationOutcome } from '@wardstream/fhir';
import type { FastifyReply } from 'fastify';
import { FhirRefusal } from './fhir-refusal.js';

/** Answers a FhirRefusal as an OperationOutcome. Everything else goes the way of all errors, and `FhirTransport` puts it into FHIR. */
@Catch(FhirRefusal)
export class FhirRefusalFilter implements ExceptionFilter<FhirRefusal> {
  catch({ status, issues }: FhirRefusal, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    void reply
      .status(status)
      .type('application/fhir+json; charset=utf-8')
      .send(JSON.stringify(operationOutcome(issues)));
  }
}
