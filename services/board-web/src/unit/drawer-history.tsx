import { useCallback, useEffect, useState } from 'react';
import { useLocalTime } from '../app/board-context.js';
import { api, Problem } from '../commands/api.js';
import { Failed } from '../parts/empty.js';
import { happeningWords, type BedHappening } from './bed-history.js';

interface Page {
  readonly items: readonly BedHappening[];
  readonly next: string | null;
}

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
  const [page, setPage] = useState<Page | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [asked, setAsked] = useState(0);
  const path = `/api/v1/facilities/${encodeURIComponent(facility)}/beds/${encodeURIComponent(bedId)}/history?limit=${PAGE}`;
  useEffect(() => {
    const abort = new AbortController();
    api<Page>(path, { signal: abort.signal })
      .then((first) => {
        setPage(first);
        setProblem(null);
      })
      .catch((error: unknown) => error instanceof Problem && setProblem(error));
    return () => abort.abort();
  }, [path, version, asked]);
  const retry = useCallback(() => setAsked((n) => n + 1), []);
  const earlier = useCallback(() => {
    if (page?.next === null || page?.next === undefined) return;
    api<Page>(`${path}&after=${page.next}`)
      .then((more) => setPage({ items: [...page.items, ...more.items], next: more.next }))
      .catch((error: unknown) => error instanceof Problem && setProblem(error));
  }, [page, path]);

  const near = (iso: string) => local.near(iso, minute * 60_000);
  if (problem !== null && page === null)
    return <Failed what="History of the bed cannot be read" code={problem.code} retry={retry} />;
  return (
    <section aria-label="History of the bed">
      <h3>
        History of the bed
        <span>by time of event</span>
      </h3>
      {page === null ? (
        <span className="bone">Maintenance until 18:00, recorded later</span>
      ) : page.items.length === 0 ? (
        <p className="dim">Nothing has happened to it yet.</p>
      ) : (
        <ol className="time">
          {page.items.map((h) => (
            <li key={h.id}>
              <time dateTime={h.at}>{near(h.at)}</time>
              <p>
                <b>{happeningWords(h, near)}</b>{' '}
                <span>{h.recordedAt !== null && `recorded ${near(h.recordedAt)}`}</span>
              </p>
            </li>
          ))}
        </ol>
      )}
      {page !== null && page.next !== null && (
        <button type="button" className="btn quiet" onClick={earlier}>
          Earlier
        </button>
      )}
    </section>
  );
}
