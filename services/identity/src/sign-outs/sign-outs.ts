import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { newOpaqueId, systemClock } from '@wardstream/kernel';
import { UnitOfWork } from '@wardstream/persistence';
import {
  CONFIG,
  type ConfigOf,
  LOGGER,
  type Logger,
  ownIssuerOf,
  PROCESS_CONFIG,
  type ProcessConfiguration,
} from '@wardstream/service-kit';
import { importJWK, SignJWT } from 'jose';
import type { identitySettings } from '../identity.settings.js';
import { BOARD_CLIENT } from '../issuer/issuer.js';
import { SigningKeys } from '../issuer/signing-keys.js';

const LOOK_EVERY_MS = 1_000;
const AGAIN_AFTER_S = 5;
const AT_ONCE = 50;
/** No session lives for longer. */
const KEPT_DAYS = 8;

/**
 * Tells the board whose sessions are over, as OpenID Connect Back-Channel Logout 1.0 says, until it has taken it: at least once, and saying
 * it again does no harm. The board asks by itself every few minutes, too.
 */
@Injectable()
export class SignOuts implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private isSending = false;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly keys: SigningKeys,
    @Inject(CONFIG) private readonly config: ConfigOf<typeof identitySettings>,
    @Inject(PROCESS_CONFIG) private readonly process: ProcessConfiguration,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    if (this.config.boardUrl === undefined) return;
    this.timer = setInterval(() => void this.send(), LOOK_EVERY_MS);
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async send(): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    try {
      // Claimed for a moment: another replica goes on if this one ends amid it.
      const due = await this.unitOfWork.query<{ id: string; accountId: string; atMs: number }>(
        `WITH due AS (UPDATE sign_out SET next_try_at = now() + make_interval(secs => $1)
           WHERE id IN (SELECT id FROM sign_out WHERE next_try_at <= now() ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED)
           RETURNING id, account_id, at)
         SELECT id::text, account_id AS "accountId", (extract(epoch FROM at) * 1000)::float8 AS "atMs" FROM due`,
        [AGAIN_AFTER_S, AT_ONCE],
      );
      for (const { id, accountId, atMs } of due) {
        await this.tell(accountId, atMs);
        await this.unitOfWork.query('DELETE FROM sign_out WHERE id = $1', [id]);
      }
      if (due.length > 0)
        await this.unitOfWork.query('DELETE FROM sign_out WHERE at < now() - make_interval(days => $1)', [KEPT_DAYS]);
    } catch (err) {
      this.logger.warn({ err }, 'the board could not be told whose sessions are over; it is told again');
    } finally {
      this.isSending = false;
    }
  }

  private async tell(accountId: string, beganBeforeMs: number): Promise<void> {
    const [key] = (await this.keys.current()) ?? [];
    if (key === undefined) return;
    const at = Math.floor(systemClock.nowMs() / 1000);
    const token = await new SignJWT({
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      // Whoever changed their password is signing in with it already.
      began_before_ms: beganBeforeMs,
    })
      .setProtectedHeader({ alg: 'ES256', kid: key.kid!, typ: 'logout+jwt' })
      .setIssuer(ownIssuerOf(this.process))
      .setAudience(BOARD_CLIENT)
      .setSubject(accountId)
      .setJti(newOpaqueId())
      .setIssuedAt(at)
      .setExpirationTime(at + 120)
      .sign(await importJWK(key, 'ES256'));
    const answer = await fetch(new URL('/api/v1/session/ended', this.config.boardUrl), {
      method: 'POST',
      body: new URLSearchParams({ logout_token: token }),
      signal: AbortSignal.timeout(5_000),
    });
    await answer.body?.cancel();
    if (!answer.ok) throw new Error(`the board answered ${answer.status}`);
  }
}
