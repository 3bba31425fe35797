import { useBoard, useLocalTime, useMinute } from '../app/board-context.js';
import { Link } from '../app/link.js';
import { Clock } from '../parts/duration.js';
import { Empty } from '../parts/empty.js';
import { minutesSince } from '../time/duration.js';
import { ghostWord, type GhostRow } from './quality-report.js';

/** Beds and visits that do not belong together, the longest first; each leads to its tile. */
export function GhostsPanel({ ghosts }: { ghosts: readonly GhostRow[] }) {
  const local = useLocalTime();
  const minute = useMinute();
  const nowMs = (minute ?? 0) * 60_000;
  const visits = useBoard((s) => s.encounters);
  return (
    <section className="panel ghosts-panel" aria-label="Ghosts">
      <header>
        <h2>Ghosts</h2>
        <span className="dim">beds and visits that do not belong together</span>
        <span className="end count">{ghosts.length}</span>
      </header>
      {ghosts.length === 0 ? (
        <Empty what="Every occupied bed has its visit" then="And every inpatient has a bed." />
      ) : (
        <div className="quality-scroll tall">
          <table className="quality-list">
            <thead>
              <tr>
                <th>Where</th>
                <th>What</th>
                <th>Since</th>
                <th>For</th>
              </tr>
            </thead>
            <tbody>
              {ghosts.map((g) => (
                <tr key={`${g.kind}/${g.id}`}>
                  <td>
                    <Where ghost={g} />
                  </td>
                  <td>
                    {ghostWord[g.kind]}
                    <small>
                      {g.kind === 'encounter-without-bed' && visitWord(visits.get(g.id)?.visitNumber)}
                      {g.why}
                    </small>
                  </td>
                  <td>{local.near(g.since, nowMs)}</td>
                  <td>{minute !== null && <Clock minutes={Math.max(0, minutesSince(g.since, minute))} />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function visitWord(visitNumber: string | undefined): string {
  return visitNumber === undefined ? '' : `visit ${visitNumber}: `;
}

function Where({ ghost: { unit, bedId, where } }: { ghost: GhostRow }) {
  if (unit === null) return <b>{where}</b>;
  return (
    <Link to={{ page: 'unit', unit }} own={bedId === null ? {} : { bed: bedId }}>
      <b>{where}</b>
    </Link>
  );
}
