import { actRecorded } from '@wardstream/events';
import { defineService } from '@wardstream/service-kit';
import { AuditModule } from './audit.module.js';
import { auditSettings } from './audit.settings.js';
import { audit } from './persistence/migrations/0001-audit.migration.js';

export const auditService = defineService({
  name: 'audit',
  schema: 'audit',
  summary:
    'Who did or saw what, where from and when: only added to, in a chain of hashes for each facility with signed seals.',
  owns: 'the audit: acts of people and systems, and the seals of their chains',
  port: 8087,
  routes: ['/api/v1/audit', '/fhir/R4/AuditEvent'],
  variables: ['WARDSTREAM_AUDIT_KEY', 'WARDSTREAM_TRUSTED_PROXIES'],
  memory: 256,
  module: AuditModule,
  settings: auditSettings,
  migrations: [audit],
  publishes: [],
  consumes: [actRecorded],
  gatherMs: 500,
});
