import { useLocalTime } from '../app/board-context.js';
import { Failed } from '../ui/empty.js';
import type { Fetched } from '../app/use-fetched.js';
import { t } from '../texts/parts/messages.js';

/** Says of a list that cannot be read why, and what is shown instead: nothing, or what was read before with its time. */
export function ListingState({ what, listing }: { what: string; listing: Fetched<unknown> }) {
  const local = useLocalTime();
  const { value, at, problem, reload } = listing;
  if (problem === null) return null;
  if (value === null) return <Failed what={t('messages.cannotBeRead', { what })} code={problem.code} retry={reload} />;
  return (
    <p className="banner" role="status">
      {what} {t('messages.cannotBeReadNowShownAs')} {at === null ? t('messages.before') : local.clock(at)}
      {t('messages.code')} {problem.code}.
      <span className="end">
        <button type="button" onClick={reload}>
          {t('messages.retry')}
        </button>
      </span>
    </p>
  );
}
