import type { BedView } from '@wardstream/events';
import { useLocalTime } from '../app/board-context.js';
import { Link } from '../app/link.js';
import { SexGlyph } from '../parts/bed-state.js';
import { counted, initialsShown } from '../parts/words.js';

/** Patients whose sender puts them into a bed of the unit that, as a person said, they are not in. Nothing where there is none. */
export function WithoutBed({ unit, beds, minute }: { unit: string; beds: Iterable<BedView>; minute: number }) {
  const local = useLocalTime();
  const list = [...beds]
    .filter((b) => b.unit === unit)
    .flatMap((b) => (b.notInBed ?? []).map((v) => ({ ...v, bed: b.id })));
  if (list.length === 0) return null;
  return (
    <section className="panel room incoming" aria-label="Without a bed">
      <header>
        <h2>Without a bed</h2>
        <span className="band">{counted(list.length, 'patient')}</span>
      </header>
      <ol>
        {list.map((v) => (
          <li key={v.encounterId}>
            <span>{v.bed}</span>
            <span className="who">
              <b>{initialsShown(v.patient)}</b>
              <span className="dim">{v.patient.ageBand}</span>
              <SexGlyph sex={v.patient.sex} />
              <Link to={{ page: 'unit', unit }} own={{ bed: v.bed }}>
                not there
              </Link>
            </span>
            <span className="dim">said {local.near(v.saidAt, minute * 60_000)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
