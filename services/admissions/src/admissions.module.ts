import { Module, type Provider, type Type } from '@nestjs/common';
import { directoryRoom } from './directory/index.js';
import { encountersRoom } from './encounters/index.js';
import { fhirRoom } from './fhir/index.js';
import { inboundRoom } from './inbound/index.js';
import { operationsRoom } from './operations/index.js';
import { outboundRoom } from './outbound/index.js';

const rooms = [directoryRoom, encountersRoom, inboundRoom, fhirRoom, outboundRoom, operationsRoom];

@Module({
  controllers: rooms.flatMap((room): Type<unknown>[] => room.controllers),
  providers: rooms.flatMap((room): Provider[] => room.providers),
})
export class AdmissionsModule {}
