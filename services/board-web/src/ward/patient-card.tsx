import { useState } from 'react';
import { ActionButton } from '../actions/action-button.js';
import type { Action } from '../actions/action.js';
import { t } from '../texts/parts/ward.js';
import { durationText, minutesSince } from '../time/duration.js';
import { Needs, SexGlyph } from '../ui/bed-state.js';
import { Icon } from '../ui/icon.js';
import { initialsShown } from '../ui/labels.js';
import { BedForm } from './bed-form.js';
import { barriers, calledBy, confirm, expect, makePending, type OnWard, readyToMove } from './ward-acts.js';
import { takeBackPlan, takeBackRequest, waitsFor } from './ward-acts.js';
import { type Attention, attentionOf, nextHalfHours, type WardPatient } from './ward-list.js';
import type { WardUnit } from './ward-picture.js';

/** What of a card is open beside its acts. */
type Asking = 'bed' | 'expected' | 'waits' | `ready.${string}`;

const tones: Readonly<Record<Attention, string>> = {
  'bed-ready': 'critical',
  'confirmed-late': 'high',
  'expected-passed': 'warn',
  'ready-due': 'warn',
  waits: 'plan',
  confirmed: 'plan',
  pending: 'plan',
  asked: 'plan',
  none: '',
};

/** One patient: where they are, what asks for the nurse, and, opened, everything that can be done. */
export function PatientCard({
  at,
  patient,
  units,
  nowMs,
  tomorrow,
  unsent,
  isOpen,
  onOpen,
}: {
  at: OnWard;
  patient: WardPatient;
  units: readonly WardUnit[];
  nowMs: number;
  /** Times of the next day that a departure may be expected at. */
  tomorrow: readonly number[];
  /** How many acts for this patient wait to be sent. */
  unsent: number;
  isOpen: boolean;
  onOpen: (open: boolean) => void;
}) {
  const attention = attentionOf(patient, nowMs);
  const { initials } = patient.patient;
  return (
    <li className={`ward-patient ${tones[attention]}`}>
      <h3>
        <button type="button" aria-expanded={isOpen} onClick={() => onOpen(!isOpen)}>
          <b>{patient.bedId ?? t('ward.noBed')}</b>
          <span className="who">
            {initialsShown({ initials })} <span className="dim">{patient.patient.ageBand}</span>{' '}
            <SexGlyph sex={patient.patient.sex} />
          </span>
          <Needs list={patient.needs} />
          <Icon name={isOpen ? 'down' : 'right'} />
        </button>
      </h3>
      <Reasons patient={patient} attention={attention} at={at} nowMs={nowMs} />
      {unsent > 0 && (
        <p className="unsent-here">
          <Icon name="clock" /> {t('ward.unsent', { count: unsent })}
        </p>
      )}
      {isOpen && <Acts at={at} patient={patient} units={units} nowMs={nowMs} tomorrow={tomorrow} />}
    </li>
  );
}

/** What is known of the patient's way out of this bed, what asks for somebody first. */
function Reasons({
  patient,
  attention,
  at,
  nowMs,
}: {
  patient: WardPatient;
  attention: Attention;
  at: OnWard;
  nowMs: number;
}) {
  const { plan, requests, onLeave, expectedDischargeAt } = patient;
  const asks = attentionText(patient, attention, at, nowMs);
  const waits = plan !== null && plan.waitingFor !== null && attention !== 'confirmed-late';
  const expectedAt = plan?.expectedAt ?? expectedDischargeAt;
  return (
    <>
      {asks !== null && (
        <p className="asks">
          <Icon name={tones[attention] === 'critical' ? 'critical' : tones[attention] === 'high' ? 'high' : 'warn'} />
          {asks}
        </p>
      )}
      {onLeave && <p>{t('ward.onLeave')}</p>}
      {plan?.status === 'confirmed' && attention !== 'confirmed-late' && plan.confirmedAt !== null && (
        <p className="plan">
          <span className="chip solid">{t('ward.confirmed', { at: at.near(plan.confirmedAt) })}</span>
        </p>
      )}
      {plan?.status === 'pending' && (
        <p className="plan">
          <span className="chip line">
            {plan.expectedAt === null ? t('ward.pending') : t('ward.pendingAt', { at: at.near(plan.expectedAt) })}
          </span>
        </p>
      )}
      {plan?.status !== 'pending' && expectedAt !== null && <p>{t('ward.expected', { at: at.near(expectedAt) })}</p>}
      {waits && <p>{t('ward.waitsFor', { what: plan.waitingFor ?? '' })}</p>}
      {requests.map((request) => (
        <p key={request.id}>
          {request.assignedBedId === null
            ? t('ward.asked', { unit: request.toUnit ?? t('ward.anyUnit') })
            : t(request.bedCleanAt === null ? 'ward.assignedNotReady' : 'ward.assigned', {
                bed: request.assignedBedId,
              })}
          {' · '}
          {request.readyToMoveAt !== null
            ? t('ward.ready', { at: at.near(request.readyToMoveAt) })
            : request.readyToMoveExpectedAt !== undefined
              ? t('ward.readyAt', { at: at.near(request.readyToMoveExpectedAt) })
              : t('ward.notReady')}
        </p>
      ))}
    </>
  );
}

