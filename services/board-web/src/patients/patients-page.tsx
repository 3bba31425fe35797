import { useEffect } from 'react';
import { useBoardState, useLocalTime, useMinute } from '../app/board-context.js';
import { Link } from '../app/link.js';
import { PageMain } from '../app/page-main.js';
import { housePatients } from '@wardstream/flow-model';
import { SexGlyph } from '../parts/bed-state.js';
import { Empty } from '../parts/empty.js';
import { counted, initialsShown } from '../parts/words.js';
import { facilityView } from '../stream/facility-view.js';
import { everybody, groupHint, groupWord, patientSections, type PatientRow } from './patient-list.js';

/** Everybody of the house who is not simply in a bed of a unit: nobody is on no page. */
export function PatientsPage() {
  const state = useBoardState();
  const minute = useMinute();
  const sections = state.ready ? patientSections(state) : [];
  const first = sections[0]?.group;
  useEffect(() => {
    if (first === undefined || location.hash === '') return;
    document.getElementById(location.hash.slice(1))?.scrollIntoView({ block: 'start' });
  }, [first]);
  const patients = housePatients(facilityView(state));
  return (
    <PageMain className="conflicts-page patients-page" title="Patients not simply in a bed">
      <section className="panel" aria-label="Everybody">
        <header>
          <h2>Patients</h2>
          <span className="dim">who are in no bed that is known, absent, guests, or still to come</span>
          <span className="end sub">
            {state.ready && `${everybody(patients)} in the house, ${patients.inBeds} in a bed of a unit`}
          </span>
        </header>
        {state.ready && sections.length === 0 && (
          <Empty what="Everybody is in a bed of a unit" then="Who is not appears here." />
        )}
      </section>
      {minute !== null &&
        sections.map(({ group, rows }) => (
          <section key={group} id={group} className="panel" aria-label={groupWord[group]}>
            <header>
              <h2>{groupWord[group]}</h2>
              <span className="dim">{groupHint[group]}</span>
              <span className="end sub">{counted(rows.length, 'patient')}</span>
            </header>
            <div className="conflicts-scroll">
              <table className="conflicts">
                <thead>
                  <tr>
                    <th>Where</th>
                    <th>Patient</th>
                    <th>As sent</th>
                    <th>{group === 'ahead' ? 'Expected' : 'Admitted'}</th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((row) => (
                    <Row key={row.encounterId} row={row} minute={minute} isAhead={group === 'ahead'} />
                  ))}
                </tbody>
              </table>
            </div>
          </section>
        ))}
    </PageMain>
  );
}

function Row({ row, minute, isAhead }: { row: PatientRow; minute: number; isAhead: boolean }) {
  const local = useLocalTime();
  return (
    <tr>
      <td>
        {row.unit === null ? (
          <b>{row.where}</b>
        ) : (
          <Link to={{ page: 'unit', unit: row.unit }} own={row.bedId === null ? {} : { bed: row.bedId }}>
            <b>{row.where}</b>
          </Link>
        )}
      </td>
      <td>
        {row.patient !== null && (
          <>
            <b>{initialsShown(row.patient)}</b> <span className="dim">{row.patient.ageBand ?? 'age not known'}</span>{' '}
            <SexGlyph sex={row.patient.sex} />{' '}
          </>
        )}
        Visit {row.visitNumber}
      </td>
      <td>{row.sent === '' ? <span className="dim">as shown</span> : row.sent}</td>
      <td>
        {row.at === null ? (
          <span className="dim">no time told</span>
        ) : (
          `${isAhead && Date.parse(row.at) <= minute * 60_000 ? 'was due ' : ''}${local.near(row.at, minute * 60_000)}`
        )}
      </td>
    </tr>
  );
}
