import { setting } from '@wardstream/service-kit';
import { z } from 'zod';

export const identitySettings = {
  firstAccounts: setting(
    'WARDSTREAM_FIRST_ACCOUNTS',
    z.enum(['none', 'administrator', 'demo']).default('none'),
    'Accounts that are made where there is none at all: an administrator whose first password must be changed, or one for each role of the demonstration.',
  ),
  firstPassword: setting(
    'WARDSTREAM_FIRST_PASSWORD',
    z.string().min(12, 'at least 12 characters').optional(),
    'First password of the first accounts; made up and told once unless set.',
  ),
  boardUrl: setting(
    'WARDSTREAM_ORIGIN_URL',
    z.url().optional(),
    'Where the origin answers inside the house, to be told at once whose sessions are over.',
  ),
} as const;
