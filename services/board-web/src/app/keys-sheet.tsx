import { t } from '../texts/texts.js';
import type { ActionGroup } from '../actions/action.js';
import { currentActions } from '../actions/registry.js';
import { Dialog } from '../ui/dialog.js';

const groups: readonly (readonly [ActionGroup, string])[] = [
  ['here', t('actions.groupHere')],
  ['go', t('actions.groupGo')],
  ['board', t('actions.groupBoard')],
];

/** All keys: those of the actions there are on this page, and those that belong to what has the focus. */
export function KeysSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog title={t('actions.keys')} open={open} onClose={onClose}>
      <AllKeys />
    </Dialog>
  );
}

function AllKeys() {
  const actions = currentActions().filter(({ keys, unlisted }) => keys !== undefined && unlisted !== true);
  return (
    <>
      {groups.map(([group, title]) => {
        const lines = actions.filter((action) => action.group === group);
        return lines.length === 0 ? null : (
          <section key={group}>
            <h3>{title}</h3>
            <dl>
              {lines.map(({ id, keys, label }) => (
                <Line key={id} keys={keys ?? ''} what={label} />
              ))}
            </dl>
          </section>
        );
      })}
      <section>
        <h3>{t('actions.groupMove')}</h3>
        <dl>
          <Line keys={t('actions.keysArrows')} what={t('actions.keysArrowsDo')} />
          <Line keys="Enter" what={t('actions.keysEnterDo')} />
          <Line keys="t" what={t('actions.keysTakeDo')} />
          <Line keys="Esc" what={t('actions.keysEscapeDo')} />
        </dl>
      </section>
    </>
  );
}

function Line({ keys, what }: { keys: string; what: string }) {
  return (
    <div>
      <dt>
        <kbd>{keys}</kbd>
      </dt>
      <dd>{what}</dd>
    </div>
  );
}
