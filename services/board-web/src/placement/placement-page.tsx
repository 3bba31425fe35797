import './placement-page.css';
import { useMemo, useState } from 'react';
import { useBoardState, useMinute } from '../app/board-context.js';
import { setParameters, useParameter } from '../app/navigation.js';
import { PageMain } from '../app/page-main.js';
import { useActions } from '../actions/registry.js';
import { t } from '../texts/parts/placement.js';
import { Bone } from '../ui/bone.js';
import { Decision } from './decision.js';
import { OptionList } from './option-list.js';
import { placementOptions, waitingRequests } from './placement-options.js';
import { RequestList } from './request-list.js';
import { Subject } from './subject.js';

/** From the patient to a bed: who waits, what suits them best and why, and the decision, by two keys. */
export function PlacementPage() {
  const state = useBoardState();
  const minute = useMinute();
  const asked = useParameter('request');
  const waiting = useMemo(() => (minute === null ? [] : waitingRequests(state, minute)), [state, minute]);
  // Who was chosen stays chosen while the list changes; without a choice it is who waits longest against the target.
  const [opened, setOpened] = useState<string | null>(null);
  const first = waiting[0]?.request.id ?? null;
  if (asked === null && opened === null && first !== null) setOpened(first);
  const wanted = asked ?? opened;
  const chosen = waiting.find(({ request }) => request.id === wanted) ?? null;
  const request = chosen?.request ?? null;
  const options = useMemo(
    () => (request === null || minute === null ? null : placementOptions(state, request, minute)),
    [state, request, minute],
  );
  const all = options === null ? [] : [...options.possible, ...options.withOverride];
  const [picked, setPicked] = useState<{ request: string; bed: string } | null>(null);
  const pickedBed = picked?.request === request?.id ? picked?.bed : undefined;
  const option = all.find(({ bed }) => bed.id === pickedBed) ?? options?.possible[0] ?? null;
  const pick = (bed: string): void => {
    if (request !== null) setPicked({ request: request.id, bed });
  };
  const step = (by: 1 | -1): void => {
    const at = waiting.findIndex(({ request: { id } }) => id === wanted);
    const next = waiting[(at + by + waiting.length) % waiting.length];
    if (next !== undefined) setParameters({ request: next.request.id });
  };
  useActions([
    { id: 'placement.previous', group: 'here', label: t('placement.previous'), keys: '[', perform: () => step(-1) },
    { id: 'placement.next', group: 'here', label: t('placement.next'), keys: ']', perform: () => step(1) },
    ...all.slice(0, 9).map(({ bed }, i) => ({
      id: `placement.choose-${i + 1}`,
      group: 'here' as const,
      label: t('placement.choose', { n: i + 1 }),
      does: bed.id,
      keys: String(i + 1),
      perform: () => pick(bed.id),
    })),
  ]);
  return (
    <PageMain className={`placement ${asked === null ? '' : 'has-request'}`} title={t('placement.title')}>
      <RequestList
        waiting={waiting}
        chosen={wanted}
        isReady={state.ready}
        onChoose={(id) => setParameters({ request: id })}
      />
      <section className="work" aria-label={t('placement.options')}>
        {!state.ready && <Bone letters={30} />}
        {chosen !== null && minute !== null && options !== null && (
          <>
            <Subject waiting={chosen} minute={minute} />
            <OptionList options={options} request={chosen.request} minute={minute} chosen={option} onChoose={pick} />
          </>
        )}
      </section>
      {chosen !== null && minute !== null && (
        <Decision
          key={`${chosen.request.id} ${option?.bed.id ?? ''}`}
          request={chosen.request}
          option={option}
          minute={minute}
        />
      )}
    </PageMain>
  );
}
