import type { BedView } from '@wardstream/api-contract';
import type { ConflictData } from '@wardstream/events';
import { useState } from 'react';
import { useLocalTime, useMe } from '../app/board-context.js';
import { refusalOf } from '@wardstream/access';
import { ChoiceButtons } from '../conflicts/choice-buttons.js';
import { CloseForm } from '../conflicts/close-form.js';
import { type Choice, choicesOf, settles, whoIs } from '../conflicts/conflict-choice.js';
import { Clock } from '../ui/duration.js';
import { Icon } from '../ui/icon.js';
import { conflictLabel, initialsShown, stateLabel } from '../ui/labels.js';
import { minutesSince } from '../time/duration.js';
import { t } from '../texts/texts.js';

/** One disagreement about a bed: both facts, what the bed counts as meanwhile, and what a person can say about it. */
export function DrawerConflict({ conflict, bed, minute }: { conflict: ConflictData; bed: BedView; minute: number }) {
  const local = useLocalTime();
  const me = useMe();
  const nowMs = minute * 60_000;
  const refused = refusalOf(settles(conflict.subject.type), me.roles);
  const choices = choicesOf(conflict, bed);
  const [chosen, setChosen] = useState<string | null>(null);
  const cancel = (): void => setChosen(null);
  const choice = choices.find(({ key }) => key === chosen);
  const reasonId = `no-${conflict.id}`;
  const buttons = (of: readonly Choice[]) => (
    <ChoiceButtons
      {...{ choices: of, chosen, onChoose: setChosen }}
      isRefused={refused !== null}
      refusalId={reasonId}
    />
  );
  return (
    <section className="dispute conflict">
      <h3>
        <span>
          <Icon name="conflict" /> {conflictLabel(conflict.kind)}
        </span>
        <Clock minutes={minutesSince(conflict.openedAt, minute)} />
      </h3>
      <div className="facts">
        {conflict.facts.map((f, i) => {
          const own = choices.filter((c) => c.encounterId !== null && c.encounterId === f.encounterId);
          return (
            <article key={i}>
              <span className="src">
                {f.source}
                {f.receivedAt !== null && t('unit.received', { at: local.near(f.receivedAt, nowMs) })}
              </span>
              <strong>
                {f.says} {f.at !== null && local.near(f.at, nowMs)}
              </strong>
              <p>{[whoIs(bed, f.encounterId), roleOf(bed, f.encounterId)].filter((part) => part !== '').join(', ')}</p>
              {buttons(own)}
            </article>
          );
        })}
      </div>
      <p className="sub">
        {conflict.subject.type === 'bed' ? t('unit.counts') : t('unit.theBedCounts')} {t('unit.as')}{' '}
        {stateLabel[bed.state].toLowerCase()} {t('unit.untilALaterFactOrA')}
      </p>
      <div className="row">{buttons(choices.filter((c) => c.encounterId === null))}</div>
      {refused !== null && (
        <p className="sub" id={reasonId}>
          {refused}
        </p>
      )}
      {choice !== undefined && <CloseForm key={choice.key} conflict={conflict} choice={choice} onCancel={cancel} />}
    </section>
  );
}

function roleOf(bed: BedView, encounterId?: string): string {
  const role = bed.occupants.find((o) => o.encounterId === encounterId)?.role;
  return role === undefined ? '' : role === 'active' ? t('unit.counts2') : t('unit.contests');
}

/** Visits whose facts put them into this bed, and of which a person said that they are not in it. */
export function NotInBed({ bed, minute }: { bed: BedView; minute: number }) {
  const local = useLocalTime();
  const nowMs = minute * 60_000;
  const list = bed.notInBed ?? [];
  if (list.length === 0) return null;
  return (
    <section>
      <h3>{t('unit.notInThisBed')}</h3>
      {list.map((v) => (
        <p key={v.encounterId} className="sub">
          <b>{initialsShown(v.patient)}</b> {t('unit.isRecordedHereSince')} {local.near(v.since, nowMs)}
          {t('unit.aPersonSaid')} {local.near(v.saidAt, nowMs)} {t('unit.thatTheyAreNotShownWithout')}
        </p>
      ))}
    </section>
  );
}
