import './patients-page.css';
import { useEffect } from 'react';
import { useBoardState, useLocalTime, useMinute } from '../app/board-context.js';
import { Link } from '../app/link.js';
import { PageMain } from '../app/page-main.js';
import { housePatients } from '@wardstream/flow-model';
import { SexGlyph } from '../ui/bed-state.js';
import { Empty } from '../ui/empty.js';
import { counted, initialsShown } from '../ui/labels.js';
import { facilityView } from '../stream/facility-view.js';
import { everybody, groupHint, groupWord, patientSections, type PatientRow } from './patient-list.js';
import { t } from '../texts/texts.js';

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
    <PageMain className="conflicts-page patients-page" title={t('patients.patientsNotSimplyInABed')}>
      <section className="panel" aria-label={t('patients.everybody')}>
        <header>
          <h2>{t('patients.patients')}</h2>
          <span className="dim">{t('patients.whoAreInNoBedThat')}</span>
          <span className="end sub">
            {state.ready && t('patients.inTheHouseInABed', { patients: everybody(patients), inBeds: patients.inBeds })}
          </span>
        </header>
        {state.ready && sections.length === 0 && (
          <Empty what={t('patients.everybodyIsInABedOf')} then={t('patients.whoIsNotAppearsHere')} />
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
                    <th>{t('patients.where')}</th>
                    <th>{t('patients.patient')}</th>
                    <th>{t('patients.asSent')}</th>
                    <th>{group === 'ahead' ? t('patients.expected') : t('patients.admitted')}</th>
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
            <b>{initialsShown(row.patient)}</b>{' '}
            <span className="dim">{row.patient.ageBand ?? t('patients.ageNotKnown')}</span>{' '}
            <SexGlyph sex={row.patient.sex} />{' '}
          </>
        )}
        {t('patients.visit')} {row.visitNumber}
      </td>
      <td>{row.sent === '' ? <span className="dim">{t('patients.asShown')}</span> : row.sent}</td>
      <td>
        {row.at === null ? (
          <span className="dim">{t('patients.noTimeTold')}</span>
        ) : (
          `${isAhead && Date.parse(row.at) <= minute * 60_000 ? t('patients.wasDue') : ''}${local.near(row.at, minute * 60_000)}`
        )}
      </td>
    </tr>
  );
}
