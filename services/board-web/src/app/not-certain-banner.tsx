import { Icon } from '../parts/icon.js';
import { useBoard, useLocalTime, useMinute } from './board-context.js';

/** Says that something told could not be applied where nobody can say which beds it concerns. Nothing while there is none. */
export function NotCertainBanner() {
  const certainties = useBoard((s) => s.certainties);
  const local = useLocalTime();
  const minute = useMinute();
  const since = [...certainties.values()].flatMap((c) => c.notCertainSince ?? []).sort()[0];
  if (since === undefined) return null;
  const from = minute === null ? '' : ` since ${local.near(since, minute * 60_000)}`;
  return (
    <div className="banner critical" role="alert">
      <Icon name="critical" />
      {`Not certain${from}: something told could not be applied, and which beds it concerns is not known`}
      <span className="end">
        <a href="/messages">Messages</a>
      </span>
    </div>
  );
}
