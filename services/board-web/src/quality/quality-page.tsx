import type { ReactNode } from 'react';
import { useLocalTime, useMinute, useStore } from '../app/board-context.js';
import { PageMain } from '../app/page-main.js';
import type { Problem } from '../commands/api.js';
import { Empty, Failed } from '../parts/empty.js';
import { Icon } from '../parts/icon.js';
import { ClocksPanel, ConflictsPanel } from './clocks-panel.js';
import { CodesPanel } from './codes-panel.js';
import { GhostsPanel } from './ghosts-panel.js';
import { QualityHeadline } from './quality-headline.js';
import { SendersTable } from './senders-table.js';
import { useQuality } from './use-quality.js';

/** How far the data behind every other page can be trusted: who sends, what came of it, and where facts do not fit. */
export function QualityPage() {
  const { facility } = useStore();
  const { report, problem, retry } = useQuality(facility);
  if (problem?.status === 403) {
    return (
      <Frame>
        <Empty what="Your role cannot see data quality" then="Ask an administrator." />
      </Frame>
    );
  }
  if (report === null) {
    return (
      <Frame>
        {problem === null ? (
          <p className="empty" aria-busy="true">
            <span className="bone">Reading the figures of all senders</span>
          </p>
        ) : (
          <Failed what="Data quality cannot be read" code={problem.code} retry={retry} />
        )}
      </Frame>
    );
  }
  return (
    <PageMain className="quality-page" title="Data quality">
      {problem !== null && <NotFresh asOf={report.asOf} problem={problem} retry={retry} />}
      <div className={problem === null ? 'quality' : 'quality is-old'}>
        <QualityHeadline report={report} />
        <SendersTable report={report} />
        <CodesPanel facility={facility} />
        <GhostsPanel ghosts={report.ghosts} />
        <ClocksPanel clocks={report.invalidClocks} />
        <ConflictsPanel conflicts={report.conflicts} />
        <details className="panel definitions">
          <summary>What the figures mean</summary>
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
    <PageMain className="quality-page" title="Data quality">
      <section className="panel" aria-label="Data quality">
        <header>
          <h2>Data quality</h2>
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
      Figures from {local.near(asOf, (minute ?? 0) * 60_000)}; newer ones cannot be read. Code {problem.code}.
      <span className="end">
        <button type="button" onClick={retry}>
          Retry
        </button>
      </span>
    </p>
  );
}
