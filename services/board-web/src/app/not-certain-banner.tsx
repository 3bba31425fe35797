import { Icon } from '../ui/icon.js';
import { useBoard, useLocalTime, useMinute } from './board-context.js';
import { t } from '../texts/texts.js';

/** Says that something told could not be applied where nobody can say which beds it concerns. Nothing while there is none. */
export function NotCertainBanner() {
  const certainties = useBoard((s) => s.certainties);
  const local = useLocalTime();
  const minute = useMinute();
  const since = [...certainties.values()].flatMap((c) => c.notCertainSince ?? []).sort()[0];
  if (since === undefined) return null;
  const from = minute === null ? '' : t('app.since', { value: local.near(since, minute * 60_000) });
  return (
    <div className="banner critical" role="alert">
      <Icon name="critical" />
      {t('app.notCertainSomethingToldCouldNot', { from })}
      <span className="end">
        <a href="/messages">{t('app.messages')}</a>
      </span>
    </div>
  );
}
