import { refusalOf } from '@wardstream/access';
import { useState } from 'react';
import { useMe } from '../app/board-context.js';
import { PageMain } from '../app/page-main.js';
import { useFetched } from '../app/use-fetched.js';
import { t } from '../texts/parts/users.js';
import { Bone } from '../ui/bone.js';
import { Dialog } from '../ui/dialog.js';
import { Empty, Failed } from '../ui/empty.js';
import { AddUser } from './add-user.js';
import { UserSheet } from './user-sheet.js';
import { type User, usersNamed } from './user-shape.js';
import { UsersTable } from './users-table.js';
import './users-page.css';

/** Who can sign in, people and systems, and what they may do: for administrators. */
export function UsersPage() {
  const { roles } = useMe();
  const isTheirs = refusalOf('account.change', roles) === null;
  return (
    <PageMain className="users-page" title={t('users.title')}>
      <section className="panel" aria-label={t('users.title')}>
        {isTheirs ? <Users /> : <Empty what={t('users.notYours')} then={t('users.askAdministrator')} />}
      </section>
    </PageMain>
  );
}

function Users() {
  const { value, problem, reload } = useFetched<{ readonly items: readonly User[] }>('/api/v1/accounts');
  const [text, setText] = useState('');
  const [adding, setAdding] = useState<User['kind'] | null>(null);
  const [openId, setOpenId] = useState<string | null>(null);
  const open = value?.items.find(({ id }) => id === openId);
  const found = usersNamed(value?.items ?? [], text);
  return (
    <>
      <header>
        <h2>{t('users.title')}</h2>
        <span className="dim">{t('users.lead')}</span>
      </header>
      <div className="users-bar">
        <label className="field">
          {t('users.find')}
          <input type="search" value={text} maxLength={120} onChange={(event) => setText(event.currentTarget.value)} />
        </label>
        <button type="button" className="btn primary" onClick={() => setAdding('person')}>
          {t('users.addPerson')}
        </button>
        <button type="button" className="btn" onClick={() => setAdding('system')}>
          {t('users.addSystem')}
        </button>
      </div>
      {problem !== null && <Failed what={t('users.cannotRead')} code={problem.code} retry={reload} />}
      {value === null && problem === null && (
        <p className="empty" aria-busy="true">
          <Bone letters={36} />
        </p>
      )}
      {value !== null && found.length === 0 && <Empty what={t('users.none')} then={t('users.thenNone')} />}
      {(['person', 'system'] as const).map((kind) => {
        const users = found.filter((user) => user.kind === kind);
        const title = kind === 'person' ? t('users.people') : t('users.systems');
        return users.length > 0 && <UsersTable key={kind} title={title} users={users} onOpen={setOpenId} />;
      })}
      <Dialog
        open={adding !== null}
        title={adding === 'system' ? t('users.addSystem') : t('users.addPerson')}
        onClose={() => setAdding(null)}
      >
        <AddUser kind={adding ?? 'person'} onAdded={reload} onClose={() => setAdding(null)} />
      </Dialog>
      <Dialog open={open !== undefined} title={open?.name ?? ''} onClose={() => setOpenId(null)}>
        {open !== undefined && <UserSheet user={open} onChanged={reload} />}
      </Dialog>
    </>
  );
}
