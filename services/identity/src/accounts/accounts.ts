import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AddAccount, ChangeAccount } from '@wardstream/api-contract';
import { DomainError, newId } from '@wardstream/kernel';
import { type Tx, UnitOfWork } from '@wardstream/persistence';
import { noteAct, type User } from '@wardstream/service-kit';
import type { Account } from '../domain/account.js';
import { digestOfKey } from '../issuer/issuer.js';
import { madeUpPassword, Passwords } from '../passwords/passwords.js';
import { AccountStore } from '../persistence/account-store.js';

/** An account with what is told once. */
export interface WithSecret {
  readonly account: Account;
  readonly secret: string;
}

/** What an administrator does with accounts. Whatever changes what somebody may do ends their sessions in the same transaction. */
@Injectable()
export class Accounts {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly store: AccountStore,
    private readonly passwords: Passwords,
  ) {}

  list(): Promise<Account[]> {
    return this.unitOfWork.read((tx) => this.store.list(tx));
  }

  /** @throws DomainError 'login-taken' */
  async add(of: AddAccount): Promise<WithSecret> {
    const id = newId();
    const isPerson = of.kind === 'person';
    const secret = isPerson ? madeUpPassword() : newKey();
    const password = isPerson ? await this.passwords.hash(secret) : null;
    noteAct({ about: `user/${id}` });
    return this.unitOfWork.run(async (tx) => {
      if (!(await this.store.add(tx, { ...of, id, password, mustChange: isPerson })))
        throw new DomainError('conflict', 'login-taken', 'Somebody signs in with this name already.');
      if (!isPerson) await this.store.addKey(tx, id, digestOfKey(secret), 0);
      return { account: await this.found(tx, id), secret };
    });
  }

  /** @throws DomainError 'account-unknown', 'version-moved', 'last-administrator', 'own-account' */
  change(id: string, { version, ...change }: ChangeAccount, by: User): Promise<Account> {
    return this.unitOfWork.run(async (tx) => {
      await this.store.lock(tx);
      const before = await this.found(tx, id);
      if (version !== undefined && version !== before.version)
        throw new DomainError('conflict', 'version-moved', 'The account has changed since it was looked at.', {
          version: before.version,
        });
      const isDisabled = change.disabled ?? before.disabledAt !== null;
      const next = { ...before, ...change };
      if (isDisabled && before.disabledAt === null && by.subject === id)
        throw new DomainError('conflict', 'own-account', 'Nobody disables the account that they are signed in with.');
      const stays = !isDisabled && next.roles.includes('administrator') && next.facilities === null;
      if (!stays && manages(before) && !(await this.store.hasOtherAdministrator(tx, id)))
        throw new DomainError('conflict', 'last-administrator', 'Without this one nobody could manage accounts.');
      await this.store.change(tx, next, isDisabled);
      await this.store.signOut(tx, id);
      return this.found(tx, id);
    });
  }

  /** A first password for who has lost theirs. @throws DomainError 'account-unknown', 'not-a-person' */
  async resetPassword(id: string): Promise<WithSecret> {
    const secret = madeUpPassword();
    const hash = await this.passwords.hash(secret);
    return this.unitOfWork.run(async (tx) => {
      const { kind } = await this.found(tx, id);
      if (kind !== 'person') throw new DomainError('conflict', 'not-a-person', 'A system has keys and no password.');
      await this.store.setPassword(tx, id, hash, true);
      await this.store.signOut(tx, id);
      return { account: await this.found(tx, id), secret };
    });
  }

  /** A further key for a system; those before it are good for some hours yet, so that it can be changed there without a gap. */
  makeKey(id: string, othersEndAfterHours: number): Promise<WithSecret> {
    const secret = newKey();
    return this.unitOfWork.run(async (tx) => {
      const account = await this.found(tx, id);
      if (account.kind !== 'system')
        throw new DomainError('conflict', 'not-a-system', 'A person has a password and no keys.');
      await this.store.addKey(tx, id, digestOfKey(secret), othersEndAfterHours);
      return { account: await this.found(tx, account.id), secret };
    });
  }

  /** Ends one key of a system at once; another repeats it in vain. @throws DomainError 'account-unknown', 'key-unknown' */
  revokeKey(id: string, key: string): Promise<Account> {
    return this.unitOfWork.run(async (tx) => {
      await this.found(tx, id);
      if (!(await this.store.endKey(tx, id, key)))
        throw new DomainError('not-found', 'key-unknown', 'The account has no such key that is good.');
      return this.found(tx, id);
    });
  }

  /** Ends all sessions of somebody. @throws DomainError 'account-unknown' */
  signOut(id: string): Promise<Account> {
    return this.unitOfWork.run(async (tx) => {
      const account = await this.found(tx, id);
      await this.store.signOut(tx, id);
      return account;
    });
  }

  private async found(tx: Tx, id: string): Promise<Account> {
    const found = await this.store.byId(tx, id);
    if (found === null) throw new DomainError('not-found', 'account-unknown', 'There is no such account.');
    return found;
  }
}

const newKey = (): string => randomBytes(32).toString('base64url');
const manages = ({ kind, roles, facilities, disabledAt }: Account): boolean =>
  kind === 'person' && disabledAt === null && facilities === null && roles.includes('administrator');
