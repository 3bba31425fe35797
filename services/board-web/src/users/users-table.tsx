import { useLocalTime, useMinute } from '../app/board-context.js';
import { t } from '../texts/parts/users.js';
import { roleLabel } from '../ui/labels.js';
import type { User } from './user-shape.js';

/** People, or systems, a row each; on a phone a card each. */
export function UsersTable({
  title,
  users,
  onOpen,
}: {
  title: string;
  users: readonly User[];
  onOpen: (id: string) => void;
}) {
  return (
    <>
      <h3 className="users-kind">
        {title} <span className="count">{users.length}</span>
      </h3>
      <table className="users" aria-label={title}>
        <thead>
          <tr>
            <th scope="col">{t('users.name')}</th>
            <th scope="col">{t('users.roles')}</th>
            <th scope="col">{t('users.where')}</th>
            <th scope="col">{t('users.state')}</th>
          </tr>
        </thead>
        <tbody>
          {users.map((user) => (
            <tr key={user.id}>
              <td>
                <button
                  type="button"
                  className="btn quiet user-name"
                  aria-label={t('users.open', { name: `${user.name} (${user.login})` })}
                  onClick={() => onOpen(user.id)}
                >
                  {user.name}
                </button>
                <small>{user.login}</small>
              </td>
              <td>{user.roles.map((role) => roleLabel[role] ?? role).join(', ')}</td>
              <td>
                {user.facilities === null ? t('users.everyFacility') : user.facilities.join(', ')}
                {user.units !== null && <small>{user.units.join(', ')}</small>}
              </td>
              <td>
                <StateOf user={user} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function StateOf({ user }: { user: User }) {
  const local = useLocalTime();
  const nowMs = (useMinute() ?? 0) * 60_000;
  const seen =
    user.signedInAt === null ? t('users.neverSeen') : t('users.lastSeen', { at: local.near(user.signedInAt, nowMs) });
  return (
    <>
      {user.disabledAt !== null && <span className="chip warn">{t('users.locked')}</span>}
      {user.mustChange && <small>{t('users.firstPassword')}</small>}
      {(user.kind === 'person' || user.signedInAt !== null) && <small>{seen}</small>}
    </>
  );
}
