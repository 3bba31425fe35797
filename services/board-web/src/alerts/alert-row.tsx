import { memo } from 'react';
import { useLocalTime, useMe } from '../app/board-context.js';
import { go, hrefTo } from '../app/navigation.js';
import { singleKeys } from '../app/shortcuts.js';
import { api } from '../commands/api.js';
import { refusalOf } from '@wardstream/access';
import { useCommand } from '../commands/use-command.js';
import { Icon } from '../ui/icon.js';
import { withNumbers } from '../ui/labels.js';
import type { AlertItem } from './alert-list.js';
import { t } from '../texts/texts.js';

/** What, where, since when; why with numbers; who owns it; one action. Warnings fold to two lines and open on focus. */
export const AlertRow = memo(function AlertRow({ item, minute }: { item: AlertItem; minute: number }) {
  const local = useLocalTime();
  const me = useMe();
  const take = useCommand();
  const denied = refusalOf('alert.take', me.roles);

  const open = (): void => {
    if (item.unit !== null)
      go(hrefTo({ page: 'unit', unit: item.unit }, item.bedId === null ? {} : { bed: item.bedId }));
    else if (item.ofData) go(hrefTo({ page: 'data-quality' }));
    else go(hrefTo({ page: item.tone === 'conflict' ? 'conflicts' : 'alerts' }));
  };
  const acknowledge = (): void => {
    if (!item.takeable || denied !== null) return;
    void take.run(async () => {
      await api(`/api/v1/alerts/${encodeURIComponent(item.id)}/acknowledge`, { method: 'POST', body: {} });
      return t('alerts.taken');
    });
  };

  const onKeyDown = (event: React.KeyboardEvent<HTMLLIElement>): void => {
    if (event.target !== event.currentTarget) return;
    if (event.key === 'Enter') open();
    else if (event.key === 't' && singleKeys.get()) acknowledge();
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const next = event.key === 'ArrowDown' ? 'nextElementSibling' : 'previousElementSibling';
      (event.currentTarget[next] as HTMLElement | null)?.focus();
    }
  };

  const folded = item.tone === 'warn';
  const button = item.cleared ? null : item.takeable ? (
    <button
      type="button"
      className={`btn small ${take.state.at === 'waiting' ? 'waiting' : ''}`}
      aria-disabled={denied !== null}
      title={denied ?? undefined}
      onClick={acknowledge}
    >
      {t('alerts.take')}
    </button>
  ) : (
    <button type="button" className="btn small" onClick={open}>
      {t('alerts.open')}
    </button>
  );
  const why = withNumbers(item.detail).map((run, i) => (run.strong ? <b key={i}>{run.text}</b> : run.text));

  return (
    <li className={`alert ${item.tone} ${item.cleared ? 'cleared' : ''}`} tabIndex={0} onKeyDown={onKeyDown}>
      <Icon name={item.tone} label={item.cleared ? t('alerts.cleared') : item.tone} />
      <h3>
        {item.title} <span>{item.where}</span>
      </h3>
      <span className="sub dim">
        {item.cleared ? t('alerts.cleared2') : t('alerts.since')}
        {local.near(item.since, minute * 60_000)}
      </span>
      <p className={folded ? 'fold' : ''}>
        {why}
        {item.live !== null && (
          <>
            {' '}
            {t('alerts.limitPassed')} {local.near(item.live.passedAt, minute * 60_000)}
            {t('alerts.now')} <b>{item.live.now}</b>.
          </>
        )}
        {folded && item.owner !== null && t('alerts.with', { owner: item.owner })}
        {folded && item.owner === null && item.owners.length > 0 && t('alerts.for', { value: item.owners.join(', ') })}
      </p>
      {folded ? (
        button
      ) : (
        <footer>
          {item.cleared || item.tone === 'conflict' ? (
            <span>{item.cleared ? t('alerts.belowItsLimit') : t('alerts.bothStandUntilOneIsWithdrawn')}</span>
          ) : (
            <span className={`owner ${item.owner === null ? 'none' : ''}`}>
              <Icon name="person" />
              {item.owner ??
                (item.owners.length === 0 ? t('alerts.noOwner') : t('alerts.for2', { value: item.owners.join(', ') }))}
              {item.ownedAt !== null && `, ${local.near(item.ownedAt, minute * 60_000)}`}
            </span>
          )}
          {button}
        </footer>
      )}
      {take.state.at === 'refused' && (
        <div className="refuse" role="alert">
          <Icon name="cross" />
          <span>
            <b>{t('alerts.notTaken')}</b>
            {take.state.problem.message}
          </span>
        </div>
      )}
    </li>
  );
});
