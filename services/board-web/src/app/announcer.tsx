import { useEffect, useRef, useState } from 'react';
import { timerMs } from '../time/timer.js';
import { counted } from '../ui/labels.js';
import { useBoard } from './board-context.js';
import { t } from '../texts/texts.js';

/** Everything but a new critical alert is said at most this often. */
const POLITE_MS = 30_000;

/** Says new alerts to screen readers: critical ones at once and assertively, the others gathered. */
export function Announcer() {
  const alerts = useBoard((s) => s.alerts);
  const ready = useBoard((s) => s.ready);
  const known = useRef<Set<string> | null>(null);
  const gathered = useRef(0);
  const saidAt = useRef(-POLITE_MS);
  const [urgent, setUrgent] = useState('');
  const [polite, setPolite] = useState('');

  useEffect(() => {
    if (!ready) return;
    const firing = [...alerts.values()].filter((a) => a.state === 'firing');
    const key = (a: (typeof firing)[number]): string => `${a.id}/${a.severity}/${a.firedAt}`;
    const before = known.current;
    known.current = new Set(firing.map(key));
    if (before === null) return;
    const fresh = firing.filter((a) => !before.has(key(a)));
    const critical = fresh.filter((a) => a.severity === 'critical');
    if (critical.length > 0)
      setUrgent(critical.map((a) => t('app.critical', { title: a.title, where: a.where })).join('. '));
    gathered.current += fresh.length - critical.length;
  }, [alerts, ready]);

  useEffect(() => {
    const timer = setInterval(() => {
      if (gathered.current === 0 || timerMs() - saidAt.current < POLITE_MS) return;
      saidAt.current = timerMs();
      setPolite(counted(gathered.current, 'newAlert'));
      gathered.current = 0;
    }, 1_000);
    return () => clearInterval(timer);
  }, []);

  return (
    <>
      <div className="visually-hidden" role="alert" aria-live="assertive">
        {urgent}
      </div>
      <div className="visually-hidden" role="status" aria-live="polite">
        {polite}
      </div>
    </>
  );
}
