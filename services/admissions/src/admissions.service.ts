import {
  admissionsFeedHeard,
  bedChanged,
  bedStatusReported,
  encounterChanged,
  encounterConflictChanged,
  facilityConfigured,
  messageFailureChanged,
  senderCounted,
} from '@wardstream/events';
import { deliveriesMigration } from '@wardstream/messaging';
import { defineService } from '@wardstream/service-kit';
import { AdmissionsModule } from './admissions.module.js';
import { admissionsSettings } from './admissions.settings.js';
import { mothers } from './persistence/migrations/0015-mothers.migration.js';
import { admissions } from './persistence/migrations/0001-admissions.migration.js';
import { identities } from './persistence/migrations/0002-identities.migration.js';
import { formats } from './persistence/migrations/0003-formats.migration.js';
import { fhir } from './persistence/migrations/0004-fhir.migration.js';
import { senderCounts } from './persistence/migrations/0005-sender-counts.migration.js';
import { senders } from './persistence/migrations/0006-senders.migration.js';
import { replays } from './persistence/migrations/0007-replays.migration.js';
import { subscriptions } from './persistence/migrations/0008-subscriptions.migration.js';
import { visitNumbers } from './persistence/migrations/0010-visit-numbers.migration.js';
import { senderHours } from './persistence/migrations/0011-sender-hours.migration.js';
import { knownBeds } from './persistence/migrations/0012-known-beds.migration.js';
import { encounterSearch } from './persistence/migrations/0013-encounter-search.migration.js';
import { unnumberedFacts } from './persistence/migrations/0018-unnumbered-facts.migration.js';
import { messageFailures } from './persistence/migrations/0019-message-failures.migration.js';
import { heldBeds } from './persistence/migrations/0020-held-beds.migration.js';
import { identityFacts } from './persistence/migrations/0021-identity-facts.migration.js';
import { houseMoves } from './persistence/migrations/0022-house-moves.migration.js';
import { fhirNumbers } from './persistence/migrations/0023-fhir-numbers.migration.js';
import { roomForUpdates } from './persistence/migrations/0024-room-for-updates.migration.js';
import { SenderProfiles } from './senders/sender-profiles.js';

export const admissionsService = defineService({
  name: 'admissions',
  schema: 'admissions',
  summary: 'Takes ADT messages (HL7 v2 over MLLP and HTTP), keeps them, and derives encounters from what they state.',
  module: AdmissionsModule,
  settings: admissionsSettings,
  migrations: [
    admissions,
    identities,
    formats,
    fhir,
    senderCounts,
    senders,
    replays,
    deliveriesMigration,
    subscriptions,
    visitNumbers,
    senderHours,
    knownBeds,
    encounterSearch,
    mothers,
    unnumberedFacts,
    messageFailures,
    heldBeds,
    identityFacts,
    houseMoves,
    fhirNumbers,
    roomForUpdates,
  ],
  publishes: [
    encounterChanged,
    encounterConflictChanged,
    messageFailureChanged,
    bedStatusReported,
    admissionsFeedHeard,
    senderCounted,
  ],
  consumes: [facilityConfigured, bedChanged],
  checks: [SenderProfiles],
});
