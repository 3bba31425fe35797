import './unit-page.css';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Action } from '../actions/action.js';
import { useActions } from '../actions/registry.js';
import { useBoardState, useMinute } from '../app/board-context.js';
import { go, history, hrefTo, setParameters, useParameter } from '../app/navigation.js';
import { PageMain } from '../app/page-main.js';
import { t } from '../texts/texts.js';
import { Empty } from '../ui/empty.js';
import { bandsOf, unlistedBand } from './bands.js';
import { Drawer } from './drawer.js';
import { Incoming } from './incoming.js';
import { rememberUnit } from './last-unit.js';
import { RoomBand } from './room-band.js';
import { isArrow, tileBeside } from './tile-grid.js';
import { UnitHead } from './unit-head.js';
import { WithoutBed } from './without-bed.js';

/** Every bed of one unit; the bed in the address is open beside the board. */
export function UnitPage({ unit }: { unit: string }) {
  const state = useBoardState();
  const minute = useMinute();
  const open = useParameter('bed');
  const board = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState<string | null>(null);
  const facility = state.facility;
  const listed = useMemo(() => (facility === null ? [] : bandsOf(facility, unit)), [facility, unit]);
  const unlisted = useMemo(() => unlistedBand(state, unit), [state, unit]);
  const bands = useMemo(() => (unlisted === null ? listed : [...listed, unlisted]), [listed, unlisted]);
  const ids = useMemo(() => bands.flatMap((b) => b.bedIds), [bands]);
  const known = facility?.units.find((u) => u.id === unit);

  useEffect(() => {
    if (known !== undefined) rememberUnit(known.id);
  }, [known]);

  const focusTile = useCallback((id: string | null) => {
    if (id === null) return;
    board.current?.querySelector<HTMLElement>(`[data-bed="${CSS.escape(id)}"]`)?.focus();
  }, []);
  const [byKey, setByKey] = useState(false);
  const onOpen = useCallback((id: string, withKey: boolean) => {
    setCurrent(id);
    setByKey(withKey);
    setParameters({ bed: id });
  }, []);
  const close = useCallback(() => {
    const was = new URLSearchParams(history.location.search).get('bed');
    setParameters({ bed: null });
    focusTile(was);
  }, [focusTile]);
  const step = useCallback(
    (by: 1 | -1) => {
      const at = ids.indexOf(open ?? current ?? '');
      const next = ids[(at + by + ids.length) % ids.length];
      if (next === undefined) return;
      setCurrent(next);
      if (open !== null) setParameters({ bed: next });
      else focusTile(next);
    },
    [ids, open, current, focusTile],
  );

  useActions([
    { id: 'unit.previous-bed', group: 'here', label: t('actions.previousBed'), keys: '[', perform: () => step(-1) },
    { id: 'unit.next-bed', group: 'here', label: t('actions.nextBed'), keys: ']', perform: () => step(1) },
    ...(open === null ? [] : [closing(close)]),
  ]);

  const onKeyDown = (event: React.KeyboardEvent): void => {
    const from = (event.target as HTMLElement).dataset.bed;
    if (from === undefined || !isArrow(event.key) || board.current === null) return;
    event.preventDefault();
    const boxes = [...board.current.querySelectorAll<HTMLElement>('[data-bed]')].map((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return { id: element.dataset.bed ?? '', x, y, width, height };
    });
    focusTile(tileBeside(boxes, from, event.key));
  };

  const shown = open !== null && ids.includes(open) ? open : null;
  const stop =
    current !== null && ids.includes(current) ? current : (shown ?? ids.find((id) => state.beds.has(id)) ?? null);
  return (
    <PageMain
      className={`unit ${shown === null ? '' : 'with-drawer'}`}
      title={known === undefined ? unit : `${known.id} ${known.name}`}
    >
      <div className="board" ref={board} onKeyDown={onKeyDown}>
        <UnitHead unit={unit} state={state} minute={minute} onUnit={(id) => go(hrefTo({ page: 'unit', unit: id }))} />
        {state.ready && known === undefined && unlisted === null && (
          <section className="panel">
            <Empty what={t('unit.thereIsNoUnit', { unit })} then={t('unit.chooseOneAboveOrGoBack')} />
          </section>
        )}
        {minute !== null && (
          <div className="rooms">
            {bands.map((band) => (
              <RoomBand
                key={band.id}
                band={band}
                state={state}
                minute={minute}
                selected={shown}
                tabStop={stop}
                onOpen={onOpen}
                onFocus={setCurrent}
              />
            ))}
            {known !== undefined && <WithoutBed unit={known.id} state={state} minute={minute} />}
            {known !== undefined && <Incoming unit={known} state={state} minute={minute} />}
          </div>
        )}
      </div>
      {shown !== null && minute !== null && (
        <Drawer key={shown} bedId={shown} minute={minute} takeFocus={byKey} onClose={close} onStep={step} />
      )}
    </PageMain>
  );
}

const closing = (close: () => void): Action => ({
  id: 'unit.close-bed',
  group: 'here',
  label: t('actions.closeBed'),
  keys: 'Escape',
  unlisted: true,
  perform: close,
});
