import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@wardstream/persistence';
import type { Adapter, AdapterPayload } from 'oidc-provider';

interface Row {
  readonly payload: AdapterPayload;
  readonly consumedAt: number | null;
}

const columns = `payload, extract(epoch FROM consumed_at)::int AS "consumedAt"`;

/** What the issuer must remember (codes, grants, sessions, refresh tokens), in one table for all kinds. What has expired is not found. */
@Injectable()
export class PayloadStore {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  adapter(kind: string): Adapter {
    const { unitOfWork } = this;
    const found = async (where: string, value: string): Promise<AdapterPayload | undefined> => {
      const sql = `SELECT ${columns} FROM issuer_payload WHERE kind = $1 AND ${where} = $2 AND expires_at > now()`;
      const [row] = await unitOfWork.query<Row>(sql, [kind, value]);
      if (row === undefined) return undefined;
      return row.consumedAt === null ? row.payload : { ...row.payload, consumed: row.consumedAt };
    };
    return {
      upsert: async (id, payload, expiresIn) => {
        await unitOfWork.query(
          `INSERT INTO issuer_payload (kind, id, payload, grant_id, uid, expires_at)
           VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))
           ON CONFLICT (kind, id) DO UPDATE SET payload = excluded.payload, grant_id = excluded.grant_id,
             uid = excluded.uid, expires_at = excluded.expires_at`,
          [kind, id, JSON.stringify(payload), payload.grantId ?? null, payload.uid ?? null, expiresIn],
        );
      },
      find: (id) => found('id', id),
      findByUid: (uid) => found('uid', uid),
      // No flow with user codes is offered.
      findByUserCode: () => Promise.resolve(undefined),
      consume: async (id) => {
        await unitOfWork.query('UPDATE issuer_payload SET consumed_at = now() WHERE kind = $1 AND id = $2', [kind, id]);
      },
      destroy: async (id) => {
        await unitOfWork.query('DELETE FROM issuer_payload WHERE kind = $1 AND id = $2', [kind, id]);
      },
      revokeByGrantId: async (grantId) => {
        await unitOfWork.query('DELETE FROM issuer_payload WHERE grant_id = $1', [grantId]);
      },
    };
  }

  async sweep(): Promise<void> {
    await this.unitOfWork.query('DELETE FROM issuer_payload WHERE expires_at < now()');
  }
}
