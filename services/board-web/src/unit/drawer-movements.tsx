import { useCallback, useEffect, useState } from 'react';
import { useLocalTime } from '../app/board-context.js';
import { api, Problem } from '../commands/api.js';
import { Failed } from '../parts/empty.js';
import { byTimeOfEvent, movementWords, type Movement } from './movements.js';

/** What happened to the patient, by the time of the event; read anew when the bed changes. */
export function DrawerMovements({
  encounterId,
  of,
  version,
  minute,
  disputed,
}: {
  encounterId: string;
  /** Whose they are, where there are several visits; null of the only one. */
  of: string | null;
  version: number;
  minute: number;
  /** Event times that take part in a conflict of the bed. */
  disputed: readonly string[];
}) {
  const local = useLocalTime();
  const [answer, setAnswer] = useState<readonly Movement[] | Problem | null>(null);
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    api<{ movements: Movement[] }>(`/api/v1/encounters/${encodeURIComponent(encounterId)}`, { signal: abort.signal })
      .then((body) => setAnswer(body.movements))
      .catch((error: unknown) => {
        if (error instanceof Problem) setAnswer((before) => (Array.isArray(before) ? before : error));
      });
    return () => abort.abort();
  }, [encounterId, version, asked]);
  const retry = useCallback(() => setAsked((n) => n + 1), []);

  if (answer instanceof Problem) return <Failed what="Movements cannot be read" code={answer.code} retry={retry} />;
  const odd = new Set(disputed);
  return (
    <section>
      <h3>
        {of === null ? 'Movements' : `Movements of ${of}`}
        <span>by time of event</span>
      </h3>
      {answer === null ? (
        <span className="bone">ED bay 11 to 4A-14, recorded later</span>
      ) : (
        <ol className="time">
          {byTimeOfEvent(answer).map((m) => (
            <li key={m.id} className={`${odd.has(m.at) ? 'odd' : ''} ${m.cancelled ? 'cancelled' : ''}`}>
              <time dateTime={m.at}>{local.near(m.at, minute * 60_000)}</time>
              <p>
                <b>{movementWords(m)}</b>{' '}
                <span>
                  {m.cancelled && 'cancelled '}
                  {m.recordedAt !== null && late(m) && `recorded ${local.near(m.recordedAt, minute * 60_000)}`}
                </span>
              </p>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

/** Recorded so much later than it happened that a reader should know. */
function late(movement: Movement): boolean {
  return movement.recordedAt !== null && Date.parse(movement.recordedAt) - Date.parse(movement.at) >= 60_000;
}
