import { Module } from '@nestjs/common';
import { Accounts } from './accounts/accounts.js';
import { AccountsController } from './accounts/accounts.controller.js';
import { FirstAccounts } from './accounts/first-accounts.js';
import { Issuer } from './issuer/issuer.js';
import { IssuerMount } from './issuer/issuer-mount.js';
import { PayloadStore } from './issuer/payload-store.js';
import { SigningKeys } from './issuer/signing-keys.js';
import { Passwords } from './passwords/passwords.js';
import { AccountStore } from './persistence/account-store.js';
import { AttemptStore } from './persistence/attempt-store.js';
import { Authenticate } from './sign-in/authenticate.js';
import { SignInController } from './sign-in/sign-in.controller.js';
import { SignOuts } from './sign-outs/sign-outs.js';

@Module({
  controllers: [SignInController, AccountsController],
  providers: [
    ...[AccountStore, AttemptStore, PayloadStore, Passwords],
    ...[Accounts, FirstAccounts, Authenticate],
    ...[SigningKeys, Issuer, IssuerMount, SignOuts],
  ],
})
export class IdentityModule {}
