import type { CountedMessages, QualityReport, SenderReport } from '@wardstream/api-contract';
import type { Severity } from '@wardstream/events';
import { Fragment } from 'react';
import { useBeat, useBoard, useLocalTime } from '../app/board-context.js';
import { setParameters, useParameter } from '../app/navigation.js';
import { Empty } from '../ui/empty.js';
import { Icon } from '../ui/icon.js';
import { counted as inWords } from '../ui/labels.js';
import { ageText } from '../time/duration.js';
import { HourBars } from './hour-bars.js';
import { delayClasses, senderOrder, shareText } from './quality-report.js';
import { t } from '../texts/parts/quality.js';

/** Who sends: what needs a person first. A row opens on what was counted of the sender. */
export function SendersTable({ report }: { report: QualityReport }) {
  const open = useParameter('sender');
  const rows = senderOrder(report);
  const toggle = (id: string): void => setParameters({ sender: open === id ? null : id });
  const onKeyDown = (event: React.KeyboardEvent<HTMLTableRowElement>, id: string): void => {
    if (event.target !== event.currentTarget) return;
    if (event.key === 'Enter') toggle(id);
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const all = [...(event.currentTarget.parentElement?.querySelectorAll<HTMLElement>('tr[tabindex]') ?? [])];
      all[all.indexOf(event.currentTarget) + (event.key === 'ArrowDown' ? 1 : -1)]?.focus();
    }
  };
  return (
    <section className="panel senders-panel" aria-label={t('quality.senders')}>
      <header>
        <h2>{t('quality.senders')}</h2>
        <span className="dim">{t('quality.sharesOfWhatWasReceivedIn')}</span>
      </header>
      {rows.length === 0 ? (
        <Empty what={t('quality.noSenderWasHeardYet')} then={t('quality.oneAppearsWithItsFirstMessage')} />
      ) : (
        <div className="quality-scroll">
          <table className="senders">
            <thead>
              <tr>
                <th>{t('quality.sender')}</th>
                <th>{t('quality.lastHeard')}</th>
                <th>{t('quality.usualSilence')}</th>
                <th className="n">{t('quality.lastMin')}</th>
                <th className="col-24h">24 h</th>
                <th className="n">{t('quality.received')}</th>
                <th className="n">{t('quality.refused')}</th>
                <th className="n">{t('quality.notPlaced')}</th>
                <th className="n">{t('quality.notActedOn')}</th>
                <th className="n">{t('quality.repeats')}</th>
                <th className="n">{t('quality.clockAhead')}</th>
                <th>
                  <span className="visually-hidden">{t('quality.details')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ row, severity }) => (
                <Fragment key={row.id}>
                  <tr
                    tabIndex={0}
                    aria-expanded={open === row.id}
                    className={severity ?? ''}
                    onClick={() => toggle(row.id)}
                    onKeyDown={(event) => onKeyDown(event, row.id)}
                  >
                    <SenderCells row={row} severity={severity} />
                  </tr>
                  {open === row.id && (
                    <tr className="details">
                      <td colSpan={12}>
                        <SenderDetails row={row} report={report} />
                      </td>
                    </tr>
                  )}
                </Fragment>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function SenderCells({ row, severity }: { row: SenderReport; severity: Severity | null }) {
  const { counted } = row;
  const homeless = row.id.startsWith('-/');
  return (
    <>
      <td>
        {severity !== null && <Icon name={severity} label={severity} />}
        <b>{row.name}</b>{' '}
        <span className="dim">
          {homeless ? t('quality.namesNoFacilityKnownHere') : row.name === row.sender ? '' : row.sender}
        </span>
      </td>
      <td>
        <LastHeard row={row} />
      </td>
      <td>
        {row.usualSilenceMinutes === null ? (
          <span className="dim">{homeless ? 'n/a' : t('quality.notKnownYet')}</span>
        ) : (
          <>
            {t('quality.under')} {ageText(row.usualSilenceMinutes * 60)}
            <small className="second">
              {' '}
              {t('quality.alertAt')} {ageText((row.alertAfterMinutes ?? 0) * 60)}
            </small>
          </>
        )}
      </td>
      {counted === null ? (
        <td colSpan={9} className="dim">
          {t('quality.commandsMessagesAreNotCounted')}
        </td>
      ) : (
        <CountCells counted={counted} />
      )}
    </>
  );
}

/** How long ago it was heard, by the freshest word of the live stream. */
function LastHeard({ row }: { row: SenderReport }) {
  const now = useBeat();
  const feeds = useBoard((s) => s.feeds);
  const local = useLocalTime();
  let last = row.lastReceivedAt;
  for (const feed of feeds.values()) {
    if (`${feed.owner}/${feed.feed}` === row.id && feed.lastReceivedAt > last) last = feed.lastReceivedAt;
  }
  if (now === null) return null;
  const seconds = Math.max(0, (now - Date.parse(last)) / 1000);
  const quiet = row.state === 'silent' || row.state === 'late';
  // Heard since the figures were made: the alert ends by itself once it is heard for a while.
  const again = quiet && row.usualSilenceMinutes !== null && seconds < row.usualSilenceMinutes * 60;
  const word = again ? t('quality.heardAgain') : row.state === 'silent' ? 'silent' : row.state === 'late' ? 'late' : '';
  return (
    <span className={quiet && !again ? 'heard is-silent' : 'heard'}>
      {quiet && !again && <Icon name="silent" />}
      <b>{word === '' ? ageText(seconds) : `${word} ${ageText(seconds)}`}</b>
      <small>{local.near(last, now)}</small>
    </span>
  );
}

function CountCells({ counted }: { counted: CountedMessages }) {
  const { counts } = counted;
  const usual = counted.usualThisHour;
  return (
    <>
      <td className="n">
        {counted.lastHour}
        <small> {usual === null ? t('quality.usualNA') : t('quality.of3', { usual: Math.round(usual) })}</small>
      </td>
      <td className="col-24h">
        <HourBars perHour={counted.perHour} />
      </td>
      <td className="n">{counts.received}</td>
      <ShareCell part={counts.quarantined + counts.refused} base={counts.received} />
      <ShareCell part={counts.unplaced} base={counts.received} />
      <ShareCell part={counts.notActedOn} base={counts.received} />
      <td className={counts.repeats === 0 ? 'n zero' : 'n'}>{counts.repeats}</td>
      <ShareCell part={counts.recordedAhead} base={counts.timed} />
      <td className="open-mark">
        <Icon name="down" />
      </td>
    </>
  );
}

function ShareCell({ part, base }: { part: number; base: number }) {
  const share = shareText(part, base);
  if (share === null) return <td className="n dim">n/a</td>;
  return (
    <td className={part === 0 ? 'n zero' : 'n'}>
      {share} %{part > 0 && <small> {part}</small>}
    </td>
  );
}

function SenderDetails({ row, report }: { row: SenderReport; report: QualityReport }) {
  const { counted } = row;
  const local = useLocalTime();
  const nowMs = Date.parse(report.asOf);
  const gap =
    row.usualGapMinutes === null
      ? t('quality.usualGapNotKnownYet')
      : t('quality.usualGapUnderOfStayUnder', { value: ageText(row.usualGapMinutes * 60) });
  const alert =
    row.alertAfterMinutes === null
      ? ''
      : t('quality.alertAfterOfSilence', { value: ageText(row.alertAfterMinutes * 60) });
  const heard = t('quality.heardLast', { at: local.near(row.lastReceivedAt, nowMs), gap, alert });
  if (counted === null) return <p>{heard}</p>;
  const { counts } = counted;
  const most = Math.max(1, ...counted.delays.counts);
  const names = delayClasses(counted.delays.boundsSeconds);
  const figures: [string, number, string][] = [
    [t('quality.processed'), counts.processed, ''],
    [t('quality.quarantined'), counts.quarantined, t('quality.understoodAndWrong')],
    [t('quality.refused'), counts.refused, ''],
    [
      t('quality.notPlaced'),
      counts.unplaced,
      t('quality.waitNowFor', {
        messages: counted.unknownPlaces.messages,
        value: inWords(counted.unknownPlaces.codes, 'unknownCode'),
      }),
    ],
    [t('quality.notActedOn'), counts.notActedOn, t('quality.noRuleForTheTrigger')],
    [t('quality.repeats2'), counts.repeats, t('quality.byteForByteNotInReceived')],
    [t('quality.controlIdsUsedTwice'), counts.controlIdsReused, t('quality.forAnotherMessage')],
    [t('quality.notProduction'), counts.notProduction ?? 0, t('quality.trainingOrDebuggingByMsh')],
    [t('quality.happenedInTheFuture'), counts.eventInFuture, t('quality.overMinAheadOf', { timed: counts.timed })],
    [t('quality.happenedOverAYearAgo'), counts.eventLongPast, t('quality.of4', { timed: counts.timed })],
  ];
  return (
    <div className="sender-details">
      <dl aria-label={t('quality.counts')}>
        {figures.map(([name, n, note]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className={n === 0 ? 'zero' : ''}>
              <b>{n}</b> {note}
            </dd>
          </div>
        ))}
      </dl>
      <table className="delays">
        <caption>
          {t('quality.receivedAfterItWasRecorded')} {counts.timed} {t('quality.messagesWithATime')}
        </caption>
        <tbody>
          {names.map((name, i) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="n">{counted.delays.counts[i] ?? 0}</td>
              <td>
                <i style={{ '--v': (counted.delays.counts[i] ?? 0) / most } as React.CSSProperties} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="dim">
        {heard} {t('quality.countedSince')} {local.near(counted.since, nowMs)} {t('quality.by')} {row.heardBy}.
      </p>
    </div>
  );
}
