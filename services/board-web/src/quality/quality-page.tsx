import './quality-page.css';
import { Bone } from '../ui/bone.js';
import type { QualityReport } from '@wardstream/api-contract';
import type { ReactNode } from 'react';
import { useLocalTime, useMinute, useStore } from '../app/board-context.js';
import { PageMain } from '../app/page-main.js';
import { useFetched } from '../app/use-fetched.js';
import type { Problem } from '../commands/api.js';
import { Empty, Failed } from '../ui/empty.js';
import { Icon } from '../ui/icon.js';
import { ClocksPanel, ConflictsPanel } from './clocks-panel.js';
import { CodesPanel } from './codes-panel.js';
import { GhostsPanel } from './ghosts-panel.js';
import { QualityHeadline } from './quality-headline.js';
import { SendersTable } from './senders-table.js';
import { t } from '../texts/parts/quality.js';

/** How often the figures are asked for anew, in real milliseconds. */
const EVERY_MS = 10_000;

/** How far the data behind every other page can be trusted: who sends, what came of it, and where facts do not fit. */
export function QualityPage() {
  const { facility } = useStore();
  const path = `/api/v1/facilities/${encodeURIComponent(facility)}/data-quality`;
  const { value: report, problem, reload: retry } = useFetched<QualityReport>(path, { everyMs: EVERY_MS });
  if (problem?.status === 403) {
    return (
      <Frame>
        <Empty what={t('quality.yourRoleCannotSeeDataQuality')} then={t('quality.askAnAdministrator')} />
      </Frame>
    );
  }
  if (report === null) {
    return (
      <Frame>
        {problem === null ? (
          <p className="empty" aria-busy="true">
            <Bone letters={36} />
          </p>
        ) : (
          <Failed what={t('quality.dataQualityCannotBeRead')} code={problem.code} retry={retry} />
        )}
      </Frame>
    );
  }
  return (
    <PageMain className="quality-page" title={t('quality.dataQuality')}>
      {problem !== null && <NotFresh asOf={report.asOf} problem={problem} retry={retry} />}
      <div className={problem === null ? 'quality' : 'quality is-old'}>
        <QualityHeadline report={report} />
        <SendersTable report={report} />
        <CodesPanel facility={facility} />
        <GhostsPanel ghosts={report.ghosts} />
        <ClocksPanel clocks={report.invalidClocks} />
        <ConflictsPanel conflicts={report.conflicts} />
        <details className="panel definitions">
          <summary>{t('quality.whatTheFiguresMean')}</summary>
          <dl>
            {Object.entries(report.definitions).map(([name, text]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
        </details>
      </div>
    </PageMain>
  );
}

function Frame({ children }: { children: ReactNode }) {
  return (
    <PageMain className="quality-page" title={t('quality.dataQuality')}>
      <section className="panel" aria-label={t('quality.dataQuality')}>
        <header>
          <h2>{t('quality.dataQuality')}</h2>
        </header>
        {children}
      </section>
    </PageMain>
  );
}

/** The last good figures stay, and say of when they are. */
function NotFresh({ asOf, problem, retry }: { asOf: string; problem: Problem; retry: () => void }) {
  const local = useLocalTime();
  const minute = useMinute();
  return (
    <p className="banner warn" role="status">
      <Icon name="silent" />
      {t('quality.figuresFrom')} {local.near(asOf, (minute ?? 0) * 60_000)}
      {t('quality.newerOnesCannotBeReadCode')} {problem.code}.
      <span className="end">
        <button type="button" onClick={retry}>
          {t('quality.retry')}
        </button>
      </span>
    </p>
  );
}
