import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Role } from '@wardstream/access';
import { newId } from '@wardstream/kernel';
import { UnitOfWork } from '@wardstream/persistence';
import { CONFIG, type ConfigOf } from '@wardstream/service-kit';
import type { identitySettings } from '../identity.settings.js';
import { madeUpPassword, Passwords } from '../passwords/passwords.js';
import { AccountStore } from '../persistence/account-store.js';

export interface FirstAccount {
  readonly login: string;
  readonly password: string;
  readonly roles: readonly Role[];
}

interface Wanted {
  readonly login: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly units?: readonly string[];
}

/** One of each role of the demonstration hospital, called as the role. */
const ofTheDemo: readonly Wanted[] = [
  { login: 'bed-manager', name: 'Bea Manning', roles: ['bed-manager'] },
  { login: 'operations-manager', name: 'Olu Mbeki', roles: ['operations-manager'] },
  { login: 'ward-nurse', name: 'Wanda Norris', roles: ['ward-nurse'], units: ['NGH/4A'] },
  { login: 'charge-nurse', name: 'Chika Nnadi', roles: ['charge-nurse'], units: ['NGH/4A', 'NGH/4C'] },
  { login: 'housekeeper', name: 'Hugo Keller', roles: ['housekeeper'] },
  { login: 'housekeeping-supervisor', name: 'Hana Sato', roles: ['housekeeping-supervisor'] },
  { login: 'porter', name: 'Piet Oster', roles: ['porter'] },
  { login: 'interface-engineer', name: 'Ines Ferro', roles: ['interface-engineer'] },
  { login: 'auditor', name: 'Audra Torres', roles: ['auditor'] },
  { login: 'administrator', name: 'Adi Minster', roles: ['administrator'] },
];
const administrator: Wanted = { login: 'administrator', name: 'Administrator', roles: ['administrator'] };

/** Makes the first accounts where there is none at all, so that somebody can sign in and make others. */
@Injectable()
export class FirstAccounts implements OnApplicationBootstrap {
  private readonly made: FirstAccount[] = [];

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly accounts: AccountStore,
    private readonly passwords: Passwords,
    @Inject(CONFIG) private readonly config: ConfigOf<typeof identitySettings>,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { firstAccounts, firstPassword } = this.config;
    if (firstAccounts === 'none' && firstPassword === undefined) return;
    const isDemo = firstAccounts === 'demo';
    const wanted = isDemo ? ofTheDemo : [administrator];
    // One for all of the demonstration: it guards nothing, and one is remembered.
    const password = firstPassword ?? madeUpPassword();
    const hash = await this.passwords.hash(password);
    await this.unitOfWork.run(async (tx) => {
      await this.accounts.lock(tx);
      if (!(await this.accounts.isEmpty(tx))) return;
      for (const of of wanted) {
        const account = { ...of, id: newId(), kind: 'person' as const, facilities: null, units: of.units ?? null };
        await this.accounts.add(tx, { ...account, password: hash, mustChange: !isDemo });
        this.made.push({ login: of.login, password, roles: of.roles });
      }
    });
  }

  /** Those that were made by this start; told once, and then forgotten here. */
  take(): FirstAccount[] {
    return this.made.splice(0);
  }
}
