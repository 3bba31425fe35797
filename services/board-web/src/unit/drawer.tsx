import './drawer.css';
import { useEffect, useRef } from 'react';
import { useBoardState, useLocalTime } from '../app/board-context.js';
import { BedStateMark, SexGlyph } from '../ui/bed-state.js';
import { Clock } from '../ui/duration.js';
import { Icon } from '../ui/icon.js';
import { initialsShown, needLabel, stateLabel } from '../ui/labels.js';
import { conflictsOfBed } from '../conflicts/bed-conflicts.js';
import { DecidedNotes } from '../conflicts/decided-notes.js';
import { hasNameAlert } from './alike.js';
import { DrawerActions } from './drawer-actions.js';
import { DrawerConflict, NotInBed } from './drawer-conflict.js';
import { DrawerHistory } from './drawer-history.js';
import { DrawerMovements } from './drawer-movements.js';
import { remarkOf, tileModel } from './tile-model.js';
import { t } from '../texts/texts.js';
import { markerLabel } from './tile-body.js';

/** One bed in full, beside the board: conflict, patient, what can be done and what cannot and why, what happened. */
export function Drawer({
  bedId,
  minute,
  takeFocus,
  onClose,
  onStep,
}: {
  bedId: string;
  minute: number;
  /** Opened by a key: the focus moves in. Opened by a pointer or an address it stays where it is. */
  takeFocus: boolean;
  onClose: () => void;
  onStep: (by: 1 | -1) => void;
}) {
  const state = useBoardState();
  const local = useLocalTime();
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (takeFocus) head.current?.focus({ preventScroll: true });
  }, [takeFocus]);
  const bed = state.beds.get(bedId);
  const configured = state.facility?.beds.find((b) => b.id === bedId);
  const room = state.facility?.rooms.find((r) => r.unit === configured?.unit && r.id === configured.room);
  const nowMs = minute * 60_000;
  const conflicts = bed === undefined ? [] : conflictsOfBed(bed, state.conflicts);
  const visits =
    bed === undefined ? [] : bed.occupants.length > 0 ? bed.occupants : [bed.reservedFor].filter((h) => h !== null);
  const disputed = conflicts.flatMap((c) => c.facts.flatMap((f) => f.at ?? []));
  return (
    <aside className="drawer" aria-label={t('unit.bed', { bedId })}>
      <header>
        <h2 ref={head} tabIndex={-1}>
          {bedId}
        </h2>
        {bed !== undefined && <BedStateMark state={bed.state} word={remarkOf(bed, { state, minute, local })} />}
        <span className="dim">{room?.name}</span>
        <span className="end">
          <button type="button" className="btn quiet" aria-label={t('unit.previousBed')} onClick={() => onStep(-1)}>
            <Icon name="left" />
          </button>
          <button type="button" className="btn quiet" aria-label={t('unit.nextBed')} onClick={() => onStep(1)}>
            <Icon name="right" />
          </button>
          <button type="button" className="btn quiet" aria-label={t('unit.close')} onClick={onClose}>
            <Icon name="cross" />
          </button>
        </span>
      </header>
      {bed === undefined && (
        <p className="empty">
          <b>{t('unit.noDataOfThisBedYet')}</b>
          {t('unit.itAppearsWithTheFirstFact')}
        </p>
      )}
      <DecidedNotes of={[bedId, ...visits.map((v) => v.encounterId)]} />
      {bed !== undefined && conflicts.map((c) => <DrawerConflict key={c.id} conflict={c} bed={bed} minute={minute} />)}
      {bed !== undefined && (
        <>
          <Facts bedId={bedId} minute={minute} />
          <NotInBed bed={bed} minute={minute} />
          <DrawerActions key={bedId} bed={bed} />
          {visits.map(({ encounterId, patient, visitNumber }) => (
            <DrawerMovements
              key={encounterId}
              encounterId={encounterId}
              of={visits.length === 1 ? null : t('unit.visit', { patient: initialsShown(patient), visitNumber })}
              version={bed.version}
              minute={minute}
              disputed={disputed}
            />
          ))}
          <DrawerHistory
            key={`history ${bedId}`}
            facility={bed.facility}
            bedId={bedId}
            version={bed.version}
            minute={minute}
          />
          <footer>
            {t('unit.change')} {bed.version} {t('unit.ofThisBed')} {local.near(bed.cause.at, nowMs)}
          </footer>
        </>
      )}
    </aside>
  );
}

