import { Inject, Injectable } from '@nestjs/common';
import { newOpaqueId } from '@wardstream/kernel';
import { UnitOfWork } from '@wardstream/persistence';
import { PROCESS_CONFIG, type ProcessConfiguration, Sealer } from '@wardstream/service-kit';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { z } from 'zod';

/** A key signs for so long, and what it signed can be checked for a day more: nothing that it signs is good for longer. */
const SIGNS_DAYS = 90;
const CHECKED_DAYS = SIGNS_DAYS + 1;
const jwkShape = z.looseObject({ kty: z.literal('EC'), kid: z.string(), d: z.string() });

/** The keys that sign tokens, in the database and sealed there: all replicas sign with the newest, and each that still counts is published. */
@Injectable()
export class SigningKeys {
  private readonly sealer: Sealer | null;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    @Inject(PROCESS_CONFIG) process: ProcessConfiguration,
  ) {
    this.sealer = process.authSecret === undefined ? null : new Sealer(process.authSecret, 'keys of the issuer');
  }

  /** The keys that count, the one that signs first; makes one where that is missing or has signed for long enough. Null without a secret. */
  async current(): Promise<JWK[] | null> {
    const { sealer } = this;
    if (sealer === null) return null;
    return this.unitOfWork.run(async (tx) => {
      await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('identity signing keys', 0))`);
      await tx.query('DELETE FROM signing_key WHERE made_at < now() - make_interval(days => $1)', [CHECKED_DAYS]);
      const rows = await tx.query<{ sealed: string; signs: boolean }>(
        `SELECT sealed, made_at > now() - make_interval(days => $1) AS signs FROM signing_key ORDER BY made_at DESC, kid`,
        [SIGNS_DAYS],
      );
      const opened = await Promise.all(
        rows.map(async ({ sealed, signs }) => ({ jwk: jwkShape.safeParse(await sealer.open(sealed)).data, signs })),
      );
      // One that another secret sealed cannot be opened any more.
      const usable = opened.flatMap(({ jwk, signs }) => (jwk === undefined ? [] : [{ jwk: jwk as JWK, signs }]));
      const keys = usable.map(({ jwk }) => jwk);
      if (usable[0]?.signs === true) return keys;
      const made = await newKey();
      await tx.query('INSERT INTO signing_key (kid, sealed) VALUES ($1, $2)', [made.kid, await sealer.seal(made)]);
      return [made, ...keys];
    });
  }
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: newOpaqueId(), alg: 'ES256', use: 'sig' };
}
