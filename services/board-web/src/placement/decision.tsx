import type { Bed } from '@wardstream/api-contract';
import type { BedRequestData } from '@wardstream/events';
import { originInWords } from '@wardstream/flow-model';
import { useRef, useState } from 'react';
import type { Action } from '../actions/action.js';
import { ActionButton } from '../actions/action-button.js';
import { useActions } from '../actions/registry.js';
import { useBoardState, useLocalTime, useMe, useStore } from '../app/board-context.js';
import { api } from '../commands/api.js';
import { bedActions, HOLD_MINUTES } from '../commands/bed-actions.js';
import type { CommandBody } from '../commands/command-forms.js';
import { facilityView } from '../stream/facility-view.js';
import { t } from '../texts/parts/placement.js';
import { Icon } from '../ui/icon.js';
import { initialsShown } from '../ui/labels.js';
import { clockOf, nextTimeOf, type PlacementOption } from './placement-options.js';

const SHORTEST_REASON = 3;

/** What can be done with the chosen bed for this patient: assign, reserve until a time, override with a reason; each can be undone. */
export function Decision({
  request,
  option,
  minute,
}: {
  request: BedRequestData;
  option: PlacementOption | null;
  minute: number;
}) {
  const state = useBoardState();
  const local = useLocalTime();
  const { roles } = useMe();
  const { facility } = useStore();
  const timeZone = state.facility?.timeZone ?? 'UTC';
  const [until, setUntil] = useState(() => clockOf((minute + HOLD_MINUTES) * 60_000, timeZone));
  const [reason, setReason] = useState('');
  const reasonField = useRef<HTMLInputElement>(null);
  const who = initialsShown(request.patient);
  const bed = option?.bed ?? null;
  const given = reason.trim();
  const breaks = option !== null && option.breaks.length > 0;

  const post = (bedId: string, path: string, body: CommandBody): Promise<Bed> =>
    api(`/api/v1/facilities/${encodeURIComponent(facility)}/beds/${encodeURIComponent(bedId)}/${path}`, {
      method: 'POST',
      body,
    });
  const keep = async (path: 'assign' | 'reserve', extra: CommandBody, text: string) => {
    if (bed === null) return;
    const whom = { encounterId: request.encounterId, bedRequestId: request.id };
    const changed = await post(bed.id, path, { ...whom, expectedVersion: bed.version, ...extra });
    // Undoing is of what was done here, and of nothing that came after it.
    const undo = async (): Promise<string> => {
      await post(bed.id, 'release', { expectedVersion: changed.version });
      return t('actions.undone');
    };
    return { text, undo };
  };
  const refusedBy = (id: 'assign' | 'reserve'): string | null => {
    if (request.assignedBedId !== null) return t('placement.hasBed', { bed: request.assignedBedId });
    if (bed === null) return t('placement.chooseBed');
    return bedActions(bed, roles).find((action) => action.id === id)?.refused ?? null;
  };
  const untilAt = nextTimeOf(until, minute * 60_000, timeZone);
  const untilShown = untilAt === null ? until : local.clock(Date.parse(untilAt));
  const name = bed?.id ?? '';
  const assign: Action = {
    id: 'placement.assign',
    group: 'here',
    label: t('placement.assign', { bed: name }),
    keys: 'a',
    permission: 'bed.reserve',
    refusal: refusedBy('assign') ?? (breaks ? t('placement.needsOverride') : null),
    perform: () => keep('assign', {}, t('placement.assigned', { bed: name, who })),
  };
  const reserve: Action = {
    id: 'placement.reserve',
    group: 'here',
    label: t('placement.reserve', { bed: name, at: untilShown }),
    keys: 'r',
    permission: 'bed.reserve',
    refusal: refusedBy('reserve') ?? (breaks ? t('placement.needsOverride') : null),
    perform: () =>
      keep(
        'reserve',
        untilAt === null ? {} : { until: untilAt },
        t('placement.reserved', { bed: name, who, at: untilShown }),
      ),
  };
  const override: Action = {
    id: 'placement.override',
    group: 'here',
    label: t('placement.overrideAssign', { bed: name }),
    permission: 'bed.reserve',
    refusal: refusedBy('assign') ?? (given.length < SHORTEST_REASON ? t('placement.giveReason') : null),
    perform: () => keep('assign', { override: { reason: given } }, t('placement.assigned', { bed: name, who })),
  };
  const typeReason: Action = {
    id: 'placement.reason',
    group: 'here',
    label: t('placement.typeReason'),
    keys: 'o',
    perform: () => reasonField.current?.focus(),
  };
  const release: Action = {
    id: 'placement.release',
    group: 'here',
    label: t('placement.release', { bed: request.assignedBedId ?? '' }),
    permission: 'bed.reserve',
    perform: async () => {
      const held = request.assignedBedId;
      if (held === null) return;
      const version = state.beds.get(held)?.version;
      await post(held, 'release', version === undefined ? {} : { expectedVersion: version });
      return { text: t('placement.released', { bed: held }) };
    },
  };
  useActions([
    ...(bed === null ? [] : [assign, reserve]),
    ...(breaks ? [override, typeReason] : []),
    ...(request.assignedBedId === null ? [] : [release]),
  ]);
  return (
    <aside className="decide" aria-label={t('placement.decision')}>
      <section>
        <h2>
          {t('placement.decision')} <span>{who}</span>
        </h2>
        <p className="big">
          {originInWords(facilityView(state), request)} <Icon name="right" />{' '}
          {request.assignedBedId ?? bed?.id ?? t('placement.noneYet')}
        </p>
        {request.assignedBedId !== null && <ActionButton action={release} />}
        {bed !== null && request.assignedBedId === null && (
          <>
            {!breaks && <ActionButton action={assign} primary />}
            <label className="field">
              {t('placement.holdUntil')}
              <input type="time" value={until} onChange={(event) => setUntil(event.target.value)} />
            </label>
            {!breaks && <ActionButton action={reserve} />}
          </>
        )}
      </section>
      {bed !== null && breaks && request.assignedBedId === null && (
        <section>
          <h2>{t('placement.override')}</h2>
          <ul className="misfits">
            {option.breaks.map((m) => (
              <li key={m.code + m.needed}>
                <b>{m.words}</b>
              </li>
            ))}
          </ul>
          <label className="field">
            {t('placement.reason')}
            <input
              ref={reasonField}
              value={reason}
              maxLength={200}
              onChange={(event) => setReason(event.target.value)}
            />
          </label>
          <ActionButton action={override} />
          <p className="sub">{t('placement.reasonKept')}</p>
        </section>
      )}
      {bed !== null && request.assignedBedId === null && (
        <section className="then">
          <h2>{t('placement.then')}</h2>
          <ul>
            <li>{t('placement.thenAssigned')}</li>
            {option?.why !== 'free' && <li>{t('placement.thenClean')}</li>}
            <li>{t('placement.thenReserved')}</li>
          </ul>
        </section>
      )}
    </aside>
  );
}
