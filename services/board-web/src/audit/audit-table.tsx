import type { AuditList } from '@wardstream/api-contract';
import { useLocalTime, useMinute } from '../app/board-context.js';
import { t } from '../texts/parts/audit.js';

type Item = AuditList['items'][number];

export function AuditTable({ items }: { items: readonly Item[] }) {
  const local = useLocalTime();
  const minute = useMinute();
  return (
    <div className="audit-scroll" role="region" aria-label={t('audit.title')} tabIndex={0}>
      <table className="audit">
        <thead>
          <tr>
            <th scope="col">{t('audit.when')}</th>
            <th scope="col">{t('audit.who')}</th>
            <th scope="col">{t('audit.did')}</th>
            <th scope="col">{t('audit.toWhat')}</th>
            <th scope="col">{t('audit.place')}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.id}>
              <td>{local.near(item.at, (minute ?? 0) * 60_000)}</td>
              <td>
                <b>{item.subject ?? t('audit.notKnown')}</b>
                <small>{[...item.roles, item.from ?? ''].join(' ')}</small>
              </td>
              <td>
                {item.act} {item.step ?? ''}
                <small>{outcomeOf(item)}</small>
              </td>
              <td>
                {[item.bed, item.about].filter((text) => text !== null).join(' ')}
                <small title={item.encounters.join(' ')}>
                  {item.encounters.length === 1
                    ? item.encounters[0]
                    : item.encounters.length > 1 && t('audit.encounters', { count: item.encounters.length })}
                </small>
              </td>
              <td>
                <code title={item.hash}>{item.seq}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** How it went, with why, and how much of patients was seen. What a later version says is shown as it says it. */
function outcomeOf({ outcome, code, shown }: Item): string {
  const word = isOneOf(['done', 'refused', 'failed'], outcome) ? t(`audit.outcome-${outcome}`) : outcome;
  const seen = isOneOf(['names', 'numbers', 'initials'], shown) ? t(`audit.shown-${shown}`) : (shown ?? '');
  return [word, code ?? '', outcome === 'done' ? seen : ''].filter((text) => text !== '').join(', ');
}

function isOneOf<const W extends string>(words: readonly W[], text: string | null): text is W {
  return (words as readonly (string | null)[]).includes(text);
}
