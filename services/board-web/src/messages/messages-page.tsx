import { useMe } from '../app/board-context.js';
import { setParameters, useParameter } from '../app/navigation.js';
import { PageMain } from '../app/page-main.js';
import { refusalOf } from '../commands/permissions.js';
import { Empty } from '../parts/empty.js';
import { DeadLetterList } from './dead-letter-list.js';
import { QuarantineList } from './quarantine-list.js';
import { UnplacedList } from './unplaced-list.js';

const tabs = [
  ['quarantine', 'Quarantine', 'wrong in themselves, or could not be processed; nothing on the board comes from them'],
  ['unplaced', 'Unplaced', 'sound, but their facility or place is not known here yet'],
  ['dead-letters', 'Dead letters', 'events between services that a service could not handle'],
] as const;

/** What could not be used, why, and what can be done about it. */
export function MessagesPage() {
  const me = useMe();
  const chosen = useParameter('show');
  const [tab, name, note] = tabs.find(([id]) => id === chosen) ?? tabs[0];
  const refused = refusalOf('see-messages', me.roles);
  return (
    <PageMain className="messages-page" title="Messages">
      <section className="panel" aria-label="Messages">
        <header>
          <h2>{name}</h2>
          <span className="dim">{note}</span>
          <span className="end filters" role="group" aria-label="Show">
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
          <Empty what={refused} then="Ask an administrator or an operations manager." />
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
