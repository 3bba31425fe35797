import { useRef, useState } from 'react';
import { useBoardState } from '../app/board-context.js';
import { originInWords } from '@wardstream/flow-model';
import { useOrder } from '../house/use-order.js';
import { facilityView } from '../stream/facility-view.js';
import { t } from '../texts/parts/placement.js';
import { Needs, SexGlyph } from '../ui/bed-state.js';
import { Clock, Meter } from '../ui/duration.js';
import { Empty } from '../ui/empty.js';
import { Icon } from '../ui/icon.js';
import { initialsShown } from '../ui/labels.js';
import { requestNeeds } from '../unit/request-needs.js';
import type { WaitingRequest } from './placement-options.js';

/** Who waits for a bed, furthest over the target first; arrows move in it, and the list stays still under the hand. */
export function RequestList({
  waiting,
  chosen,
  isReady,
  onChoose,
}: {
  waiting: readonly WaitingRequest[];
  chosen: string | null;
  isReady: boolean;
  onChoose: (id: string) => void;
}) {
  const [source, setSource] = useState<string | null>(null);
  const list = useRef<HTMLUListElement>(null);
  const { ids, moved, sortNow, hold } = useOrder(waiting.map(({ request }) => request.id));
  const byId = new Map(waiting.map((w) => [w.request.id, w]));
  const sources = new Map<string, number>();
  for (const { request } of waiting) sources.set(request.source, (sources.get(request.source) ?? 0) + 1);
  const shown = ids
    .flatMap((id) => byId.get(id) ?? [])
    .filter(({ request }) => source === null || request.source === source);
  const without = waiting.filter(({ request }) => request.assignedBedId === null).length;
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    const at = shown.findIndex(({ request }) => request.id === chosen);
    const next = shown[Math.max(0, Math.min(shown.length - 1, at + (event.key === 'ArrowDown' ? 1 : -1)))];
    if (next === undefined) return;
    onChoose(next.request.id);
    list.current?.querySelector<HTMLElement>(`[data-request="${CSS.escape(next.request.id)}"]`)?.focus();
  };
  return (
    <section className="requests" aria-label={t('placement.requests')} {...hold}>
      <header>
        <h2>
          {t('placement.waiting')} <span>{t('placement.waitingCounts', { n: waiting.length, without })}</span>
        </h2>
        <div className="filters" role="group" aria-label={t('placement.requests')}>
          <button type="button" aria-pressed={source === null} onClick={() => setSource(null)}>
            {t('placement.all')} <b>{waiting.length}</b>
          </button>
          {[...sources].map(([name, n]) => (
            <button key={name} type="button" aria-pressed={source === name} onClick={() => setSource(name)}>
              {name} <b>{n}</b>
            </button>
          ))}
          {moved > 0 && (
            <button type="button" onClick={sortNow}>
              {t('placement.moved', { n: moved })}
            </button>
          )}
        </div>
      </header>
      <div className="cols" aria-hidden="true">
        <span>{t('placement.patient')}</span>
        <span>{t('placement.needs')}</span>
        <span>{t('placement.wait')}</span>
        <span>{t('placement.bed')}</span>
      </div>
      {isReady && waiting.length === 0 && (
        <Empty what={t('placement.noRequests')} then={t('placement.noRequestsThen')} />
      )}
      <ul className="queue" ref={list} onKeyDown={onKeyDown}>
        {shown.map((entry) => (
          <RequestRow key={entry.request.id} entry={entry} isChosen={entry.request.id === chosen} onChoose={onChoose} />
        ))}
      </ul>
    </section>
  );
}

function RequestRow({
  entry: { request, minutes },
  isChosen,
  onChoose,
}: {
  entry: WaitingRequest;
  isChosen: boolean;
  onChoose: (id: string) => void;
}) {
  const state = useBoardState();
  const { id, patient, targetMinutes, assignedBedId } = request;
  const from = originInWords(facilityView(state), request);
  return (
    <li>
      <button
        type="button"
        aria-current={isChosen ? 'true' : undefined}
        tabIndex={isChosen ? 0 : -1}
        data-request={id}
        onClick={() => onChoose(id)}
      >
        <span className="who">
          <b>{initialsShown(patient)}</b> <span className="dim">{patient.ageBand}</span> <SexGlyph sex={patient.sex} />
          <small>
            {from} <Icon name="right" /> {request.toUnit ?? t('placement.anyUnit')}
          </small>
        </span>
        <span>
          <Needs list={requestNeeds(request)} />
        </span>
        <span className="wait">
          {minutes === null ? (
            <span className="dim">{t('placement.notHere')}</span>
          ) : (
            <>
              <Clock minutes={minutes} target={targetMinutes} />
              <Meter value={Math.min(minutes / Math.max(targetMinutes, 1) / 2, 1)} mark={0.5} />
            </>
          )}
        </span>
        <span className="has-bed">
          {assignedBedId === null ? (
            <span className="dim">{t('placement.noneYet')}</span>
          ) : (
            <span className="bed s-reserved">
              <Icon name="bed-reserved" />
              {assignedBedId}
            </span>
          )}
        </span>
      </button>
    </li>
  );
}