/** Who is in the bed or is to come, or what the bed offers. */
function Facts({ bedId, minute }: { bedId: string; minute: number }) {
  const state = useBoardState();
  const local = useLocalTime();
  const bed = state.beds.get(bedId);
  if (bed === undefined) return null;
  const model = tileModel(bed, { state, minute, local });
  const visit = bed.occupants[0] ?? bed.reservedFor;
  const person = visit?.patient ?? null;
  const alike = [...bed.occupants, ...(bed.reservedFor === null ? [] : [bed.reservedFor])].filter((v) =>
    hasNameAlert(bed, v.encounterId, state.beds),
  );
  const { mismatches = [] } = bed;
  const override = bed.reservedFor?.override;
  const needs = bed.occupants.length > 0 || bed.reservedFor !== null ? bed.needs : [];
  return (
    <section>
      <dl className="person">
        {person !== null && (
          <>
            <div>
              <dt>{bed.occupants.length > 0 ? t('unit.patient') : t('unit.heldFor')}</dt>
              <dd>
                {initialsShown(person)} <span className="dim">{person.ageBand ?? t('unit.ageNotKnown')}</span>{' '}
                <SexGlyph sex={person.sex} />
              </dd>
            </div>
            <div>
              <dt>{t('unit.needs')}</dt>
              <dd>
                {needs.length === 0 && t('unit.noneTold')}
                {needs.map((n) => (
                  <span key={n}>
                    <Icon name={n} /> {needLabel[n]}
                  </span>
                ))}
              </dd>
            </div>
          </>
        )}
        {mismatches.length > 0 && (
          <div>
            <dt>{t('unit.doesNotSuit')}</dt>
            <dd>
              {[...new Set(mismatches.map((m) => m.words))].map((words) => (
                <span key={words}>{words}</span>
              ))}
            </dd>
          </div>
        )}
        {override !== undefined && (
          <div>
            <dt>{t('unit.overridden')}</dt>
            <dd>
              {override.reason}{' '}
              <span className="dim">
                {t('unit.by')} {override.by}, {local.near(override.at, minute * 60_000)}
              </span>
            </dd>
          </div>
        )}
        {alike.map((v) => (
          <div key={`alike-${v.encounterId}`}>
            <dt>{t('unit.nameAlert')}</dt>
            <dd>
              <span>
                <b>{initialsShown(v.patient)}</b> {t('unit.isVisit')} <b>{v.visitNumber}</b>
                {t('unit.anotherPatientOfThisUnitHas')}
              </span>
            </dd>
          </div>
        ))}
        {bed.occupants.slice(1).map((o) => (
          <div key={o.encounterId}>
            <dt>{bed.conflicts.length === 0 ? t('unit.sharesTheBed') : t('unit.alsoRecordedHere')}</dt>
            <dd>
              {initialsShown(o.patient)} <span className="dim">{o.patient.ageBand ?? t('unit.ageNotKnown')}</span>{' '}
              <SexGlyph sex={o.patient.sex} />
            </dd>
          </div>
        ))}
        {model.stay !== null && (
          <div>
            <dt>{t('unit.stay')}</dt>
            <dd>
              {model.stay.bar === null
                ? t('unit.noEndTold', { words: model.stay.words })
                : t('unit.daysExpected', { value: model.stay.words.replace(' d', '') })}
            </dd>
          </div>
        )}
        {bed.reservedFor !== null && (
          <div>
            <dt>
              {bed.reservedFor.plan !== undefined
                ? t('unit.planned')
                : bed.reservedFor.kind === 'assignment'
                  ? t('unit.assigned')
                  : t('unit.reserved')}
            </dt>
            <dd>
              {bed.reservedFor.until === null
                ? t('unit.since', { value: local.near(bed.reservedFor.since, minute * 60_000) })
                : t('unit.until2', { value: local.near(bed.reservedFor.until, minute * 60_000) })}
            </dd>
          </div>
        )}
        {model.remark !== null && (
          <div>
            <dt>{bed.notCertainSince === undefined ? t('unit.note') : t('unit.certainty')}</dt>
            <dd>
              {model.remark}
              {bed.notCertainSince !== undefined && t('unit.somethingToldOfItCouldNot')}
            </dd>
          </div>
        )}
        <div>
          <dt>{t('unit.countsAs')}</dt>
          <dd>
            {stateLabel[bed.occupants.length > 1 ? 'occupied' : bed.state]}
            {bed.conflicts.length > 0 ? t('unit.untilSettled') : bed.occupants.length > 1 && t('unit.once')}
          </dd>
        </div>
        {model.clock !== null && (
          <div>
            <dt>
              {model.marker === 'Pending' || model.marker === 'Confirmed'
                ? t('unit.discharge', { marker: markerLabel[model.marker] })
                : t('unit.clock')}
            </dt>
            <dd>
              <Clock minutes={model.clock.minutes} target={model.clock.target} note={model.clock.note} />
            </dd>
          </div>
        )}
        {(model.state === 'blocked' || model.state === 'closed') && model.lead !== null && (
          <div>
            <dt>{t('unit.why')}</dt>
            <dd>{[model.lead.first, model.lead.second].filter((w) => w !== '').join(', ')}</dd>
          </div>
        )}
        {bed.attributes.length > 0 && bed.occupants.length === 0 && (
          <div>
            <dt>{t('unit.offers')}</dt>
            <dd>
              {bed.attributes.map((n) => (
                <span key={n}>
                  <Icon name={n} /> {needLabel[n]}
                </span>
              ))}
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}
