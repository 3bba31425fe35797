import './ward-page.css';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useMe, usePhase, useStore } from '../app/board-context.js';
import { PageMain } from '../app/page-main.js';
import { useOrder } from '../house/use-order.js';
import { t } from '../texts/parts/ward.js';
import { localTime } from '../time/local-time.js';
import { SexGlyph } from '../ui/bed-state.js';
import { Bone } from '../ui/bone.js';
import { Empty } from '../ui/empty.js';
import { Icon } from '../ui/icon.js';
import { initialsShown } from '../ui/labels.js';
import { acts } from './acts.js';
import { PatientCard } from './patient-card.js';
import { type ShownPicture, usePicture } from './use-picture.js';
import { useActs, WaitingActs } from './waiting-acts.js';
import type { OnWard } from './ward-acts.js';
import { byAttention } from './ward-list.js';
import { chooseUnit, chosenUnit, ownUnit, type WardComing, type WardUnit } from './ward-picture.js';

/** What waits is tried again this often while it waits. Real milliseconds. */
const TRY_AGAIN_MS = 5_000;

/** The unit of a nurse, for the phone in the pocket: who needs somebody first, and everything a nurse says of a patient's way on. */
export function WardPage() {
  const store = useStore();
  const me = useMe();
  const { facility } = store;
  const [unit, setUnit] = useState(() => chosenUnit(facility) ?? ownUnit(me, facility));
  const { shown, now } = usePicture(unit);
  const mine = useActs(me.subject);
  useSending(me.subject, mine.length);
  const choose = (id: string): void => {
    chooseUnit(facility, id);
    setUnit(id);
  };
  const own = shown?.picture.units.find(({ id }) => id === shown.picture.unit) ?? null;
  const near = (iso: string): string => localTime(shown?.picture.timeZone ?? 'UTC').near(iso, now() ?? 0);
  return (
    <PageMain className="ward-page" title={t('ward.title')}>
      <NetworkNote waits={mine.some(({ refusal }) => refusal === undefined)} isKept={shown?.isKept ?? false} />
      {shown !== null && <WaitingActs mine={mine} near={near} />}
      {shown === null ? (
        <p className="empty" aria-busy="true">
          <Bone letters={24} />
        </p>
      ) : own === null ? (
        <UnitChoice units={shown.picture.units} onChoose={choose} />
      ) : (
        <Unit
          key={own.id}
          shown={shown}
          at={{ me, facility, unit: own, now, near }}
          unsent={countOf(mine.map(({ encounterId }) => encounterId))}
          onChoose={choose}
        />
      )}
    </PageMain>
  );
}

