import { useSyncExternalStore } from 'react';
import { ActionButton } from '../actions/action-button.js';
import type { Action } from '../actions/action.js';
import { t } from '../texts/parts/ward.js';
import { Icon } from '../ui/icon.js';
import type { Refusal, WardAct } from './act-queue.js';
import { acts } from './acts.js';

/** What a person did that the service does not have yet. */
export function useActs(subject: string): readonly WardAct[] {
  const all = useSyncExternalStore(acts.acts.subscribe, acts.acts.get);
  return all.filter((act) => act.subject === subject);
}

/** What waits to be sent, in order, each with its own time; and what was not taken, with both facts, for its person to decide. */
export function WaitingActs({ mine, near }: { mine: readonly WardAct[]; near: (iso: string) => string }) {
  const undecided = mine.filter((act) => act.refusal !== undefined);
  const waiting = mine.filter((act) => act.refusal === undefined);
  return (
    <>
      {undecided.length > 0 && (
        <section className="panel undecided" aria-labelledby="ward-undecided">
          <h2 id="ward-undecided">{t('ward.undecided')}</h2>
          <ol>
            {undecided.map((act) => (
              <Undecided key={act.key} act={act} refusal={act.refusal!} near={near} />
            ))}
          </ol>
        </section>
      )}
      {waiting.length > 0 && (
        <section className="panel unsent" aria-labelledby="ward-unsent">
          <h2 id="ward-unsent">{t('ward.waiting')}</h2>
          <ol>
            {waiting.map(({ key, at, text }) => (
              <li key={key}>
                <Icon name="clock" />
                <span>{text}</span>
                <time dateTime={at}>{near(at)}</time>
              </li>
            ))}
          </ol>
          <button type="button" className="btn" onClick={() => void acts.drain(waiting[0]!.subject)}>
            {t('ward.sendNow')}
          </button>
        </section>
      )}
    </>
  );
}

function Undecided({ act, refusal, near }: { act: WardAct; refusal: Refusal; near: (iso: string) => string }) {
  const bed = refusal.code === 'patient-moved' ? (refusal.now?.bedId ?? null) : null;
  const isOver = refusal.code === 'encounter-ended' || refusal.code === 'bed-request-closed';
  const again: Action = {
    id: `ward.again.${act.key}`,
    group: 'here',
    label: bed === null ? t('ward.tryAgain') : t('ward.doForBed', { bed }),
    perform: () => {
      acts.retry(act.key, bed ?? act.bedId);
      void acts.drain(act.subject);
    },
  };
  const letBe: Action = {
    id: `ward.let-be.${act.key}`,
    group: 'here',
    label: t('ward.letBe'),
    perform: async () => {
      acts.drop(act.key);
      void acts.drain(act.subject);
      return { text: t('ward.letBeDone', { what: act.text }) };
    },
  };
  const yours = { what: act.text, at: near(act.at) };
  return (
    <li>
      <p>
        <Icon name="conflict" />
        {act.bedId === null ? t('ward.yours', yours) : t('ward.yoursIn', { ...yours, bed: act.bedId })}
      </p>
      <p>
        <Icon name="info" />
        {nowInWords(refusal, near)}
      </p>
      <div className="do">
        {!isOver && <ActionButton action={again} />}
        <ActionButton action={letBe} />
      </div>
    </li>
  );
}

function nowInWords({ code, text, now }: Refusal, near: (iso: string) => string): string {
  if (code === 'encounter-ended') {
    const endedAt = now?.endedAt ?? null;
    return endedAt === null ? t('ward.nowOver') : t('ward.nowEnded', { at: near(endedAt) });
  }
  if (code === 'patient-moved' && now !== null) {
    const { bedId = null, since = null } = now;
    if (bedId === null) return t('ward.nowElsewhere');
    if (since !== null) return t('ward.nowInBed', { bed: bedId, at: near(since) });
  }
  return t('ward.nowOther', { why: text });
}
