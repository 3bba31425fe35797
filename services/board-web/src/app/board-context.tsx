import { createContext, useContext, useSyncExternalStore } from 'react';
import type { BoardState } from '../stream/board-state.js';
import type { BoardStore } from '../stream/board-store.js';
import type { ConnectionPhase } from '../stream/connection.js';
import { localTime, type LocalTime } from '../time/local-time.js';
import type { Me } from '@wardstream/api-contract';

export interface BoardContext {
  readonly store: BoardStore;
  readonly me: Me;
}

const Context = createContext<BoardContext | null>(null);
export const BoardProvider = Context.Provider;

function useContextValue(): BoardContext {
  const value = useContext(Context);
  if (value === null) throw new Error('outside the board');
  return value;
}

export const useStore = (): BoardStore => useContextValue().store;
export const useMe = (): Me => useContextValue().me;

/** A part of the board's state; the selector must return the same object while nothing changed. */
export function useBoard<T>(select: (state: BoardState) => T): T {
  const { board } = useStore();
  return useSyncExternalStore(board.subscribe, () => select(board.get()));
}

export const useBoardState = (): BoardState => useBoard((state) => state);

/** The facility's minute, which every running clock shares; null before the server told the time. */
export function useMinute(): number | null {
  const { minute } = useStore();
  return useSyncExternalStore(minute.subscribe, minute.get);
}

/** As of when the board shows what it shows, while it catches up (null: not known); undefined while it is live. */
export function useCatchingUp(): string | null | undefined {
  const { catchingUp } = useStore();
  return useSyncExternalStore(catchingUp.subscribe, catchingUp.get);
}

export function usePhase(): ConnectionPhase {
  const { phase } = useStore();
  return useSyncExternalStore(phase.subscribe, phase.get);
}

/** The facility's time in ms, told anew every few seconds. */
export function useBeat(): number | null {
  const { beat } = useStore();
  return useSyncExternalStore(beat.subscribe, beat.get);
}

export function useLocalTime(): LocalTime {
  return localTime(useBoard((s) => s.facility?.timeZone ?? 'UTC'));
}
