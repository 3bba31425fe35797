import { sealingKey } from '@wardstream/audit-model';
import { setting } from '@wardstream/service-kit';
import { z } from 'zod';

export const auditSettings = {
  key: setting(
    'WARDSTREAM_AUDIT_KEY',
    z.string().transform((text, context) => {
      try {
        return sealingKey(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as Error).message });
        return z.NEVER;
      }
    }),
    'Private Ed25519 key that seals the audit: PKCS #8, as base64 of its DER or as PEM. A standalone makes its own.',
  ),
  keepDays: setting(
    'WARDSTREAM_AUDIT_KEEP_DAYS',
    z.coerce.number().int().min(31).default(2_192),
    'How long acts are kept, days: six years. They go by whole months, once the last of the month is older.',
  ),
} as const;
