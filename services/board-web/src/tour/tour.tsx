import { useEffect, useRef, useSyncExternalStore } from 'react';
import { useBoard, useMe, useStore } from '../app/board-context.js';
import { go, hrefTo, setParameters, useAddress, useParameter } from '../app/navigation.js';
import { Icon } from '../ui/icon.js';
import { beginTour, closeTour, tourAt, tourSeen } from './tour-state.js';
import { tourStops, type TourStop } from './tour-stops.js';
import { t } from '../texts/parts/tour.js';

/** How often the part of a page that is still being drawn is looked for, and how often at most. */
const LOOK_MS = 150;
const MOST_LOOKS = 40;

/**
 * Shows each feature where it is: a line above the page, in its flow, that covers nothing, and a mark around the part it speaks of. It
 * asks once in a demonstration, and begins with `?tour` anywhere.
 */
export function Tour() {
  const store = useStore();
  const speed = useSyncExternalStore(store.speed.subscribe, store.speed.get);
  const ready = useBoard((s) => s.ready);
  const seen = useSyncExternalStore(tourSeen.subscribe, tourSeen.get);
  const at = useSyncExternalStore(tourAt.subscribe, tourAt.get);
  const asked = useParameter('tour') !== null;
  useEffect(() => {
    if (!ready || !asked) return;
    setParameters({ tour: null });
    beginTour();
  }, [ready, asked]);
  if (!ready || asked) return null;
  if (at !== null) return <Stops at={at} />;
  return seen || speed === 1 ? null : <Invitation speed={speed} />;
}

function Invitation({ speed }: { speed: number }) {
  return (
    <section className="tour" aria-label={t('tour.tour')}>
      <p>
        <b>{t('tour.aDemonstrationHospital')}</b> {t('tour.itsPeopleAreInventedAndIts')} {speed}{' '}
        {t('tour.timesAsFastAFewStops')}
      </p>
      <span className="end">
        <button type="button" className="btn small primary" onClick={beginTour}>
          {t('tour.showMe')}
        </button>
        <button type="button" className="btn small" onClick={closeTour}>
          {t('tour.notNow')}
        </button>
      </span>
    </section>
  );
}

function Stops({ at }: { at: number }) {
  const { roles } = useMe();
  const { board } = useStore();
  // The stops of a tour stay as they were when it came to this one, whatever the board shows meanwhile.
  const stops = useRef<TourStop[]>([]);
  if (stops.current.length === 0) stops.current = tourStops(board.get(), roles);
  const stop = stops.current[Math.min(at, stops.current.length - 1)]!;
  const isLast = at >= stops.current.length - 1;
  const next = useRef<HTMLButtonElement>(null);
  useEffect(() => next.current?.focus({ preventScroll: true }), []);
  useEffect(() => go(hrefTo(stop.to, stop.own)), [stop]);
  const address = useAddress();
  useEffect(() => marked(stop.part), [stop, address]);
  return (
    <section
      className="tour stays"
      aria-label={t('tour.tour')}
      onKeyDown={(event) => event.key === 'Escape' && closeTour()}
    >
      <p role="status">
        <span className="sub">
          {at + 1} {t('tour.of')} {stops.current.length}
        </span>{' '}
        <b>{stop.title}.</b> {stop.text}
      </p>
      <span className="end">
        <button
          type="button"
          className="btn small"
          aria-disabled={at === 0}
          onClick={() => at > 0 && tourAt.set(at - 1)}
        >
          {t('tour.back')}
        </button>
        <button
          ref={next}
          type="button"
          className="btn small primary"
          onClick={() => (isLast ? closeTour() : tourAt.set(at + 1))}
        >
          {isLast ? t('tour.done') : t('tour.next')}
        </button>
        <button type="button" className="btn small quiet" aria-label={t('tour.closeTheTour')} onClick={closeTour}>
          <Icon name="cross" />
        </button>
      </span>
    </section>
  );
}

/** Marks the part once it is there, and takes the mark away again by what is returned. */
function marked(part: string): () => void {
  let element: Element | null = null;
  let looks = 0;
  const look = (): void => {
    element = document.querySelector(part);
    if (element === null) return;
    clearInterval(timer);
    element.setAttribute('data-tour', '');
    element.scrollIntoView({ block: 'nearest' });
  };
  const timer = setInterval(() => (++looks > MOST_LOOKS ? clearInterval(timer) : look()), LOOK_MS);
  look();
  return () => {
    clearInterval(timer);
    element?.removeAttribute('data-tour');
  };
}
