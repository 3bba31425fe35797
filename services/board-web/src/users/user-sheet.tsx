import type { AccountSecret } from '@wardstream/api-contract';
import { type FormEvent, useState } from 'react';
import { api, Problem } from '../commands/api.js';
import { useCommand } from '../commands/use-command.js';
import { t } from '../texts/parts/users.js';
import { GrantsFields } from './grants-fields.js';
import { Refused } from './refused.js';
import { ToldOnce } from './told-once.js';
import { UserKeys } from './user-keys.js';
import type { Grants, User } from './user-shape.js';

/** What asks for a second press, and says before what it comes to. */
interface Step {
  readonly label: string;
  readonly effect: string;
  readonly perform: () => Promise<string>;
}

/** One user: their name, what they may do and where, and what an administrator does with their sign-in. */
export function UserSheet({ user, onChanged }: { user: User; onChanged: () => void }) {
  const [step, setStep] = useState<Step | null>(null);
  const [told, setTold] = useState<{ readonly title: string; readonly secret: string } | null>(null);
  const { state, run } = useCommand();
  const isPerson = user.kind === 'person';
  const path = `/api/v1/accounts/${user.id}`;
  const send = <T,>(below: string, body: object = {}, method = 'POST') =>
    api<T>(`${path}${below}`, { method, body }).finally(onChanged);
  /** Held to what was seen: who changes somebody sees what another administrator did meanwhile first. */
  const change = async (body: object, done: string): Promise<string> => {
    try {
      await send('', { ...body, version: user.version }, 'PATCH');
      return done;
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'version-moved') throw error;
      throw new Problem(error.status, error.code, t('users.moved'));
    }
  };
  const withSecret = async (below: string, title: string, body: object = {}): Promise<string> => {
    const { secret } = await send<AccountSecret>(below, body);
    setTold({ title, secret });
    return '';
  };
  const { login } = user;
  const locked = user.disabledAt !== null;
  const steps: readonly Step[] = [
    {
      label: locked ? t('users.unlock') : t('users.lock'),
      effect: locked ? t('users.unlockEffect') : t('users.lockEffect'),
      perform: () => change({ disabled: !locked }, locked ? t('users.unlockedNow') : t('users.lockedNow')),
    },
    ...(isPerson
      ? [
          {
            label: t('users.newPassword'),
            effect: t('users.newPasswordEffect'),
            perform: () => withSecret('/password', t('users.passwordOnce', { login })),
          },
          {
            label: t('users.endSessions'),
            effect: t('users.endSessionsEffect'),
            perform: () => send('/sign-out').then(() => t('users.sessionsEnded')),
          },
        ]
      : []),
  ];
  const revoke = (key: string): Step => ({
    label: t('users.revokeKey', { key }),
    effect: t('users.revokeEffect', { key }),
    perform: () => send(`/keys/${key}/revoke`).then(() => t('users.revoked', { key })),
  });
  if (told !== null) return <ToldOnce {...told} onNoted={() => setTold(null)} />;
  return (
    <>
      {/* What another administrator changed meanwhile is what the form begins with anew. */}
      <UserForm
        key={user.version}
        user={user}
        waiting={state.at === 'waiting'}
        onSave={(body) => void run(() => change(body, t('users.saved')))}
      />
      {!isPerson && (
        <UserKeys
          user={user}
          onMake={(othersEndAfterHours) =>
            void run(() => withSecret('/keys', t('users.keyOnce', { login }), { othersEndAfterHours }))
          }
          onRevoke={(key) => setStep(revoke(key))}
        />
      )}
      <div className="user-end">
        <Refused state={state} />
        {step === null ? (
          <div className="user-steps">
            {steps.map((each) => (
              <button key={each.label} type="button" className="btn" onClick={() => setStep(each)}>
                {each.label}
              </button>
            ))}
          </div>
        ) : (
          <section className="user-once" aria-label={step.label}>
            <h3>{step.label}</h3>
            <p>{step.effect}</p>
            <div className="user-steps">
              <button
                type="button"
                className="btn primary"
                onClick={() => {
                  setStep(null);
                  void run(step.perform);
                }}
              >
                {t('users.doIt')}
              </button>
              <button type="button" className="btn" onClick={() => setStep(null)}>
                {t('users.cancel')}
              </button>
            </div>
          </section>
        )}
      </div>
    </>
  );
}

function UserForm({ user, waiting, onSave }: { user: User; waiting: boolean; onSave: (body: object) => void }) {
  const { roles, facilities, units } = user;
  const [name, setName] = useState(user.name);
  const [grants, setGrants] = useState<Grants>({ roles, facilities, units });
  const save = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    onSave({ name, ...grants });
  };
  return (
    <form className="user-form" onSubmit={save}>
      <p className="user-note">{t('users.loginOf', { login: user.login })}</p>
      <label className="field">
        {t('users.name')}
        <input
          value={name}
          maxLength={120}
          required
          autoComplete="off"
          onChange={(e) => setName(e.currentTarget.value)}
        />
      </label>
      <GrantsFields grants={grants} onChange={setGrants} />
      <button type="submit" className="btn primary" disabled={waiting}>
        {t('users.save')}
      </button>
    </form>
  );
}
