import { useCallback, useEffect, useState } from 'react';
import { api, Problem } from '../commands/api.js';
import type { QualityReport } from './quality-report.js';

/** How often the figures are asked for anew, in real milliseconds, while the page is seen. */
const EVERY_MS = 10_000;

export interface QualityState {
  /** The last good answer; it stays while a later one fails. */
  readonly report: QualityReport | null;
  /** Why the latest question was not answered; null once one is. */
  readonly problem: Problem | null;
  readonly retry: () => void;
}

/** The data quality of a facility, asked for quietly again and again while the page is seen. */
export function useQuality(facility: string): QualityState {
  const [report, setReport] = useState<QualityReport | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      try {
        const path = `/api/v1/facilities/${encodeURIComponent(facility)}/data-quality`;
        setReport(await api<QualityReport>(path, { signal: abort.signal }));
        setProblem(null);
      } catch (error) {
        if (!(error instanceof Problem)) return;
        setProblem(error);
        // Who may not see it will not be let in by asking again.
        if (error.status === 401 || error.status === 403) return;
      }
      if (!abort.signal.aborted) timer = setTimeout(next, EVERY_MS);
    };
    const next = (): void => {
      if (document.visibilityState === 'visible') void ask();
      else timer = setTimeout(next, EVERY_MS);
    };
    void ask();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [facility, asked]);
  const retry = useCallback(() => setAsked((n) => n + 1), []);
  return { report, problem, retry };
}
