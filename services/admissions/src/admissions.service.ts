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
import { INBOUND_TOPIC } from '@wardstream/events/inbound';
import { deliveriesMigration } from '@wardstream/delivery';
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
import { feedsTold } from './persistence/migrations/0025-feeds-told.migration.js';
import { lanes } from './persistence/migrations/0026-lanes.migration.js';
import { unknownCombinations } from './persistence/migrations/0027-unknown-combinations.migration.js';
import { subscriptionsVersion } from './persistence/migrations/0028-subscriptions-version.migration.js';
import { patientTerms } from './persistence/migrations/0029-patient-terms.migration.js';
import { patientTermsOfBefore } from './persistence/migrations/0030-patient-terms-of-before.migration.js';
import { patientRef } from './persistence/migrations/0031-patient-ref.migration.js';
import { termsWhenChanged } from './persistence/migrations/0032-terms-when-changed.migration.js';
import { termsAtOnce } from './persistence/migrations/0033-terms-at-once.migration.js';
import { MOVEMENTS_GROUP, SenderProfiles } from './inbound/index.js';

export const admissionsService = defineService({
  name: 'admissions',
  schema: 'admissions',
  summary: 'Takes ADT messages (HL7 v2 over MLLP and HTTP), keeps them, and derives encounters from what they state.',
  owns: 'raw messages, facts, encounters derived from them, quarantine, sender profiles, forwarding',
  port: 8081,
  mllpPort: 2575,
  routes: [
    '/api/v1/adt',
    '/api/v1/events',
    '/api/v1/messages',
    '/api/v1/quarantine',
    '/api/v1/encounters',
    '/api/v1/encounter-conflicts',
    '/api/v1/senders',
    '/api/v1/destinations',
    '/api/v1/replay-check',
    '/api/v1/facilities/{facility}/encounters',
    '/api/v1/facilities/{facility}/patients',
    '/fhir/R4',
  ],
  // It writes links of FHIR: by which name and scheme the caller came, the origin says, which it has to trust.
  variables: ['WARDSTREAM_MLLP_PORT', 'WARDSTREAM_SENDERS_FILE', 'WARDSTREAM_TRUSTED_PROXIES'],
  memory: 512,
  // Intake works before there is an event that could lag.
  scaling: { otherGroups: [{ group: MOVEMENTS_GROUP, topic: INBOUND_TOPIC }], processorTime: true },
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
    feedsTold,
    lanes,
    unknownCombinations,
    subscriptionsVersion,
    patientTerms,
    patientTermsOfBefore,
    patientRef,
    termsWhenChanged,
    termsAtOnce,
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
  gatherMs: 100,
  checks: [SenderProfiles],
});
