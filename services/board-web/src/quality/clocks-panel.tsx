import { useLocalTime, useMinute } from '../app/board-context.js';
import { Link } from '../app/link.js';
import { Empty } from '../parts/empty.js';
import { Icon } from '../parts/icon.js';
import { conflictWord } from '../parts/words.js';
import { clockWord, type ClockRow, type QualityReport } from './quality-report.js';

/** Steps that end before they begin: by kind, then the latest of them. None of them is in an average. */
export function ClocksPanel({ clocks }: { clocks: QualityReport['invalidClocks'] }) {
  return (
    <section className="panel clocks-panel" aria-label="Invalid clocks">
      <header>
        <h2>Invalid clocks</h2>
        <span className="dim">found in {clocks.hours} h</span>
        <span className="end count">{clocks.count}</span>
      </header>
      {clocks.count === 0 && clocks.running.length === 0 ? (
        <Empty what="No step ends before it begins" then="One is listed here until a later fact corrects it." />
      ) : (
        <div className="quality-scroll tall">
          <table className="quality-list">
            <tbody>
              {clocks.byClock.map(({ clock, count }) => (
                <tr key={clock} className="kind">
                  <td className="n">
                    <b>{count}</b>
                  </td>
                  <td colSpan={2}>{clockWord(clock)}</td>
                </tr>
              ))}
              {clocks.running.length > 0 && (
                <tr className="kind">
                  <td className="n">
                    <b>{clocks.running.length}</b>
                  </td>
                  <td colSpan={2}>Running, begin more than a minute ahead</td>
                </tr>
              )}
            </tbody>
            <tbody>
              {clocks.items.slice(0, 50).map((item) => (
                <Item key={`${item.subject.type}/${item.subject.id}/${item.clock}`} item={item} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Item({ item }: { item: ClockRow }) {
  const local = useLocalTime();
  const nowMs = (useMinute() ?? 0) * 60_000;
  const isBed = item.unit !== null && item.where !== item.unit && item.where !== 'unknown place';
  return (
    <tr>
      <td>
        {item.unit === null ? (
          <b>{item.where}</b>
        ) : (
          <Link to={{ page: 'unit', unit: item.unit }} own={isBed ? { bed: item.where } : {}}>
            <b>{item.where}</b>
          </Link>
        )}
      </td>
      <td>
        <span className="dim">invalid</span> from {local.near(item.from, nowMs)} to {local.near(item.to, nowMs)}
        <small>
          {clockWord(item.clock)}
          {item.source !== null && `, said by ${item.source}`}
        </small>
      </td>
      <td className="dim">found {local.near(item.foundAt, nowMs)}</td>
    </tr>
  );
}

/** Facts that disagree, by kind; each is on the page of conflicts. */
export function ConflictsPanel({ conflicts }: { conflicts: QualityReport['conflicts'] }) {
  const local = useLocalTime();
  const nowMs = (useMinute() ?? 0) * 60_000;
  return (
    <section className="panel kinds-panel" aria-label="Open conflicts by kind">
      <header>
        <h2>Open conflicts</h2>
        <span className="dim">by kind</span>
        <span className="end">
          <Link to={{ page: 'conflicts' }}>All {conflicts.open}</Link>
        </span>
      </header>
      {conflicts.byKind.length === 0 ? (
        <Empty what="No conflicts are open" then="Closed ones are on the page of conflicts." />
      ) : (
        <div className="quality-scroll tall">
          <table className="quality-list">
            <tbody>
              {conflicts.byKind.map(({ kind, severity, open, oldestAt }) => (
                <tr key={`${kind}/${severity}`} className="kind">
                  <td className="n">
                    <b>{open}</b>
                  </td>
                  <td>
                    <span className={severity === 'low' ? '' : 'bed conflict'}>
                      {severity !== 'low' && <Icon name="conflict" />}
                      {conflictWord(kind)}
                    </span>
                    <small>{severity} severity</small>
                  </td>
                  <td className="dim">oldest {local.near(oldestAt, nowMs)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