function countOf(ids: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

/** Sends what waits: when the page opens, when the network is back, and every few seconds while anything does. */
function useSending(subject: string, waiting: number): void {
  const phase = usePhase();
  useEffect(() => {
    const send = (): void => void acts.drain(subject);
    send();
    addEventListener('online', send);
    const timer = waiting === 0 ? undefined : setInterval(send, TRY_AGAIN_MS);
    return () => {
      removeEventListener('online', send);
      clearInterval(timer);
    };
  }, [subject, waiting, phase]);
}

const onLine = {
  subscribe: (listener: () => void): (() => void) => {
    addEventListener('online', listener);
    addEventListener('offline', listener);
    return () => {
      removeEventListener('online', listener);
      removeEventListener('offline', listener);
    };
  },
  get: () => navigator.onLine,
};

/** Says that one can go on without network; nothing while all is sent and the service is reached. */
function NetworkNote({ waits, isKept }: { waits: boolean; isKept: boolean }) {
  const isOnLine = useSyncExternalStore(onLine.subscribe, onLine.get);
  const phase = usePhase();
  const isLost = !isOnLine || phase === 'reconnecting' || phase === 'stale';
  if (!isLost && !(isKept && waits)) return null;
  return (
    <div className="banner warn" role="status">
      <Icon name="silent" />
      <div>
        {t('ward.offline')}
        <p>{t('ward.offlineThen')}</p>
      </div>
    </div>
  );
}

function UnitChoice({ units, onChoose }: { units: readonly WardUnit[]; onChoose: (id: string) => void }) {
  return (
    <section className="panel unit-choice" aria-labelledby="ward-choice">
      <h2 id="ward-choice">{t('ward.chooseUnit')}</h2>
      <p className="dim">{t('ward.chooseUnitThen')}</p>
      <ul>
        {units.map(({ id, name }) => (
          <li key={id}>
            <button type="button" className="btn" onClick={() => onChoose(id)}>
              <b>{id}</b> {name}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Unit({
  shown: { picture, nowMs, isKept },
  at,
  unsent,
  onChoose,
}: {
  shown: ShownPicture;
  at: OnWard;
  unsent: ReadonlyMap<string, number>;
  onChoose: (id: string) => void;
}) {
  const [open, setOpen] = useState<string | null>(null);
  const local = localTime(picture.timeZone);
  const sorted = byAttention(picture.patients, nowMs);
  const { ids, moved, sortNow, hold } = useOrder(sorted.map(({ encounterId }) => encounterId));
  const patients = new Map(sorted.map((patient) => [patient.encounterId, patient]));
  const tomorrow = tomorrowOf(nowMs, picture.timeZone, local.date);
  return (
    <>
      <section className="panel ward-unit" aria-label={t('ward.unit')}>
        <label>
          {t('ward.unit')}{' '}
          <select value={at.unit.id} onChange={(event) => onChoose(event.target.value)}>
            {picture.units.map(({ id, name }) => (
              <option key={id} value={id}>
                {id} {name}
              </option>
            ))}
          </select>
        </label>
        <p className="sub">
          {isKept
            ? t('ward.asOfKept', { at: local.clock(picture.asOf) })
            : t('ward.asOf', { at: local.clock(picture.asOf) })}
        </p>
      </section>
      <section aria-labelledby="ward-patients" {...hold}>
        <div className="list-head">
          <h2 id="ward-patients">{t('ward.patients')}</h2>
          {moved > 0 ? (
            <button type="button" className="btn" onClick={sortNow}>
              {t('ward.moved', { count: moved })}
            </button>
          ) : (
            <span className="dim">{t('ward.order')}</span>
          )}
        </div>
        {patients.size === 0 && <Empty what={t('ward.nobody')} then={t('ward.nobodyThen')} />}
        <ol className="ward-list">
          {ids.map((id) => {
            const patient = patients.get(id);
            return (
              patient !== undefined && (
                <PatientCard
                  key={id}
                  at={at}
                  patient={patient}
                  units={picture.units}
                  nowMs={nowMs}
                  tomorrow={tomorrow}
                  unsent={unsent.get(id) ?? 0}
                  isOpen={open === id}
                  onOpen={(opens) => setOpen(opens ? id : null)}
                />
              )
            );
          })}
        </ol>
      </section>
      {picture.coming.length > 0 && <Coming coming={picture.coming} near={at.near} />}
    </>
  );
}

function Coming({ coming, near }: { coming: readonly WardComing[]; near: (iso: string) => string }) {
  return (
    <section aria-labelledby="ward-coming">
      <h2 id="ward-coming">
        {t('ward.coming')} <span className="dim">{coming.length}</span>
      </h2>
      <ol className="ward-list">
        {coming.map(({ encounterId, patient, bedIds, from, readyToMoveAt, waitingSince }) => (
          <li key={encounterId} className="ward-patient coming">
            <h3>
              {initialsShown(patient)} <span className="dim">{patient.ageBand}</span> <SexGlyph sex={patient.sex} />
            </h3>
            <p>
              {from === '' ? '' : `${t('ward.comingFrom', { from })} · `}
              {bedIds.length === 0 ? t('ward.comingNoBed') : t('ward.comingTo', { bed: bedIds.join(', ') })}
            </p>
            {readyToMoveAt !== null ? (
              <p>{t('ward.comingReady', { at: near(readyToMoveAt) })}</p>
            ) : (
              waitingSince !== null && <p>{t('ward.comingWaits', { at: near(waitingSince) })}</p>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

const HOUR_MS = 3_600_000;
/** Hours of the day at which patients leave. */
const leavingHours: ReadonlySet<string> = new Set(['10', '12', '14']);

/** Times of the next local day at which a departure may be expected. */
function tomorrowOf(nowMs: number, timeZone: string, date: (ms: number) => string): number[] {
  const hour = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' });
  const first = Math.ceil(nowMs / HOUR_MS) * HOUR_MS;
  const today = date(nowMs);
  const hours = Array.from({ length: 49 }, (_, i) => first + i * HOUR_MS).filter((ms) => date(ms) !== today);
  return hours.filter((ms) => date(ms) === date(hours[0]!) && leavingHours.has(hour.format(ms)));
}
