import { startDemoFeed } from '@wardstream/demo-hospital';
import { issueToken } from '@wardstream/service-kit';
import type { FacilityData } from '@wardstream/events';
import type { StandaloneOptions } from './options.js';
import type { Standalone } from './standalone.js';

const TOKEN_HOURS = 24 * 30;

/** Lets the demo hospital's departments play over the public interfaces of `standalone`. Returns how to stop them. */
export async function startDemo(standalone: Standalone, options: StandaloneOptions): Promise<() => Promise<void>> {
  const secret = standalone.values['WARDSTREAM_AUTH_SECRET'];
  if (secret === undefined)
    throw new Error('the demo hospital signs its own tokens: leave WARDSTREAM_JWKS_URL unset, or use --no-feed');
  const httpBase = `http://127.0.0.1:${standalone.httpPort}`;
  const token = await issueToken(
    { secret, issuer: 'wardstream', audience: 'wardstream' },
    { subject: 'demo:departments', name: 'Departments', roles: ['department-system'] },
    TOKEN_HOURS * 3600,
  );
  const facility = await demoFacility(httpBase, token);
  const feed = await startDemoFeed({
    facility,
    clock: standalone.clock,
    mllp: { host: '127.0.0.1', port: standalone.mllpPort },
    httpBase,
    token,
    cursorFile: standalone.data.file('demo-feed.json'),
    seed: options.seed,
    backfillDays: options.backfillDays,
    logger: standalone.logger,
  });
  return () => feed.stop();
}

async function demoFacility(httpBase: string, token: string): Promise<FacilityData> {
  const answer = await fetch(`${httpBase}/api/v1/facilities/NGH`, { headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(`the demonstration hospital is not configured (HTTP ${answer.status})`);
  return (await answer.json()) as FacilityData;
}
