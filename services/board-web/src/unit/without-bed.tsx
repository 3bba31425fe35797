import type { BedView } from '@wardstream/api-contract';
import { withoutBedIn } from '@wardstream/flow-model';
import { useLocalTime } from '../app/board-context.js';
import { Link } from '../app/link.js';
import { SexGlyph } from '../ui/bed-state.js';
import { counted, initialsShown } from '../ui/labels.js';
import type { BoardState } from '../stream/board-state.js';
import { facilityView } from '../stream/facility-view.js';
import { t } from '../texts/texts.js';

/**
 * Patients of the unit in no bed of it that is known, as many as are counted: their sender names a bed that the facility does
 * not have, or one that they are not in, as a person said. Nothing where there is none.
 */
export function WithoutBed({ unit, state, minute }: { unit: string; state: BoardState; minute: number }) {
  const ids = withoutBedIn(facilityView(state), unit);
  if (ids.length === 0) return null;
  const notThere = new Map(
    [...state.beds.values()].flatMap((b) =>
      (b.notInBed ?? []).map((v) => [v.encounterId, { ...v, bed: b.id }] as const),
    ),
  );
  const isInSomeBed = ids.some((id) => typeof state.encounters.get(id)?.location?.bed === 'string');
  return (
    <section className="panel room incoming" aria-label={t('unit.withoutABed')}>
      <header>
        <h2>{t('unit.withoutABed')}</h2>
        <span className="band">{counted(ids.length, 'patient')}</span>
        {isInSomeBed && <span className="end">{t('unit.theirBedMayShowAsFree')}</span>}
      </header>
      <ol>
        {ids.map((id) => {
          const said = notThere.get(id);
          return said === undefined ? (
            <NoKnownBed key={id} encounterId={id} state={state} minute={minute} />
          ) : (
            <NotThere key={id} {...said} unit={unit} minute={minute} />
          );
        })}
      </ol>
    </section>
  );
}

type Said = NonNullable<BedView['notInBed']>[number];

function NotThere({ bed, unit, patient, saidAt, minute }: Said & { bed: string; unit: string; minute: number }) {
  const local = useLocalTime();
  return (
    <li>
      <span>{bed}</span>
      <span className="who">
        <b>{initialsShown(patient)}</b>
        <span className="dim">{patient.ageBand}</span>
        <SexGlyph sex={patient.sex} />
        <Link to={{ page: 'unit', unit }} own={{ bed }}>
          {t('unit.notThere')}
        </Link>
      </span>
      <span className="dim">
        {t('unit.said')} {local.near(saidAt, minute * 60_000)}
      </span>
    </li>
  );
}

/** A visit in no bed: who it is, its number and what was sent. */
function NoKnownBed({ encounterId, state, minute }: { encounterId: string; state: BoardState; minute: number }) {
  const local = useLocalTime();
  const visit = state.encounters.get(encounterId);
  if (visit === undefined) return null;
  const { location, visitNumber, startedAt, patient } = visit;
  return (
    <li>
      <span>{location?.bed ?? t('unit.noBedTold')}</span>
      <span className="who">
        {patient === undefined ? (
          <b>
            {t('unit.visit2')} {visitNumber}
          </b>
        ) : (
          <>
            <b>{initialsShown(patient)}</b>
            <span className="dim">{patient.ageBand}</span>
            <SexGlyph sex={patient.sex} />
            <span className="dim">
              {t('unit.visit2')} {visitNumber}
            </span>
          </>
        )}
        {location?.asSent !== undefined && (
          <span className="dim">
            {t('unit.sentAs')} {location.asSent}
          </span>
        )}
      </span>
      {startedAt !== null && (
        <span className="dim">
          {t('unit.admitted2')} {local.near(startedAt, minute * 60_000)}
        </span>
      )}
    </li>
  );
}
