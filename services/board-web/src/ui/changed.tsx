import { useEffect, useRef, type ReactNode } from 'react';

/** Flashes its own background once when `value` changes; never on first sight, and nothing moves. */
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

function flash(element: HTMLElement | null): void {
  if (element === null) return;
  element.classList.remove('changed');
  void element.offsetWidth;
  element.classList.add('changed');
  element.addEventListener('animationend', () => element.classList.remove('changed'), { once: true });
}
