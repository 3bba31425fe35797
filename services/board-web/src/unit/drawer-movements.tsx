import { Bone } from '../ui/bone.js';
import type { Encounter, Movement } from '@wardstream/api-contract';
import { useLocalTime } from '../app/board-context.js';
import { useFetched } from '../app/use-fetched.js';
import { Failed } from '../ui/empty.js';
import { byTimeOfEvent, movementWords } from './movements.js';
import { t } from '../texts/texts.js';

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
  const path = `/api/v1/encounters/${encodeURIComponent(encounterId)}`;
  const { value, problem, reload } = useFetched<Encounter>(path, { version });
  if (value === null && problem !== null)
    return <Failed what={t('unit.movementsCannotBeRead')} code={problem.code} retry={reload} />;
  const odd = new Set(disputed);
  return (
    <section>
      <h3>
        {of === null ? t('unit.movements') : t('unit.movementsOf', { of })}
        <span>{t('unit.byTimeOfEvent')}</span>
      </h3>
      {value === null ? (
        <Bone letters={34} />
      ) : (
        <ol className="time">
          {byTimeOfEvent(value.movements).map((m) => (
            <li key={m.id} className={`${odd.has(m.at) ? 'odd' : ''} ${m.cancelled ? 'cancelled' : ''}`}>
              <time dateTime={m.at}>{local.near(m.at, minute * 60_000)}</time>
              <p>
                <b>{movementWords(m)}</b>{' '}
                <span>
                  {m.cancelled && t('unit.cancelled')}
                  {late(m) && t('unit.recorded2', { value: local.near(m.recordedAt, minute * 60_000) })}
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
  return Date.parse(movement.recordedAt) - Date.parse(movement.at) >= 60_000;
}
