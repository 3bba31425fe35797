import { useEffect, useRef, type ReactNode } from 'react';
import { timerMs } from '../time/timer.js';

/** So long a change is marked, and this often marks are taken off. */
const MARKED_MS = 1_200;
const SWEEP_MS = 400;

/** Marks its own background for a moment when `value` changes; never on first sight, and nothing moves. */
export function Changed({
  value,
  children,
  className = '',
}: {
  value: string | number | null;
  children: ReactNode;
  className?: string;
}) {
  const element = useRef<HTMLSpanElement>(null);
  const shown = useRef(value);
  useEffect(() => {
    if (shown.current === value) return;
    shown.current = value;
    flash(element.current);
  }, [value]);
  return (
    <span ref={element} className={className}>
      {children}
    </span>
  );
}

/** The same for an element that is a part of its own, such as a tile. */
export function useFlash<E extends HTMLElement>(value: string | number | null) {
  const element = useRef<E>(null);
  const shown = useRef(value);
  useEffect(() => {
    if (shown.current === value) return;
    shown.current = value;
    flash(element.current);
  }, [value]);
  return element;
}

/** Elements that are marked, and until when. */
const marked = new Map<HTMLElement, number>();
let sweeping: ReturnType<typeof setInterval> | undefined;

/** Marks are put on with what changed and taken off together, so that each costs no paint of its own. */
function flash(element: HTMLElement | null): void {
  if (element === null) return;
  element.classList.add('changed');
  marked.set(element, timerMs() + MARKED_MS);
  sweeping ??= setInterval(sweep, SWEEP_MS);
}

function sweep(): void {
  const now = timerMs();
  for (const [element, until] of marked) {
    if (until > now) continue;
    element.classList.remove('changed');
    marked.delete(element);
  }
  if (marked.size > 0) return;
  clearInterval(sweeping);
  sweeping = undefined;
}
