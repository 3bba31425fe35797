import { setTimeout as sleep } from 'node:timers/promises';
import { allStaff, startDemoFeed, startStaff, type StaffMember } from '@wardstream/demo-hospital';
import { issueToken, type Role } from '@wardstream/service-kit';
import type { FacilityData } from '@wardstream/events';
import { DemoClock } from './demo-clock.js';
import type { StandaloneOptions } from './options.js';
import type { Standalone } from './standalone.js';

const TOKEN_HOURS = 24 * 30;

/** The demo at work. */
export interface Demo {
  /** Resolves when the days before now have been played and read, or after `MOST_WAIT_MS`: then the boards say themselves how far they are. */
  readonly played: Promise<void>;
  stop(): Promise<void>;
}

/** A slow machine plays the days before now for minutes; a demo that is shown before that shows a past in which nobody works. */
const MOST_WAIT_MS = 600_000;

/** Lets the demo hospital's departments and staff work over the public interfaces of `standalone`. */
export async function startDemo(standalone: Standalone, options: StandaloneOptions): Promise<Demo> {
  const secret = standalone.values['WARDSTREAM_AUTH_SECRET'];
  if (secret === undefined)
    throw new Error('the demo hospital signs its own tokens: leave WARDSTREAM_JWKS_URL unset, or use --no-feed');
  const httpBase = `http://127.0.0.1:${standalone.httpPort}`;
  const issue = (subject: string, name: string, role: Role) =>
    issueToken(
      { secret, issuer: 'wardstream', audience: 'wardstream' },
      { subject, name, roles: [role] },
      TOKEN_HOURS * 3600,
    );
  const token = await issue('demo:departments', 'Departments', 'department-system');
  const tokens = new Map<string, string>();
  for (const { id, name, role } of allStaff) tokens.set(id, await issue(id, name, role));
  const tokenOf = ({ id }: StaffMember): string => tokens.get(id)!;
  const { clock, logger, data } = standalone;
  const facility = await demoFacility(httpBase, token);
  const feed = await startDemoFeed({
    facility,
    clock,
    mllp: { host: '127.0.0.1', port: standalone.mllpPort },
    httpBase,
    token,
    tokenOf,
    cursorFile: data.file('demo-feed.json'),
    seed: options.seed,
    backfillDays: options.backfillDays,
    logger,
  });
  let stopStaff: () => Promise<void> = () => Promise.resolve();
  let stopping = false;
  void feed.caughtUp.then(() => {
    if (!stopping) stopStaff = startStaff({ facility, clock, httpBase, tokenOf, seed: options.seed });
  });
  return {
    played: Promise.race([
      feed.caughtUp.then(() => standalone.untilServed()),
      sleep(MOST_WAIT_MS, undefined, { ref: false }),
    ]).then(() => {
      if (clock instanceof DemoClock) clock.run();
    }),
    stop: async () => {
      stopping = true;
      await stopStaff();
      await feed.stop();
    },
  };
}

async function demoFacility(httpBase: string, token: string): Promise<FacilityData> {
  const answer = await fetch(`${httpBase}/api/v1/facilities/NGH`, { headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(`the demonstration hospital is not configured (HTTP ${answer.status})`);
  return (await answer.json()) as FacilityData;
}
