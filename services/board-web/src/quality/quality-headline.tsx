import type { ReactNode } from 'react';
import { useLocalTime, useMinute } from '../app/board-context.js';
import { counted } from '../parts/words.js';
import { shareText, totals, type QualityReport } from './quality-report.js';

/** The figures of the whole house, each with its base. */
export function QualityHeadline({ report }: { report: QualityReport }) {
  const sum = totals(report);
  const local = useLocalTime();
  const minute = useMinute();
  const beds = report.ghosts.filter((g) => g.kind !== 'encounter-without-bed').length;
  return (
    <dl className="panel quality-headline" aria-label="Data quality of the house">
      <Stat label="Senders heard as usual" tone={sum.quiet > 0 ? 'is-warn' : ''}>
        <dd className="v">
          {sum.senders - sum.quiet}
          <small> of {sum.senders}</small>
        </dd>
        <dd>
          {sum.quiet === 0 ? 'none is late' : `${sum.quiet} silent for longer than usual`}
          <br />
          as of {local.near(report.asOf, (minute ?? 0) * 60_000)}
        </dd>
      </Stat>
      <Stat label="Messages, last 60 min">
        <dd className="v">{sum.lastHour}</dd>
        <dd>
          {sum.usualThisHour === null
            ? 'usual for this hour not known yet'
            : `${Math.round(sum.usualThisHour)} usual for this hour`}
        </dd>
      </Stat>
      <Stat label="Quarantined or refused">
        <Share part={sum.refused} base={sum.received} />
      </Stat>
      <Stat label="Waiting for a mapping">
        <Share part={sum.unplaced} base={sum.received} />
      </Stat>
      <Stat label="Ghosts">
        <dd className="v">{report.ghosts.length}</dd>
        <dd>
          {counted(beds, 'bed')}
          <br />
          {counted(report.ghosts.length - beds, 'visit')} without a bed
        </dd>
      </Stat>
      <Stat label="Invalid clocks, 24 h">
        <dd className="v">{report.invalidClocks.count}</dd>
        <dd>
          end before they begin; in no average
          {report.invalidClocks.running.length > 0 && (
            <>
              <br />
              {report.invalidClocks.running.length} running, begin ahead
            </>
          )}
        </dd>
      </Stat>
      <Stat label="Open conflicts">
        <dd className="v">{report.conflicts.open}</dd>
        <dd>{counted(report.conflicts.byKind.length, 'kind')}</dd>
      </Stat>
    </dl>
  );
}

function Stat({ label, tone = '', children }: { label: string; tone?: string; children: ReactNode }) {
  return (
    <div className={`stat ${tone}`}>
      <dt>{label}</dt>
      {children}
    </div>
  );
}

function Share({ part, base }: { part: number; base: number }) {
  const share = shareText(part, base);
  return (
    <>
      <dd className="v">
        {share === null ? (
          <span className="dim">n/a</span>
        ) : (
          <>
            {share}
            <small> %</small>
          </>
        )}
      </dd>
      <dd>{share === null ? 'no message in 24 h' : `${part} of ${base} in 24 h`}</dd>
    </>
  );
}
