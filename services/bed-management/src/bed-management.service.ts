import {
  bedChanged,
  bedConflictChanged,
  bedManagementFeedHeard,
  bedRequestChanged,
  bedStatusReported,
  certaintyChanged,
  cleaningJobChanged,
  encounterChanged,
  facilityConfigured,
  messageFailureChanged,
} from '@wardstream/events';
import { defineService } from '@wardstream/service-kit';
import { BedManagementModule } from './bed-management.module.js';
import { beds } from './persistence/migrations/0001-beds.js';
import { withdrawnFacts } from './persistence/migrations/0002-withdrawn-facts.js';
import { plans } from './persistence/migrations/0003-plans.js';
import { claimsByNumber } from './persistence/migrations/0004-claims-by-number.js';
import { fit } from './persistence/migrations/0005-fit.js';
import { certainty } from './persistence/migrations/0006-certainty.js';
import { families } from './persistence/migrations/0007-families.js';
import { leavesAndFormerPlaces } from './persistence/migrations/0008-leaves-and-former-places.js';
import { roomForUpdates } from './persistence/migrations/0009-room-for-updates.js';
import { pausedCleaning } from './persistence/migrations/0010-paused-cleaning.js';
import { openRequests } from './persistence/migrations/0011-open-requests.js';
import { bedManagementSettings } from './settings.js';

export const bedManagementService = defineService({
  name: 'bed-management',
  schema: 'bed_management',
  summary: 'Facilities, units, rooms and beds; where each bed stands, who it is kept for, and its cleaning.',
  owns: 'facilities, beds derived from stays and bed facts, holds, cleaning jobs',
  port: 8082,
  routes: ['/api/v1/facilities', '/api/v1/bed-conflicts', '/api/v1/replay-check/beds'],
  variables: ['WARDSTREAM_HOSPITAL_FILE'],
  memory: 512,
  module: BedManagementModule,
  settings: bedManagementSettings,
  migrations: [
    beds,
    withdrawnFacts,
    plans,
    claimsByNumber,
    fit,
    certainty,
    families,
    leavesAndFormerPlaces,
    roomForUpdates,
    pausedCleaning,
    openRequests,
  ],
  publishes: [
    facilityConfigured,
    bedChanged,
    certaintyChanged,
    cleaningJobChanged,
    bedConflictChanged,
    bedManagementFeedHeard,
  ],
  consumes: [encounterChanged, bedStatusReported, bedRequestChanged, messageFailureChanged],
});
