import { useState } from 'react';
import { useLocalTime, useMinute } from '../app/board-context.js';
import { t } from '../texts/parts/users.js';
import type { User } from './user-shape.js';

/** How long the keys before a further one go on being good, hours: a system is changed over meanwhile. */
const GAPS = [0, 24, 168] as const;

/** The keys of a system: a further one beside those that are in use, and one by one taken away. */
export function UserKeys({
  user,
  onMake,
  onRevoke,
}: {
  user: User;
  onMake: (othersEndAfterHours: number) => void;
  onRevoke: (key: string) => void;
}) {
  const local = useLocalTime();
  const nowMs = (useMinute() ?? 0) * 60_000;
  const [hours, setHours] = useState<number>(24);
  return (
    <section className="user-keys" aria-label={t('users.keys')}>
      <h3>{t('users.keys')}</h3>
      {user.keys.length === 0 && <p className="user-note">{t('users.noKeys')}</p>}
      <ul>
        {user.keys.map(({ id, madeAt, endsAt }) => (
          <li key={id}>
            <code>{id}</code>
            <span>
              {t('users.keyMade', { at: local.near(madeAt, nowMs) })}
              {endsAt !== null && `, ${t('users.keyEnds', { at: local.near(endsAt, nowMs) })}`}
            </span>
            <button
              type="button"
              className="btn"
              aria-label={t('users.revokeKey', { key: id })}
              onClick={() => onRevoke(id)}
            >
              {t('users.revoke')}
            </button>
          </li>
        ))}
      </ul>
      <div className="user-steps">
        <label className="field">
          {t('users.othersEnd')}
          <select value={hours} onChange={(event) => setHours(Number(event.currentTarget.value))}>
            {GAPS.map((each) => (
              <option key={each} value={each}>
                {each === 0 ? t('users.atOnce') : t('users.inHours', { hours: each })}
              </option>
            ))}
          </select>
        </label>
        <button type="button" className="btn" onClick={() => onMake(hours)}>
          {t('users.furtherKey')}
        </button>
      </div>
    </section>
  );
}
