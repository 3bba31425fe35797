import { Body, Controller, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  account,
  accountKey,
  accountList,
  accountSecret,
  type AddAccount,
  addAccount,
  type ChangeAccount,
  changeAccount,
  type MakeKey,
  makeKey,
} from '@wardstream/api-contract';
import { Act, Allow, Answers, CurrentUser, type User } from '@wardstream/service-kit';
import type { Account } from '../domain/account.js';
import { Accounts, type WithSecret } from './accounts.js';

const iso = (at: string): string => new Date(at).toISOString();

/** Without what is no business of whoever asks: its password. */
const shown = ({ id, kind, login, name, roles, facilities, units, mustChange, ...times }: Account) => ({
  ...{ id, kind, login, name, mustChange },
  roles: [...roles],
  facilities: facilities === null ? null : [...facilities],
  units: units === null ? null : [...units],
  disabledAt: times.disabledAt?.toISOString() ?? null,
  createdAt: times.createdAt.toISOString(),
  signedInAt: times.signedInAt?.toISOString() ?? null,
  version: times.version,
  keys: times.keys.map(({ id: key, madeAt, endsAt }) => ({
    ...{ id: key, madeAt: iso(madeAt), endsAt: endsAt === null ? null : iso(endsAt) },
  })),
});
const withSecret = (of: WithSecret) => ({ account: shown(of.account), secret: of.secret });

@ApiTags('accounts')
@Controller('api/v1/accounts')
export class AccountsController {
  constructor(private readonly accounts: Accounts) {}

  /** Who can sign in, systems after people. */
  @Get()
  @Answers(accountList)
  @Allow('account.read')
  async list() {
    return { items: (await this.accounts.list()).map(shown) };
  }

  /** Its first password, or for a system its key, is in the answer and nowhere else. */
  @Post()
  @HttpCode(201)
  @Answers(accountSecret, 201)
  @Act('user.create')
  @Allow('account.change')
  async add(@Body({ schema: addAccount }) of: AddAccount) {
    return withSecret(await this.accounts.add(of));
  }

  /** Ends their sessions: they come again with what holds then. With `version`, 409 `version-moved` where somebody else changed them since. */
  @Patch(':id')
  @Answers(account)
  @Act('user.change')
  @Allow('account.change')
  async change(
    @Param('id') id: string,
    @Body({ schema: changeAccount }) change: ChangeAccount,
    @CurrentUser() user: User,
  ) {
    return shown(await this.accounts.change(id, change, user));
  }

  /** A first password for who has lost theirs; it is changed at the next sign-in. */
  @Post(':id/password')
  @HttpCode(200)
  @Answers(accountSecret)
  @Act('user.change-secret')
  @Allow('account.change')
  async resetPassword(@Param('id') id: string) {
    return withSecret(await this.accounts.resetPassword(id));
  }

  /** A further key for a system. */
  @Post(':id/keys')
  @HttpCode(200)
  @Answers(accountSecret)
  @Act('user.change-secret')
  @Allow('account.change')
  async makeKey(@Param('id') id: string, @Body({ schema: makeKey }) { othersEndAfterHours }: MakeKey) {
    return withSecret(await this.accounts.makeKey(id, othersEndAfterHours));
  }

  /** Ends one key of a system at once. A token that it was given for ends by itself, ten minutes later at most. */
  @Post(':id/keys/:key/revoke')
  @HttpCode(200)
  @Answers(account)
  @Act('user.change-secret')
  @Allow('account.change')
  async revokeKey(@Param('id') id: string, @Param('key', { schema: accountKey }) key: string) {
    return shown(await this.accounts.revokeKey(id, key));
  }

  /** Ends all sessions of somebody, on whatever device. */
  @Post(':id/sign-out')
  @HttpCode(200)
  @Answers(account)
  @Act('session.revoke')
  @Allow('account.change')
  async signOut(@Param('id') id: string) {
    return shown(await this.accounts.signOut(id));
  }
}
