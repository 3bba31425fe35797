import type { Bed, BedView } from '@wardstream/api-contract';
import type { Misfit } from '@wardstream/flow-model';
import { useEffect, useState } from 'react';
import { useBoard, useLocalTime, useMe, useStore } from '../app/board-context.js';
import { api, type Problem } from '../commands/api.js';
import { bedActions, doneWords, undoOf, type BedAction } from '../commands/bed-actions.js';
import { PatientForm, ReasonForm, type CommandBody } from '../commands/command-forms.js';
import { isOverridable, Misfits, OverrideForm } from '../commands/override-form.js';
import { useCommand } from '../commands/use-command.js';
import { Icon } from '../ui/icon.js';
import { t } from '../texts/texts.js';

/** Undoing is offered for this long after a command, in real milliseconds. */
const UNDO_MS = 20_000;

/** What can be done with the bed, then what cannot and why. A pressed button waits in place; nothing is shown as done early. */
export function DrawerActions({ bed }: { bed: BedView }) {
  const me = useMe();
  const store = useStore();
  const { facility } = store;
  const local = useLocalTime();
  const requests = useBoard((s) => s.requests);
  const command = useCommand();
  const [opened, setForm] = useState<BedAction | null>(null);
  const [sent, setSent] = useState<BedAction | null>(null);
  /** What was said with it, for the same once more with a reason. */
  const [body, setBody] = useState<CommandBody>({});
  /** The bed's version by what was done: an undo is of that, and of nothing that came after it. */
  const [version, setVersion] = useState<number | null>(null);
  const undo = useUndo(command.state.at === 'done' ? sent : null);
  const actions = bedActions(bed, me.roles);
  const allowed = actions.filter((a) => a.refused === null);
  const refused = actions.filter((a) => a.refused !== null);
  // A form whose command the bed no longer allows closes by itself; what was done stays said.
  const form = allowed.find((a) => a.id === opened?.id && a.form === opened.form) ?? null;

  const post = (path: string, body: CommandBody): Promise<Bed> =>
    api(`/api/v1/facilities/${encodeURIComponent(facility)}/beds/${encodeURIComponent(bed.id)}/${path}`, {
      method: 'POST',
      body,
    });
  const send = (action: BedAction, body: CommandBody): void => {
    setSent(action);
    setBody(body);
    setForm(null);
    void command.run(async () => {
      const changed = await post(action.path, { ...body, expectedVersion: bed.version });
      setVersion(changed.version);
      return doneWords(
        action.id,
        bed.id,
        typeof body.until === 'string' ? local.near(body.until, store.nowMs() ?? 0) : null,
      );
    });
  };
  const press = (action: BedAction): void => {
    command.reset();
    if (action.form !== 'none') setForm(form?.id === action.id ? null : action);
    else send(action, action.id === 'assign' ? holdOf(bed) : {});
  };
  const back = (): void => {
    const path = sent === null ? null : undoOf(sent.id);
    if (path === null) return;
    setSent(null);
    void command.run(async () => {
      await post(path, version === null ? {} : { expectedVersion: version });
      return t('unit.undone');
    });
  };

  return (
    <section>
      <h3>{t('unit.actions')}</h3>
      <div className="acts">
        <div className="row">
          {allowed.map((action) => (
            <button
              key={action.id}
              type="button"
              className={`btn ${command.state.at === 'waiting' && sent?.id === action.id ? 'waiting' : ''}`}
              aria-expanded={action.form === 'none' ? undefined : form?.id === action.id}
              onClick={() => press(action)}
            >
              {action.label}
            </button>
          ))}
        </div>
        {form?.form === 'patient' && (
          <PatientForm action={form} bed={bed} requests={[...requests.values()]} onSend={(body) => send(form, body)} />
        )}
        {form?.form === 'reason' && <ReasonForm action={form} onSend={(body) => send(form, body)} />}
        {command.state.at === 'refused' && <Refused problem={command.state.problem} />}
        {command.state.at === 'refused' && sent !== null && isOverridable(command.state.problem) && (
          <OverrideForm label={sent.label} onSend={(reason) => send(sent, { ...body, override: { reason } })} />
        )}
        {command.state.at === 'done' && (
          <div className="done" role="status">
            <span className={`bed s-${bed.state}`}>
              <Icon name={`bed-${bed.state}`} />
              {command.state.text}
            </span>
            {undo !== null && (
              <button type="button" className="btn small quiet" onClick={back}>
                {t('unit.undo')} {undo} s
              </button>
            )}
          </div>
        )}
        {refused.map((action) => (
          <div key={action.id} className="no">
            <button type="button" className="btn small" aria-disabled="true" aria-describedby={`no-${action.id}`}>
              {action.label}
            </button>
            <span id={`no-${action.id}`}>{action.refused}</span>
          </div>
        ))}
      </div>
    </section>
  );
}

/** The patient a bed is held for, as the command that assigns it wants it. */
function holdOf(bed: BedView): CommandBody {
  const hold = bed.reservedFor;
  if (hold === null) return {};
  return { encounterId: hold.encounterId, ...(hold.bedRequestId === null ? {} : { bedRequestId: hold.bedRequestId }) };
}

function reasonsOf({ details }: Problem): Misfit[] {
  const list = details['reasons'];
  return Array.isArray(list) ? (list as Misfit[]) : [];
}

function Refused({ problem }: { problem: Problem }) {
  const changed = /version|changed|stale/.test(problem.code);
  const reasons = problem.code === 'bed-unsuitable' ? reasonsOf(problem) : [];
  return (
    <div className="refuse" role="alert">
      <Icon name={changed ? 'swap' : 'cross'} />
      <span>
        <b>
          {changed
            ? t('unit.theBedChangedWhileYouChose')
            : reasons.length > 0
              ? t('unit.theBedDoesNotSuitThe')
              : t('unit.refused')}
        </b>
        {reasons.length === 0 ? problem.message : <Misfits misfits={reasons} />}
      </span>
    </div>
  );
}

/** Seconds left in which `action` can be undone; null where it cannot. */
function useUndo(action: BedAction | null): number | null {
  const [left, setLeft] = useState<number | null>(null);
  const id = action?.id;
  useEffect(() => {
    if (id === undefined || undoOf(id) === null) {
      setLeft(null);
      return;
    }
    setLeft(UNDO_MS / 1000);
    const timer = setInterval(() => setLeft((n) => (n === null || n <= 1 ? null : n - 1)), 1_000);
    return () => clearInterval(timer);
  }, [id]);
  return left;
}
