import type { Severity } from '@wardstream/events';
import { Fragment } from 'react';
import { useBeat, useBoard, useLocalTime } from '../app/board-context.js';
import { setParameters, useParameter } from '../app/navigation.js';
import { Empty } from '../parts/empty.js';
import { Icon } from '../parts/icon.js';
import { counted as inWords } from '../parts/words.js';
import { ageText } from '../time/duration.js';
import { HourBars } from './hour-bars.js';
import {
  delayClasses,
  senderOrder,
  shareText,
  type CountedMessages,
  type QualityReport,
  type SenderRow,
} from './quality-report.js';

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
    <section className="panel senders-panel" aria-label="Senders">
      <header>
        <h2>Senders</h2>
        <span className="dim">shares of what was received in this hour and the 23 before</span>
      </header>
      {rows.length === 0 ? (
        <Empty what="No sender was heard yet" then="One appears with its first message or command." />
      ) : (
        <div className="quality-scroll">
          <table className="senders">
            <thead>
              <tr>
                <th>Sender</th>
                <th>Last heard</th>
                <th>Usual silence</th>
                <th className="n">Last 60 min</th>
                <th className="col-24h">24 h</th>
                <th className="n">Received</th>
                <th className="n">Refused</th>
                <th className="n">Not placed</th>
                <th className="n">Not acted on</th>
                <th className="n">Repeats</th>
                <th className="n">Clock ahead</th>
                <th>
                  <span className="said">Details</span>
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

function SenderCells({ row, severity }: { row: SenderRow; severity: Severity | null }) {
  const { counted } = row;
  const homeless = row.id.startsWith('-/');
  return (
    <>
      <td>
        {severity !== null && <Icon name={severity} label={severity} />}
        <b>{row.name}</b>{' '}
        <span className="dim">
          {homeless ? 'names no facility known here' : row.name === row.sender ? '' : row.sender}
        </span>
      </td>
      <td>
        <LastHeard row={row} />
      </td>
      <td>
        {row.usualSilenceMinutes === null ? (
          <span className="dim">{homeless ? 'n/a' : 'not known yet'}</span>
        ) : (
          <>
            under {ageText(row.usualSilenceMinutes * 60)}
            <small className="second"> alert at {ageText((row.alertAfterMinutes ?? 0) * 60)}</small>
          </>
        )}
      </td>
      {counted === null ? (
        <td colSpan={9} className="dim">
          commands; messages are not counted
        </td>
      ) : (
        <CountCells counted={counted} />
      )}
    </>
  );
}

/** How long ago it was heard, by the freshest word of the live stream. */
function LastHeard({ row }: { row: SenderRow }) {
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
  const word = again ? 'heard again' : row.state === 'silent' ? 'silent' : row.state === 'late' ? 'late' : '';
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
        <small> {usual === null ? 'usual n/a' : `of ${Math.round(usual)}`}</small>
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

function SenderDetails({ row, report }: { row: SenderRow; report: QualityReport }) {
  const { counted } = row;
  const local = useLocalTime();
  const nowMs = Date.parse(report.asOf);
  const gap =
    row.usualGapMinutes === null
      ? 'Usual gap not known yet.'
      : `Usual gap under ${ageText(row.usualGapMinutes * 60)}: 99 of 100 stay under it.`;
  const alert = row.alertAfterMinutes === null ? '' : `Alert after ${ageText(row.alertAfterMinutes * 60)} of silence.`;
  const heard = `Heard last ${local.near(row.lastReceivedAt, nowMs)}. ${gap} ${alert}`;
  if (counted === null) return <p>{heard}</p>;
  const { counts } = counted;
  const most = Math.max(1, ...counted.delays.counts);
  const names = delayClasses(counted.delays.boundsSeconds);
  const figures: [string, number, string][] = [
    ['Processed', counts.processed, ''],
    ['Quarantined', counts.quarantined, 'understood and wrong'],
    ['Refused', counts.refused, ''],
    [
      'Not placed',
      counts.unplaced,
      `${counted.unknownPlaces.messages} wait now, for ${inWords(counted.unknownPlaces.codes, 'unknown code')}`,
    ],
    ['Not acted on', counts.notActedOn, 'no rule for the trigger'],
    ['Repeats', counts.repeats, 'byte for byte; not in received'],
    ['Control ids used twice', counts.controlIdsReused, 'for another message'],
    ['Not production', counts.notProduction ?? 0, 'training or debugging by MSH-11'],
    ['Happened in the future', counts.eventInFuture, `over 1 min ahead, of ${counts.timed}`],
    ['Happened over a year ago', counts.eventLongPast, `of ${counts.timed}`],
  ];
  return (
    <div className="sender-details">
      <dl aria-label="Counts">
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
        <caption>Received after it was recorded, {counts.timed} messages with a time</caption>
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
        {heard} Counted since {local.near(counted.since, nowMs)} by {row.heardBy}.
      </p>
    </div>
  );
}
