import type { QualityReport } from '@wardstream/api-contract';
import type { ReactNode } from 'react';
import { useLocalTime, useMinute } from '../app/board-context.js';
import { counted } from '../ui/labels.js';
import { shareText, totals } from './quality-report.js';
import { t } from '../texts/parts/quality.js';

/** The figures of the whole house, each with its base. */
export function QualityHeadline({ report }: { report: QualityReport }) {
  const sum = totals(report);
  const local = useLocalTime();
  const minute = useMinute();
  const beds = report.ghosts.filter((g) => g.kind !== 'encounter-without-bed').length;
  return (
    <dl className="panel quality-headline" aria-label={t('quality.dataQualityOfTheHouse')}>
      <Stat label={t('quality.sendersHeardAsUsual')} tone={sum.quiet > 0 ? 'is-warn' : ''}>
        <dd className="v">
          {sum.senders - sum.quiet}
          <small>
            {' '}
            {t('quality.of2')} {sum.senders}
          </small>
        </dd>
        <dd>
          {sum.quiet === 0 ? t('quality.noneIsLate') : t('quality.silentForLongerThanUsual', { quiet: sum.quiet })}
          <br />
          {t('quality.asOf')} {local.near(report.asOf, (minute ?? 0) * 60_000)}
        </dd>
      </Stat>
      <Stat label={t('quality.messagesLastMin')}>
        <dd className="v">{sum.lastHour}</dd>
        <dd>
          {sum.usualThisHour === null
            ? t('quality.usualForThisHourNotKnown')
            : t('quality.usualForThisHour', { usualThisHour: Math.round(sum.usualThisHour) })}
        </dd>
      </Stat>
      <Stat label={t('quality.quarantinedOrRefused')}>
        <Share part={sum.refused} base={sum.received} />
      </Stat>
      <Stat label={t('quality.waitingForAMapping')}>
        <Share part={sum.unplaced} base={sum.received} />
      </Stat>
      <Stat label={t('quality.ghosts')}>
        <dd className="v">{report.ghosts.length}</dd>
        <dd>
          {counted(beds, 'bed')}
          <br />
          {counted(report.ghosts.length - beds, 'visit')} {t('quality.withoutABed')}
        </dd>
      </Stat>
      <Stat label={t('quality.invalidClocksH')}>
        <dd className="v">{report.invalidClocks.count}</dd>
        <dd>
          {t('quality.endBeforeTheyBeginInNo')}
          {report.invalidClocks.running.length > 0 && (
            <>
              <br />
              {report.invalidClocks.running.length} {t('quality.runningBeginAhead')}
            </>
          )}
        </dd>
      </Stat>
      <Stat label={t('quality.openConflicts')}>
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
      <dd>{share === null ? t('quality.noMessageInH') : t('quality.ofInH', { part, base })}</dd>
    </>
  );
}
