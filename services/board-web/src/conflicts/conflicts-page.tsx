import type { ConflictList } from '@wardstream/api-contract';
import type { ConflictData } from '@wardstream/events';
import { useState } from 'react';
import { useBoard, useLocalTime, useMe, useMinute, useStore } from '../app/board-context.js';
import { Link } from '../app/link.js';
import { setParameters, useParameter } from '../app/navigation.js';
import { PageMain } from '../app/page-main.js';
import { useFetched } from '../app/use-fetched.js';
import { refusalOf } from '@wardstream/access';
import { Clock } from '../ui/duration.js';
import { Empty, Failed } from '../ui/empty.js';
import { Icon } from '../ui/icon.js';
import { conflictLabel } from '../ui/labels.js';
import { minutesSince } from '../time/duration.js';
import { ChoiceButtons } from './choice-buttons.js';
import { CloseForm } from './close-form.js';
import { conflictCounts } from './conflict-counts.js';
import { choicesOf, settles, whoIs } from './conflict-choice.js';
import { DecidedNotes } from './decided-notes.js';
import { t } from '../texts/texts.js';

/** Where facts disagree: both are shown with source and time, none is chosen silently. */
export function ConflictsPage() {
  const closed = useParameter('show') === 'closed';
  const count = useBoard((s) => conflictCounts(s).total);
  return (
    <PageMain className="conflicts-page" title={t('conflicts.conflicts')}>
      <section className="panel" aria-label={t('conflicts.conflicts')}>
        <header>
          <h2>{t('conflicts.conflicts')}</h2>
          <span className="dim">{t('conflicts.twoFactsThatCannotBothBe')}</span>
          <span className="end filters" role="group" aria-label={t('conflicts.show')}>
            <button type="button" aria-pressed={!closed} onClick={() => setParameters({ show: null })}>
              {t('conflicts.open')} <b>{count}</b>
            </button>
            <button type="button" aria-pressed={closed} onClick={() => setParameters({ show: 'closed' })}>
              {t('conflicts.closed')}
            </button>
          </span>
        </header>
        <DecidedNotes />
        {closed ? <ClosedConflicts /> : <OpenConflicts />}
      </section>
    </PageMain>
  );
}

const rank: Readonly<Record<ConflictData['severity'], number>> = { high: 0, medium: 1, low: 2 };

/** The most severe first, the latest of these first. */
function OpenConflicts() {
  const conflicts = useBoard((s) => s.conflicts);
  const ready = useBoard((s) => s.ready);
  if (!ready) return null;
  const list = [...conflicts.values()].sort(
    (a, b) => rank[a.severity] - rank[b.severity] || b.openedAt.localeCompare(a.openedAt) || a.id.localeCompare(b.id),
  );
  if (list.length === 0)
    return <Empty what={t('conflicts.noConflictsAreOpen')} then={t('conflicts.closedOnesAreUnderClosed')} />;
  return <ConflictTable list={list} />;
}

function ClosedConflicts() {
  const { facility } = useStore();
  const query = new URLSearchParams({ facility, state: 'closed' });
  const { value, problem, reload } = useFetched<ConflictList>(`/api/v1/conflicts?${query}`);
  if (value === null) {
    return problem === null ? null : (
      <Failed what={t('conflicts.closedConflictsCannotBeRead')} code={problem.code} retry={reload} />
    );
  }
  if (value.items.length === 0)
    return <Empty what={t('conflicts.noConflictWasClosed')} then={t('conflicts.openOnesAreUnderOpen')} />;
  return <ConflictTable list={value.items} />;
}

function ConflictTable({ list }: { list: readonly ConflictData[] }) {
  const minute = useMinute();
  const nowMs = (minute ?? 0) * 60_000;
  return (
    <div className="conflicts-scroll">
      <table className="conflicts">
        <thead>
          <tr>
            <th>{t('conflicts.where')}</th>
            <th>{t('conflicts.what')}</th>
            <th>{t('conflicts.factsBySource')}</th>
            <th>{t('conflicts.opened')}</th>
            <th>{list.some((c) => c.closedAt !== null) ? t('conflicts.closed') : t('conflicts.openFor')}</th>
            {!list.some((c) => c.closedAt !== null) && <th>{t('conflicts.decide')}</th>}
          </tr>
        </thead>
        <tbody>
          {list.map((c) => (
            <ConflictRows key={c.id} conflict={c} nowMs={nowMs} minute={minute} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A conflict, and under it the second step of deciding it while that is open. */
function ConflictRows({
  conflict: c,
  nowMs,
  minute,
}: {
  conflict: ConflictData;
  nowMs: number;
  minute: number | null;
}) {
  const local = useLocalTime();
  const me = useMe();
  const bed = useBoard((s) => (c.subject.type === 'bed' ? s.beds.get(c.subject.id) : undefined));
  const refused = refusalOf(settles(c.subject.type), me.roles);
  const choices = choicesOf(c, bed);
  const [chosen, setChosen] = useState<string | null>(null);
  const cancel = (): void => setChosen(null);
  const choice = choices.find(({ key }) => key === chosen);
  return (
    <>
      <tr>
        <td>
          <Where conflict={c} />
        </td>
        <td>
          <span className="bed conflict">
            <Icon name="conflict" />
            {conflictLabel(c.kind)}
          </span>
          <small>
            {c.severity} {t('conflicts.severity')}
          </small>
        </td>
        <td>
          {c.facts.map((f, i) => (
            <p key={i}>
              <b>{f.source}</b> {f.says}
              <span>
                {f.at !== null && ` ${local.near(f.at, nowMs)}`}
                {f.receivedAt !== null && t('conflicts.received', { at: local.near(f.receivedAt, nowMs) })}
              </span>
              {whoIs(bed, f.encounterId) !== '' && <small>{whoIs(bed, f.encounterId)}</small>}
            </p>
          ))}
        </td>
        <td>{local.near(c.openedAt, nowMs)}</td>
        <td>
          {c.closedAt !== null ? (
            <>
              {local.near(c.closedAt, nowMs)}
              <small>{[c.closedBy, c.reason].filter((w) => w !== null).join(': ')}</small>
            </>
          ) : (
            minute !== null && <Clock minutes={minutesSince(c.openedAt, minute)} />
          )}
        </td>
        {c.closedAt === null && (
          <td>
            <div className="decide">
              <ChoiceButtons
                {...{ choices, chosen, onChoose: setChosen }}
                isRefused={refused !== null}
                refusalId={`no-${c.id}`}
              />
              {refused !== null && <small id={`no-${c.id}`}>{refused}</small>}
            </div>
          </td>
        )}
      </tr>
      {choice !== undefined && (
        <tr className="decision">
          <td colSpan={6}>
            <CloseForm key={choice.key} conflict={c} choice={choice} onCancel={cancel} />
          </td>
        </tr>
      )}
    </>
  );
}

function Where({ conflict }: { conflict: ConflictData }) {
  const { subject, unit } = conflict;
  if (subject.type === 'bed' && unit !== null) {
    return (
      <Link to={{ page: 'unit', unit }} own={{ bed: subject.id }}>
        <b>{subject.id}</b>
      </Link>
    );
  }
  if (unit === null) return <b>{subject.type === 'message' ? t('conflicts.message') : t('conflicts.encounter')}</b>;
  return (
    <Link to={{ page: 'unit', unit }}>
      <b>{unit}</b> <span className="dim">{subject.type}</span>
    </Link>
  );
}
