import { useCallback, useEffect, useRef, useState } from 'react';
import { timerMs } from '../time/timer.js';
import { settleOrder, type ShownOrder } from './row-order.js';

/** Holds a list still under the hand. Spread `hold` on the element that contains the rows. */
export function useOrder(wanted: readonly string[]): {
  ids: readonly string[];
  moved: number;
  sortNow: () => void;
  hold: Record<'onPointerEnter' | 'onPointerLeave' | 'onFocus' | 'onBlur', () => void>;
} {
  const pointer = useRef(false);
  const focus = useRef(false);
  const latest = useRef(wanted);
  const [shown, setShown] = useState<ShownOrder>(() => settleOrder(null, wanted, timerMs(), false));
  const settle = useCallback((asked = false) => {
    setShown((before) => settleOrder(before, latest.current, timerMs(), pointer.current || focus.current, asked));
  }, []);
  const key = wanted.join('\n');
  useEffect(() => {
    latest.current = key === '' ? [] : key.split('\n');
    settle();
  }, [key, settle]);
  useEffect(() => {
    const timer = setInterval(() => settle(), 2_000);
    return () => clearInterval(timer);
  }, [settle]);
  const sortNow = useCallback(() => settle(true), [settle]);
  const [hold] = useState(() => ({
    onPointerEnter: () => void (pointer.current = true),
    onPointerLeave: () => void (pointer.current = false),
    onFocus: () => void (focus.current = true),
    onBlur: () => void (focus.current = false),
  }));
  return { ids: shown.ids, moved: shown.moved, sortNow, hold };
}
