import type { AccountSecret } from '@wardstream/api-contract';
import { type FormEvent, useState } from 'react';
import { api } from '../commands/api.js';
import { useCommand } from '../commands/use-command.js';
import { t } from '../texts/parts/users.js';
import { GrantsFields } from './grants-fields.js';
import { Refused } from './refused.js';
import { ToldOnce } from './told-once.js';
import type { Grants, User } from './user-shape.js';

/** Adds somebody or a system. What they sign in with is told once, in place of the form. */
export function AddUser({ kind, onAdded, onClose }: { kind: User['kind']; onAdded: () => void; onClose: () => void }) {
  const isPerson = kind === 'person';
  const [grants, setGrants] = useState<Grants>({
    roles: isPerson ? [] : ['department-system'],
    facilities: null,
    units: null,
  });
  const [made, setMade] = useState<AccountSecret | null>(null);
  const { state, run } = useCommand();
  const add = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const body = { kind, login: form.get('login'), name: form.get('name'), ...grants };
    void run(async () => {
      setMade(await api<AccountSecret>('/api/v1/accounts', { method: 'POST', body }));
      onAdded();
      return '';
    });
  };
  if (made !== null) {
    const { login } = made.account;
    const title = isPerson ? t('users.passwordOnce', { login }) : t('users.keyOnce', { login });
    return <ToldOnce title={title} secret={made.secret} onNoted={onClose} />;
  }
  return (
    <form className="user-form" onSubmit={add}>
      <label className="field">
        {t('users.name')}
        <input name="name" maxLength={120} required autoComplete="off" />
      </label>
      <label className="field">
        {t('users.login')}
        <input name="login" maxLength={100} required autoComplete="off" autoCapitalize="none" spellCheck={false} />
      </label>
      <GrantsFields grants={grants} onChange={setGrants} />
      {grants.roles.length === 0 && <p className="user-note">{t('users.noRole')}</p>}
      <Refused state={state} />
      <button type="submit" className="btn primary" disabled={grants.roles.length === 0 || state.at === 'waiting'}>
        {t('users.add')}
      </button>
    </form>
  );
}
