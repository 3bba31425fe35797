import { Injectable } from '@nestjs/common';
import { newOpaqueId } from '@wardstream/kernel';
import { UnitOfWork } from '@wardstream/persistence';

/** Which process of several runs the ticks. Times are real: the lease has nothing to do with the hospital's clock. */
@Injectable()
export class TickLease {
  private readonly holder = newOpaqueId();

  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** Takes or keeps the lease for `seconds`; false while another process has it. */
  async hold(seconds: number): Promise<boolean> {
    const rows = await this.unitOfWork.query<{ holder: string }>(
      `INSERT INTO tick_lease AS l (name, holder, until) VALUES ('tick', $1, now() + make_interval(secs => $2))
       ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
         WHERE l.holder = excluded.holder OR l.until < now()
       RETURNING holder`,
      [this.holder, seconds],
    );
    return rows.length > 0;
  }

  /** Lets another process take over at once. */
  async release(): Promise<void> {
    await this.unitOfWork.query(`DELETE FROM tick_lease WHERE name = 'tick' AND holder = $1`, [this.holder]);
  }
}
