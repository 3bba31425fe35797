import { useEffect, useState } from 'react';
import { Icon } from '../ui/icon.js';
import { usePhase } from './board-context.js';
import type { Readiness } from '@wardstream/api-contract';
import { notReadyWords } from './not-ready.js';
import { t } from '../texts/texts.js';

/** How often the house is asked whether all of it works, in real milliseconds. */
const EVERY_MS = 10_000;
const ANSWERS_WITHIN_MS = 8_000;
const none: readonly string[] = [];

/**
 * Says that a part of the house does not work (its disk is full, a service is gone): messages may wait with their senders, and
 * what is shown may be old. Nothing while all works, and while nothing answers at all, which the line of the connection says.
 */
export function NotReadyBanner() {
  const reasons = useNotReady();
  const phase = usePhase();
  if (reasons.length === 0 || phase === 'signed-out') return null;
  return (
    <div className="banner critical" role="alert">
      <Icon name="critical" />
      {t('app.notAllOfTheHouseWorks', { value: reasons.join('; ') })}
    </div>
  );
}

function useNotReady(): readonly string[] {
  const [reasons, setReasons] = useState(none);
  useEffect(() => {
    const ended = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      try {
        const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(ANSWERS_WITHIN_MS)]);
        const answer = await fetch('/health/ready', { headers: { accept: 'application/json' }, signal });
        setReasons(answer.ok ? none : notReadyWords((await answer.json()) as Readiness));
      } catch {
        // Not reached, or not in time: what it said last stands.
      }
      if (!ended.signal.aborted) timer = setTimeout(() => void ask(), EVERY_MS);
    };
    void ask();
    return () => {
      ended.abort();
      clearTimeout(timer);
    };
  }, []);
  return reasons;
}