function attentionText(patient: WardPatient, attention: Attention, at: OnWard, nowMs: number): string | null {
  const { plan, requests } = patient;
  switch (attention) {
    case 'bed-ready': {
      const bed = requests.find((r) => r.bedCleanAt !== null && !r.readyToMove)?.assignedBedId ?? '';
      return t('ward.bedReady', { bed });
    }
    case 'confirmed-late': {
      const since = durationText(minutesSince(plan?.confirmedAt ?? '', Math.floor(nowMs / 60_000)));
      const what = plan?.waitingFor ?? null;
      return what === null ? t('ward.confirmedLate', { since }) : t('ward.confirmedLateWaits', { since, what });
    }
    case 'expected-passed':
      return t('ward.expectedPassed', { at: at.near(plan?.expectedAt ?? '') });
    case 'ready-due': {
      const due = requests.find((r) => r.readyToMoveExpectedAt !== undefined)?.readyToMoveExpectedAt ?? '';
      return t('ward.readyDue', { at: at.near(due) });
    }
    case 'waits':
    case 'confirmed':
    case 'pending':
    case 'asked':
    case 'none':
      return null;
  }
}

function Acts({
  at,
  patient,
  units,
  nowMs,
  tomorrow,
}: {
  at: OnWard;
  patient: WardPatient;
  units: readonly WardUnit[];
  nowMs: number;
  tomorrow: readonly number[];
}) {
  const [asking, setAsking] = useState<Asking | null>(null);
  const bed = calledBy(patient);
  const { plan, requests } = patient;
  const opens = (what: Asking, label: string) => (
    <button
      type="button"
      className="btn"
      aria-expanded={asking === what}
      onClick={() => setAsking(asking === what ? null : what)}
    >
      {label}
    </button>
  );
  const choices = (what: Asking, label: string, of: readonly Action[]) =>
    asking === what && (
      <div className="do choices" role="group" aria-label={label}>
        {of.map((action) => (
          <ActionButton key={action.id} action={action} />
        ))}
      </div>
    );
  const soon = nextHalfHours(nowMs, [0, 1, 2, 3, 5, 7]);
  const leaving = [...nextHalfHours(nowMs, [1, 3, 5, 7, 9]), ...tomorrow];
  return (
    <div className="acts">
      {requests.map(({ id, readyToMove: isReady }) => (
        <div key={id} className="request">
          <div className="do">
            {!isReady && <ActionButton action={readyToMove(at, patient, id, null)} primary />}
            {!isReady && opens(`ready.${id}`, t('ward.readyLater'))}
            <ActionButton action={takeBackRequest(at, patient, id)} />
          </div>
          {choices(
            `ready.${id}`,
            t('ward.readyLaterOf', { bed }),
            soon.map((ms) => readyToMove(at, patient, id, ms)),
          )}
        </div>
      ))}
      <div className="do">
        {plan?.status !== 'confirmed' && <ActionButton action={confirm(at, patient)} primary />}
        {plan === null && <ActionButton action={makePending(at, patient)} />}
        {opens('expected', t('ward.expect'))}
        {plan !== null && opens('waits', t('ward.waits'))}
        {plan !== null && <ActionButton action={takeBackPlan(at, patient)} />}
      </div>
      {choices(
        'expected',
        t('ward.expectOf', { bed }),
        leaving.map((ms) => expect(at, patient, ms)),
      )}
      {choices(
        'waits',
        t('ward.waitsOf', { bed }),
        [...barriers, null].map((barrier) => waitsFor(at, patient, barrier)),
      )}
      {requests.length === 0 && (
        <>
          <div className="do">{opens('bed', t('ward.bedFor'))}</div>
          {asking === 'bed' && <BedForm at={at} patient={patient} units={units} />}
        </>
      )}
    </div>
  );
}
