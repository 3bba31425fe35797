import { Bone } from '../ui/bone.js';
import type { BedHistory } from '@wardstream/api-contract';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useLocalTime } from '../app/board-context.js';
import { api } from '../commands/api.js';
import { Failed } from '../ui/empty.js';
import { happeningWords } from './bed-history.js';
import { t } from '../texts/texts.js';

const PAGE = 12;

/** What happened to the bed itself, the latest first, also while it is empty; read anew when the bed changes. */
export function DrawerHistory({
  facility,
  bedId,
  version,
  minute,
}: {
  facility: string;
  bedId: string;
  version: number;
  minute: number;
}) {
  const local = useLocalTime();
  const path = `/api/v1/facilities/${encodeURIComponent(facility)}/beds/${encodeURIComponent(bedId)}/history?limit=${PAGE}`;
  const history = useInfiniteQuery({
    queryKey: [path, version],
    queryFn: ({ pageParam, signal }) =>
      api<BedHistory>(pageParam === null ? path : `${path}&after=${pageParam}`, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });
  const items = history.data?.pages.flatMap((page) => page.items) ?? null;
  const near = (iso: string) => local.near(iso, minute * 60_000);
  if (history.error !== null && items === null)
    return (
      <Failed what={t('unit.historyOfTheBedCannotBe')} code={history.error.code} retry={() => void history.refetch()} />
    );
  return (
    <section aria-label={t('unit.historyOfTheBed')}>
      <h3>
        {t('unit.historyOfTheBed')}
        <span>{t('unit.byTimeOfEvent')}</span>
      </h3>
      {items === null ? (
        <Bone letters={39} />
      ) : items.length === 0 ? (
        <p className="dim">{t('unit.nothingHasHappenedToItYet')}</p>
      ) : (
        <ol className="time">
          {items.map((h) => (
            <li key={h.id}>
              <time dateTime={h.at}>{near(h.at)}</time>
              <p>
                <b>{happeningWords(h, near)}</b>{' '}
                <span>{h.recordedAt !== null && t('unit.recorded', { recordedAt: near(h.recordedAt) })}</span>
              </p>
            </li>
          ))}
        </ol>
      )}
      {history.hasNextPage && (
        <button type="button" className="btn quiet" onClick={() => void history.fetchNextPage()}>
          {t('unit.earlier')}
        </button>
      )}
    </section>
  );
}
