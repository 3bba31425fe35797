import { Injectable } from '@nestjs/common';
import type { ActName } from '@wardstream/access';
import { UnitOfWork } from '@wardstream/persistence';
import { Acts, networkOf, type NewAct } from '@wardstream/service-kit';
import type { Account } from '../domain/account.js';
import { passwordFault } from '../domain/password-rules.js';
import { Passwords } from '../passwords/passwords.js';
import { AccountStore } from '../persistence/account-store.js';
import { AttemptStore } from '../persistence/attempt-store.js';

/** Whether name and password belong together. `wait`: too many were wrong, nothing was looked at. */
export type Authenticated =
  | { readonly is: 'right'; readonly account: Account }
  | { readonly is: 'wrong' }
  | { readonly is: 'wait'; readonly seconds: number };

export type PasswordChange =
  Authenticated | { readonly is: 'unfit'; readonly fault: string; readonly account: Account };

/** Looks at names and passwords, and changes passwords for who knows them. */
@Injectable()
export class Authenticate {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly accounts: AccountStore,
    private readonly attempts: AttemptStore,
    private readonly passwords: Passwords,
    private readonly acts: Acts,
  ) {}

  /**
   * Names that there are not, accounts that are disabled or have no password, and wrong passwords are one answer after one time.
   * @throws DomainError 'busy'
   */
  async check(login: string, password: string, address: string): Promise<Authenticated> {
    const network = networkOf(address);
    const attempt = await this.attempts.begin(login, network);
    if ('retryAfterSeconds' in attempt) return { is: 'wait', seconds: attempt.retryAfterSeconds };
    let isRight = false;
    const found = await this.unitOfWork.read((tx) => this.accounts.byLogin(tx, login.trim()));
    const account = found !== null && found.disabledAt === null && found.kind === 'person' ? found : null;
    try {
      isRight = await this.passwords.matches(password, account?.password ?? null);
    } catch (error) {
      await this.attempts.withdraw(attempt.id);
      throw error;
    }
    if (!isRight || account === null) {
      // Whose name it was is kept where there is such an account; what else was typed there may have been a password.
      await this.record('session.refuse', found, address, 'password-wrong');
      return { is: 'wrong' };
    }
    await this.attempts.succeeded(login, network);
    return { is: 'right', account };
  }

  /** Sets another password for who knows the present one. All sessions end: whoever else had it is out. */
  async change(login: string, password: string, next: string, address: string): Promise<PasswordChange> {
    const checked = await this.check(login, password, address);
    if (checked.is !== 'right') return checked;
    const { account } = checked;
    const fault =
      next === password
        ? 'Choose another password than the present one.'
        : passwordFault(next, [account.login, ...account.name.split(/\s+/)]);
    if (fault !== null) return { is: 'unfit', fault, account };
    const hash = await this.passwords.hash(next);
    await this.unitOfWork.run(async (tx) => {
      await this.accounts.setPassword(tx, account.id, hash, false);
      await this.accounts.signOut(tx, account.id);
      await this.acts.record(tx, actOf('user.change-secret', account, address));
    });
    return checked;
  }

  async noteSignIn(account: Account, address: string): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      await this.accounts.noteSignIn(tx, account.id);
      await this.acts.record(tx, actOf('session.begin', account, address));
    });
  }

  private record(act: 'session.refuse', account: Account | null, address: string, code: string): Promise<void> {
    return this.acts.recordAlone({ ...actOf(act, account, address), outcome: 'refused', code });
  }
}

function actOf(act: ActName, account: Account | null, from: string): NewAct {
  const about = account === null ? {} : { about: `user/${account.id}` };
  return { act, subject: account?.id ?? null, roles: account?.roles ?? [], from, ...about };
}
