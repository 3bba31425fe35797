import './messages-page.css';
import { useMe } from '../app/board-context.js';
import { setParameters, useParameter } from '../app/navigation.js';
import { PageMain } from '../app/page-main.js';
import { refusalOf } from '@wardstream/access';
import { Empty } from '../ui/empty.js';
import { DeadLetterList } from './dead-letter-list.js';
import { QuarantineList } from './quarantine-list.js';
import { UnplacedList } from './unplaced-list.js';
import { t } from '../texts/parts/messages.js';

const tabs = [
  ['quarantine', t('messages.quarantine'), t('messages.wrongInThemselvesOrCouldNot')],
  ['unplaced', t('messages.unplaced'), t('messages.soundButTheirFacilityOrPlace')],
  ['dead-letters', t('messages.deadLetters'), t('messages.eventsBetweenServicesThatAService')],
] as const;

/** What could not be used, why, and what can be done about it. */
export function MessagesPage() {
  const me = useMe();
  const chosen = useParameter('show');
  const [tab, name, note] = tabs.find(([id]) => id === chosen) ?? tabs[0];
  const refused = refusalOf('message.read', me.roles);
  return (
    <PageMain className="messages-page" title={t('messages.messages')}>
      <section className="panel" aria-label={t('messages.messages')}>
        <header>
          <h2>{name}</h2>
          <span className="dim">{note}</span>
          <span className="end filters" role="group" aria-label={t('messages.show')}>
            {tabs.map(([id, word]) => (
              <button
                key={id}
                type="button"
                aria-pressed={id === tab}
                onClick={() =>
                  setParameters({
                    ...{
                      show: id === 'quarantine' ? null : id,
                      message: null,
                      cause: null,
                      sender: null,
                      trigger: null,
                    },
                    ...{ search: null, since: null },
                  })
                }
              >
                {word}
              </button>
            ))}
          </span>
        </header>
        {refused !== null ? (
          <Empty what={refused} then={t('messages.askAnAdministratorOrAnOperations')} />
        ) : tab === 'quarantine' ? (
          <QuarantineList />
        ) : tab === 'unplaced' ? (
          <UnplacedList />
        ) : (
          <DeadLetterList />
        )}
      </section>
    </PageMain>
  );
}
