import { setting } from '@wardstream/service-kit';
import { z } from 'zod';

export const bedManagementSettings = {
  hospitalFile: setting(
    'WARDSTREAM_HOSPITAL_FILE',
    z.string().optional(),
    'The hospital file (docs/hospital-file.md). Without it the facilities stay as they were configured last.',
  ),
  reservationMinutes: setting(
    'WARDSTREAM_RESERVATION_MINUTES',
    z.coerce.number().int().min(1).max(1440).default(60),
    'How long a reservation lasts that does not say until when.',
  ),
  planGraceMinutes: setting(
    'WARDSTREAM_PLAN_GRACE_MINUTES',
    z.coerce.number().int().min(0).max(10_080).default(240),
    'How long the bed of a pending admission or transfer is kept after the time at which that is expected.',
  ),
  planHoldMinutes: setting(
    'WARDSTREAM_PLAN_HOLD_MINUTES',
    z.coerce.number().int().min(1).max(10_080).default(1440),
    'How long it is kept after the announcement where nothing says when it is expected.',
  ),
  planLeadMinutes: setting(
    'WARDSTREAM_PLAN_LEAD_MINUTES',
    z.coerce.number().int().min(0).max(10_080).default(1440),
    'How long before the expected time a bed begins to be kept for it.',
  ),
} as const;
