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
} as const;
