import { useEffect, useRef } from 'react';
import { useBoardState, useLocalTime } from '../app/board-context.js';
import { BedStateMark, SexGlyph } from '../parts/bed-state.js';
import { Clock } from '../parts/duration.js';
import { Icon } from '../parts/icon.js';
import { initialsShown, needWord, stateWord } from '../parts/words.js';
import { conflictsOfBed } from '../conflicts/bed-conflicts.js';
import { DecidedNotes } from '../conflicts/decided-notes.js';
import { hasNameAlert } from './alike.js';
import { DrawerActions } from './drawer-actions.js';
import { DrawerConflict, NotInBed } from './drawer-conflict.js';
import { DrawerHistory } from './drawer-history.js';
import { DrawerMovements } from './drawer-movements.js';
import { remarkOf, tileModel } from './tile-model.js';

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
    <aside className="drawer" aria-label={`Bed ${bedId}`}>
      <header>
        <h2 ref={head} tabIndex={-1}>
          {bedId}
        </h2>
        {bed !== undefined && <BedStateMark state={bed.state} word={remarkOf(bed, { state, minute, local })} />}
        <span className="dim">{room?.name}</span>
        <span className="end">
          <button type="button" className="btn quiet" aria-label="Previous bed" onClick={() => onStep(-1)}>
            <Icon name="left" />
          </button>
          <button type="button" className="btn quiet" aria-label="Next bed" onClick={() => onStep(1)}>
            <Icon name="right" />
          </button>
          <button type="button" className="btn quiet" aria-label="Close" onClick={onClose}>
            <Icon name="cross" />
          </button>
        </span>
      </header>
      {bed === undefined && (
        <p className="empty">
          <b>No data of this bed yet</b>
          It appears with the first fact about it.
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
              of={visits.length === 1 ? null : `${initialsShown(patient)}, visit ${visitNumber}`}
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
            Change {bed.version} of this bed, {local.near(bed.cause.at, nowMs)}
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
              <dt>{bed.occupants.length > 0 ? 'Patient' : 'Held for'}</dt>
              <dd>
                {initialsShown(person)} <span className="dim">{person.ageBand ?? 'age not known'}</span>{' '}
                <SexGlyph sex={person.sex} />
              </dd>
            </div>
            <div>
              <dt>Needs</dt>
              <dd>
                {needs.length === 0 && 'none told'}
                {needs.map((n) => (
                  <span key={n}>
                    <Icon name={n} /> {needWord[n]}
                  </span>
                ))}
              </dd>
            </div>
          </>
        )}
        {mismatches.length > 0 && (
          <div>
            <dt>Does not suit</dt>
            <dd>
              {[...new Set(mismatches.map((m) => m.words))].map((words) => (
                <span key={words}>{words}</span>
              ))}
            </dd>
          </div>
        )}
        {override !== undefined && (
          <div>
            <dt>Overridden</dt>
            <dd>
              {override.reason}{' '}
              <span className="dim">
                by {override.by}, {local.near(override.at, minute * 60_000)}
              </span>
            </dd>
          </div>
        )}
        {alike.map((v) => (
          <div key={`alike-${v.encounterId}`}>
            <dt>Name alert</dt>
            <dd>
              <span>
                <b>{initialsShown(v.patient)}</b> is visit <b>{v.visitNumber}</b>; another patient of this unit has the
                same initials, age band and sex
              </span>
            </dd>
          </div>
        ))}
        {bed.occupants.slice(1).map((o) => (
          <div key={o.encounterId}>
            <dt>{bed.conflicts.length === 0 ? 'Shares the bed' : 'Also recorded here'}</dt>
            <dd>
              {initialsShown(o.patient)} <span className="dim">{o.patient.ageBand ?? 'age not known'}</span>{' '}
              <SexGlyph sex={o.patient.sex} />
            </dd>
          </div>
        ))}
        {model.stay !== null && (
          <div>
            <dt>Stay</dt>
            <dd>
              {model.stay.bar === null
                ? `${model.stay.words}, no end told`
                : `${model.stay.words.replace(' d', '')} days expected`}
            </dd>
          </div>
        )}
        {bed.reservedFor !== null && (
          <div>
            <dt>
              {bed.reservedFor.plan !== undefined
                ? 'Planned'
                : bed.reservedFor.kind === 'assignment'
                  ? 'Assigned'
                  : 'Reserved'}
            </dt>
            <dd>
              {bed.reservedFor.until === null
                ? `since ${local.near(bed.reservedFor.since, minute * 60_000)}`
                : `until ${local.near(bed.reservedFor.until, minute * 60_000)}`}
            </dd>
          </div>
        )}
        {model.remark !== null && (
          <div>
            <dt>{bed.notCertainSince === undefined ? 'Note' : 'Certainty'}</dt>
            <dd>
              {model.remark}
              {bed.notCertainSince !== undefined && ': something told of it could not be applied yet'}
            </dd>
          </div>
        )}
        <div>
          <dt>Counts as</dt>
          <dd>
            {stateWord[bed.occupants.length > 1 ? 'occupied' : bed.state]}
            {bed.conflicts.length > 0 ? ', until settled' : bed.occupants.length > 1 && ', once'}
          </dd>
        </div>
        {model.clock !== null && (
          <div>
            <dt>
              {model.marker === 'Pending' || model.marker === 'Confirmed' ? `${model.marker} discharge` : 'Clock'}
            </dt>
            <dd>
              <Clock minutes={model.clock.minutes} target={model.clock.target} note={model.clock.note} />
            </dd>
          </div>
        )}
        {(model.state === 'blocked' || model.state === 'closed') && model.lead !== null && (
          <div>
            <dt>Why</dt>
            <dd>{[model.lead.first, model.lead.second].filter((w) => w !== '').join(', ')}</dd>
          </div>
        )}
        {bed.attributes.length > 0 && bed.occupants.length === 0 && (
          <div>
            <dt>Offers</dt>
            <dd>
              {bed.attributes.map((n) => (
                <span key={n}>
                  <Icon name={n} /> {needWord[n]}
                </span>
              ))}
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}
