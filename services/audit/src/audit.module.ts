import { Module } from '@nestjs/common';
import { AuditEventController } from './fhir/audit-event.controller.js';
import { AuditController } from './reads/audit.controller.js';
import { FindActs } from './reads/find-acts.js';
import { ActsConsumer } from './recording/acts.consumer.js';
import { AppendActs } from './recording/append-acts.js';
import { Retention } from './retention/retention.js';

@Module({
  controllers: [ActsConsumer, AuditController, AuditEventController],
  providers: [AppendActs, FindActs, Retention],
})
export class AuditModule {}
