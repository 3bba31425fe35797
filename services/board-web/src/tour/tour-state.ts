import { Signal } from '../app/signal.js';

const KEY = 'wardstream.tour';

/** Whether this browser has been shown the tour, or did not want it. */
export const tourSeen = new Signal<boolean>(localStorage.getItem(KEY) === 'seen');
tourSeen.subscribe(() => {
  if (tourSeen.get()) localStorage.setItem(KEY, 'seen');
});

/** Where the tour stands: null while it is closed. -1 asks whether to begin. */
export const tourAt = new Signal<number | null>(null);

export function beginTour(): void {
  tourAt.set(0);
}

export function closeTour(): void {
  tourAt.set(null);
  tourSeen.set(true);
}
