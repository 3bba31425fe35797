import './visit-page.css';
import type { Encounter } from '@wardstream/api-contract';
import { useParams } from '@tanstack/react-router';
import { useBoard, useLocalTime, useMinute } from '../app/board-context.js';
import { patientLabel } from '../app/found-patient.js';
import { Link } from '../app/link.js';
import { PageMain } from '../app/page-main.js';
import { useFetched } from '../app/use-fetched.js';
import { t } from '../texts/texts.js';
import { Bone } from '../ui/bone.js';
import { SexGlyph } from '../ui/bed-state.js';
import { Failed } from '../ui/empty.js';
import { byTimeOfEvent, movementWords, placeName } from '../unit/movements.js';

const statuses: Readonly<Record<Encounter['status'], string>> = {
  planned: t('search.planned'),
  'in-progress': t('search.inProgress'),
  'on-leave': t('search.onLeave'),
  discharged: t('search.discharged'),
  cancelled: t('search.cancelled'),
};

/** One visit, also one that is over: who as far as the role may see, where now, and where they were. */
export function VisitPage() {
  const visit = useParams({ strict: false, select: (params: { visit?: string }) => params.visit }) ?? '';
  const { value, problem, reload } = useFetched<Encounter>(`/api/v1/encounters/${encodeURIComponent(visit)}`, {
    everyMs: 30_000,
  });
  return (
    <PageMain className="visit-page" title={t('search.visitTitle')}>
      <section className="panel" aria-label={t('search.visitTitle')}>
        {value === null && problem !== null && (
          <Failed what={t('search.visitNotRead')} code={problem.code} retry={reload} />
        )}
        {value === null && problem === null && (
          <p className="empty" aria-busy="true">
            <Bone letters={30} />
          </p>
        )}
        {value !== null && <Visit visit={value} />}
      </section>
    </PageMain>
  );
}

function Visit({ visit }: { visit: Encounter }) {
  const local = useLocalTime();
  const minute = useMinute();
  const bedId = visit.location?.bedId ?? null;
  const bed = useBoard((s) => (bedId === null ? undefined : s.beds.get(bedId)));
  const near = (iso: string): string => local.near(iso, (minute ?? 0) * 60_000);
  const { patient } = visit;
  return (
    <>
      <header>
        <h2>{patientLabel(visit)}</h2>
        <span className="dim">{patient.ageBand}</span>
        <SexGlyph sex={patient.sex} />
        <span className="dim">{t('search.visit', { visitNumber: visit.visitNumber })}</span>
      </header>
      <dl className="facts-of-visit">
        <div>
          <dt>{t('search.whereNow')}</dt>
          <dd>
            {bed !== undefined ? (
              <Link to={{ page: 'unit', unit: bed.unit }} own={{ bed: bed.id }}>
                <b>{bed.id}</b>
              </Link>
            ) : (
              (placeName(visit.location) ?? t('search.notHere'))
            )}
          </dd>
        </div>
        <div>
          <dt>{t('search.statusWord')}</dt>
          <dd>
            {statuses[visit.status]}
            {visit.dischargedAt !== null && `, ${near(visit.dischargedAt)}`}
          </dd>
        </div>
        {patient.birthDate !== undefined && patient.birthDate !== null && (
          <div>
            <dt>{t('search.born')}</dt>
            <dd>{patient.birthDate}</dd>
          </div>
        )}
      </dl>
      <h3>{t('search.whereWas')}</h3>
      <ol className="time">
        {byTimeOfEvent(visit.movements).map((m) => (
          <li key={m.id} className={m.cancelled ? 'cancelled' : ''}>
            <time dateTime={m.at}>{near(m.at)}</time>
            <p>
              <b>{movementWords(m)}</b> {m.cancelled && <span>{t('search.cancelled')}</span>}
            </p>
          </li>
        ))}
      </ol>
    </>
  );
}
