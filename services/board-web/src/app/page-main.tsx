import { useEffect, type ReactNode } from 'react';
import { useBoard, useCatchingUp, usePhase, useStore } from './board-context.js';

/** The page's own part under the bar and the strip. The browser's title says the place, never a patient. */
export function PageMain({ className, title, children }: { className: string; title: string; children: ReactNode }) {
  const phase = usePhase();
  const store = useStore();
  const facility = useBoard((s) => s.facility?.name) ?? store.facility;
  useEffect(() => {
    document.title = `${title}: ${facility}`;
  }, [title, facility]);
  const behind = useCatchingUp();
  const stale = phase === 'stale' || phase === 'signed-out' || behind !== undefined;
  return (
    <main className={className} data-stale={stale ? '' : undefined}>
      <h1 className="visually-hidden">{title}</h1>
      {children}
    </main>
  );
}
