import { defineService } from '@wardstream/service-kit';
import { IdentityModule } from './identity.module.js';
import { identitySettings } from './identity.settings.js';
import { identity } from './persistence/migrations/0001-identity.migration.js';
import { accountVersion } from './persistence/migrations/0002-account-version.migration.js';

export const identityService = defineService({
  name: 'identity',
  schema: 'identity',
  summary: 'Signs people in by name and gives systems their tokens: an OpenID Connect issuer for houses without one.',
  owns: 'accounts of people and systems, roles, facilities and units; keys that sign tokens',
  port: 8086,
  routes: ['/identity', '/api/v1/accounts'],
  variables: ['WARDSTREAM_ORIGIN_URL', 'WARDSTREAM_TRUSTED_PROXIES'],
  memory: 256,
  scaling: { processorTime: true },
  module: IdentityModule,
  settings: identitySettings,
  migrations: [identity, accountVersion],
  publishes: [],
  consumes: [],
});
