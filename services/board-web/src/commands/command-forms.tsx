import type { BedView, ReserveBed, TakeOutOfUse } from '@wardstream/api-contract';
import type { BedRequestData } from '@wardstream/events';
import { fitOnBoard, waitSince } from '@wardstream/flow-model';
import { useState } from 'react';
import { useBoardState, useStore } from '../app/board-context.js';
import { originInWords } from '@wardstream/flow-model';
import { initialsShown } from '../ui/labels.js';
import { facilityView } from '../stream/facility-view.js';
import { Misfits } from './override-form.js';
import { blockReasons, HOLD_MINUTES, type BedAction } from './bed-actions.js';
import { t } from '../texts/texts.js';

/** What is sent with a command on a bed. */
export type CommandBody = Readonly<Partial<ReserveBed & TakeOutOfUse>>;

const holds = [30, HOLD_MINUTES, 120];

/**
 * Chooses whom a bed is for among those who wait; the unit's own requests first, then the longest wait. Who is chosen stays so
 * while the list changes, and nobody takes their place when they wait no longer.
 */
export function PatientForm({
  action,
  bed,
  requests,
  onSend,
}: {
  action: BedAction;
  bed: BedView;
  requests: readonly BedRequestData[];
  onSend: (body: CommandBody) => void;
}) {
  const store = useStore();
  const state = useBoardState();
  const view = facilityView(state);
  const waiting = requests
    .filter((r) => r.assignedBedId === null)
    .sort(
      (a, b) =>
        Number(b.toUnit === bed.unit) - Number(a.toUnit === bed.unit) ||
        (waitSince(a) ?? '9').localeCompare(waitSince(b) ?? '9'),
    );
  const [chosen, setChosen] = useState(waiting[0]?.id ?? '');
  const [minutes, setMinutes] = useState(HOLD_MINUTES);
  const request = waiting.find((r) => r.id === chosen);
  const misfits =
    request === undefined || state.facility === null ? [] : fitOnBoard(state.facility, state.beds, bed.id, request);
  if (waiting.length === 0) return <p className="sub">{t('commands.nobodyWaitsForABed')}</p>;
  const send = (): void => {
    if (request === undefined) return;
    const now = store.nowMs();
    onSend({
      encounterId: request.encounterId,
      bedRequestId: request.id,
      ...(action.id === 'reserve' && now !== null ? { until: new Date(now + minutes * 60_000).toISOString() } : {}),
    });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label className="field">
        {t('commands.for')}
        <select value={request?.id ?? ''} onChange={(event) => setChosen(event.target.value)}>
          {request === undefined && <option value="">{t('commands.chooseAPatient')}</option>}
          {waiting.map((r) => (
            <option key={r.id} value={r.id}>
              {initialsShown(r.patient)} {r.patient.ageBand ?? ''}, {originInWords(view, r)} {t('commands.to')}{' '}
              {r.toUnit ?? t('commands.anyUnit')}
            </option>
          ))}
        </select>
      </label>
      {action.id === 'reserve' && (
        <label className="field">
          {t('commands.holdFor')}
          <select value={minutes} onChange={(event) => setMinutes(Number(event.target.value))}>
            {holds.map((m) => (
              <option key={m} value={m}>
                {m} {t('commands.min')}
              </option>
            ))}
          </select>
        </label>
      )}
      {request === undefined && chosen !== '' && (
        <p className="sub" role="alert">
          {t('commands.whoWasChosenNoLongerWaits')}
        </p>
      )}
      {misfits.length > 0 && <Misfits misfits={misfits} />}
      <button type="submit" className="btn primary" aria-disabled={request === undefined}>
        {action.label} {bed.id}
      </button>
    </form>
  );
}

const lengths: readonly (readonly [string, number | null])[] = [
  [t('commands.untilToldOtherwise'), null],
  [t('commands.hour'), 60],
  [t('commands.hours'), 240],
  [t('commands.hours2'), 720],
];

/** Why, and for how long. What takes a bed out of use needs a reason. */
export function ReasonForm({ action, onSend }: { action: BedAction; onSend: (body: CommandBody) => void }) {
  const store = useStore();
  const [reason, setReason] = useState('');
  const [note, setNote] = useState('');
  const [length, setLength] = useState<number | null>(null);
  const send = (): void => {
    const now = store.nowMs();
    onSend({
      reason,
      ...(note.trim() === '' ? {} : { note: note.trim() }),
      ...(length === null || now === null ? {} : { until: new Date(now + length * 60_000).toISOString() }),
    });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (reason !== '') send();
      }}
    >
      <label className="field">
        {t('commands.reason')}
        <select required value={reason} onChange={(event) => setReason(event.target.value)}>
          <option value="">{t('commands.chooseAReason')}</option>
          {blockReasons.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label className="field">
        {t('commands.noteWithoutNames')}
        <input value={note} maxLength={120} onChange={(event) => setNote(event.target.value)} />
      </label>
      <label className="field">
        {t('commands.for')}
        <select
          value={length ?? ''}
          onChange={(event) => setLength(event.target.value === '' ? null : Number(event.target.value))}
        >
          {lengths.map(([name, minutes]) => (
            <option key={name} value={minutes ?? ''}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <button type="submit" className="btn primary" aria-disabled={reason === ''}>
        {action.label}
      </button>
    </form>
  );
}
