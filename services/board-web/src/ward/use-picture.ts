import { useEffect, useMemo, useRef, useState } from 'react';
import { useBoardState, useMe, useMinute, usePhase, useStore } from '../app/board-context.js';
import { waitSince } from '@wardstream/flow-model';
import { comingIn } from '../unit/coming.js';
import { keepPage } from './keep-page.js';
import { patientsOf } from './ward-list.js';
import { keepPicture, keptPicture, timeOf, type WardPicture } from './ward-picture.js';

/** What is kept for a reload follows what is shown after so long: a burst of changes is kept once. Real milliseconds. */
const KEEP_AFTER_MS = 500;
/** Without the server's time the device's carries on from it; it is looked at this often. */
const LOOK_MS = 15_000;

export interface ShownPicture {
  readonly picture: WardPicture;
  /** The facility's time in ms, cut to the minute. */
  readonly nowMs: number;
  /** It is what this browser kept: the service has not been reached since the page was read. */
  readonly isKept: boolean;
}

/** The unit as it is now, else as it was kept in this browser; null where there is neither. Keeps what is shown, with the page itself. */
export function usePicture(unit: string | null): { shown: ShownPicture | null; now: () => number | null } {
  const store = useStore();
  const me = useMe();
  const state = useBoardState();
  const minute = useMinute();
  const phase = usePhase();
  const [kept] = useState(() => keptPicture(me.subject, store.facility));
  const [lookedAt, look] = useState(() => Date.now());
  const isReady = state.ready && minute !== null && state.facility !== null;

  const live = useMemo((): Omit<WardPicture, 'asOf' | 'deviceMs' | 'speed'> | null => {
    if (!isReady || state.facility === null) return null;
    const units = state.facility.units.map(({ id, name, levelOfCare }) => ({ id, name, levelOfCare }));
    const isUnit = unit !== null && units.some(({ id }) => id === unit);
    return {
      me,
      facility: store.facility,
      timeZone: state.facility.timeZone,
      unit: isUnit ? unit : null,
      units,
      patients: isUnit ? patientsOf(state, unit) : [],
      coming: isUnit
        ? comingIn(state, unit, minute).coming.map(({ encounterId, patient, bedIds, what, request }) => ({
            ...{ encounterId, patient, bedIds, from: what },
            readyToMoveAt: request?.readyToMoveAt ?? null,
            waitingSince: request === null ? null : waitSince(request),
          }))
        : [],
    };
  }, [isReady, state, unit, me, store.facility, minute]);

  const latest = useRef(live);
  latest.current = live;
  const isLive = phase === 'live';
  useEffect(() => {
    if (!isLive) return;
    void keepPage().catch(() => undefined);
    const keep = (): void => {
      const asOf = store.nowMs();
      if (latest.current === null || latest.current.unit === null || asOf === null) return;
      keepPicture({ ...latest.current, asOf, deviceMs: Date.now(), speed: store.speed.get() });
    };
    let timer: ReturnType<typeof setTimeout> | undefined;
    const later = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        keep();
      }, KEEP_AFTER_MS);
    };
    later();
    const unsubscribe = [store.board.subscribe(later), store.minute.subscribe(later)];
    return () => {
      clearTimeout(timer);
      unsubscribe.forEach((end) => end());
    };
  }, [isLive, store, unit]);

  useEffect(() => {
    if (isReady) return;
    const timer = setInterval(() => look(Date.now()), LOOK_MS);
    return () => clearInterval(timer);
  }, [isReady]);

  const now = (): number | null => store.nowMs() ?? (kept === null ? null : timeOf(kept, Date.now()));
  if (live !== null && minute !== null) {
    const asOf = store.heardAt.get() ?? minute * 60_000;
    const picture = { ...live, asOf, deviceMs: lookedAt, speed: store.speed.get() };
    return { shown: { picture, nowMs: minute * 60_000, isKept: false }, now };
  }
  if (kept === null || (unit !== null && kept.unit !== unit)) return { shown: null, now };
  return { shown: { picture: kept, nowMs: timeOf(kept, lookedAt), isKept: true }, now };
}
