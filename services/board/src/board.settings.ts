import { fileURLToPath } from 'node:url';
import { list, setting } from '@wardstream/service-kit';
import { z } from 'zod';

/** The built web application, beside this package. */
const builtWebApp = fileURLToPath(new URL('../../board-web/dist', import.meta.url));
const word = z.string().trim().min(1);

export const boardSettings = {
  webDirectory: setting('WARDSTREAM_WEB_DIR', z.string().default(builtWebApp), 'Folder of the built web application.'),
  keepEvents: setting(
    'WARDSTREAM_BOARD_KEEP_EVENTS',
    z.coerce.number().int().min(100).default(50_000),
    'Changes that a stream which is taken up again is sent at most, and things that ended that are kept of a facility for it.',
  ),
  keepMinutes: setting(
    'WARDSTREAM_BOARD_KEEP_MINUTES',
    z.coerce.number().positive().default(60),
    'How long what ended is kept for it, minutes.',
  ),
  sessionIdleMinutes: setting(
    'WARDSTREAM_SESSION_IDLE_MINUTES',
    z.coerce.number().int().min(1).max(1_440).default(30),
    'A session in which nothing is done for so long is over. An open board alone does nothing.',
  ),
  sessionHours: setting(
    'WARDSTREAM_SESSION_HOURS',
    z.coerce.number().min(0.1).max(168).default(12),
    'A session is over after so long, whatever is done in it.',
  ),
  oidcIssuer: setting(
    'WARDSTREAM_OIDC_ISSUER',
    z.url({ protocol: /^https?$/ }).optional(),
    'The OpenID Connect issuer that people sign in by; the service identity unless set.',
  ),
  oidcClientId: setting('WARDSTREAM_OIDC_CLIENT_ID', word.default('wardstream-board'), 'What that issuer knows us by.'),
  oidcClientSecret: setting('WARDSTREAM_OIDC_CLIENT_SECRET', word.optional(), 'The secret of that client.'),
  oidcScope: setting('WARDSTREAM_OIDC_SCOPE', word.default('openid profile'), 'Scopes that are asked for.'),
  oidcRolesClaim: setting(
    'WARDSTREAM_OIDC_ROLES_CLAIM',
    word.default('roles'),
    'The claim of the ID token that tells roles or groups; a path with dots such as realm_access.roles.',
  ),
  oidcRoleMap: setting(
    'WARDSTREAM_OIDC_ROLE_MAP',
    list.optional(),
    'Roles of groups, group=role, comma-separated; without it a group that is called as a role gives that.',
  ),
  oidcFacilitiesClaim: setting(
    'WARDSTREAM_OIDC_FACILITIES_CLAIM',
    word.default('facilities'),
    'The claim that tells facilities; where a person has none, all.',
  ),
  oidcUnitsClaim: setting(
    'WARDSTREAM_OIDC_UNITS_CLAIM',
    word.default('units'),
    'The claim that tells units, as FACILITY/UNIT; where a person has none, all.',
  ),
} as const;
