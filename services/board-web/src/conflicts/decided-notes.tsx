import { useEffect, useState, useSyncExternalStore } from 'react';
import { api } from '../commands/api.js';
import { useCommand } from '../commands/use-command.js';
import { Icon } from '../ui/icon.js';
import { conflictPath } from './conflict-choice.js';
import { decided, forgetDecided, type Decided } from './decided.js';
import { t } from '../texts/texts.js';

/** Undoing is offered for this long after a decision, in real milliseconds. */
const UNDO_MS = 20_000;

/** What was decided here a moment ago, with its undo. `of`: only what was decided about that bed, or the visits in it. */
export function DecidedNotes({ of }: { of?: readonly string[] }) {
  const all = useSyncExternalStore(decided.subscribe, decided.get);
  const concerns = ({ conflict: { subject, facts } }: Decided): boolean =>
    of === undefined ||
    of.includes(subject.id) ||
    (subject.type === 'encounter' && facts.some(({ encounterId: id }) => id !== undefined && of.includes(id)));
  const shown = all.filter(concerns);
  if (shown.length === 0) return null;
  return (
    <div className="decided">
      {shown.map((d) => (
        <Note key={`${d.conflict.id}/${d.overtaken === true}`} {...d} />
      ))}
    </div>
  );
}

function Note(entry: Decided) {
  return entry.overtaken === true ? <Overtaken {...entry} /> : <Undoable {...entry} />;
}

/** Stays until it is read: the conflict itself has left the page, and somebody thinks that they settled it. */
function Overtaken({ conflict, text }: Decided) {
  return (
    <p className="decided-note" role="alert">
      <Icon name="cross" />
      <span>{text}</span>
      <button type="button" className="btn small quiet" onClick={() => forgetDecided(conflict.id)}>
        {t('conflicts.dismiss')}
      </button>
    </p>
  );
}

function Undoable({ conflict, text, undo: command }: Decided) {
  const [left, setLeft] = useState(UNDO_MS / 1000);
  const undo = useCommand();
  useEffect(() => {
    const timer = setInterval(() => setLeft((n) => n - 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  const over = left <= 0 && undo.state.at === 'idle';
  useEffect(() => {
    if (over) forgetDecided(conflict.id);
  }, [over, conflict.id]);
  const back = (): void => {
    void undo.run(async () => {
      const reopen = { path: `${conflictPath(conflict)}/reopen`, body: { version: conflict.version } };
      const { path, body } = command ?? reopen;
      await api(path, { method: 'POST', body });
      return t('conflicts.undoneTheConflictIsOpenAgain');
    });
  };
  return (
    <p className="decided-note" role="status">
      <Icon name={undo.state.at === 'refused' ? 'cross' : 'check'} />
      <span>
        {undo.state.at === 'done' ? undo.state.text : undo.state.at === 'refused' ? undo.state.problem.message : text}
      </span>
      {undo.state.at === 'idle' && left > 0 && (
        <button type="button" className="btn small quiet" onClick={back}>
          {t('conflicts.undo')} {left} s
        </button>
      )}
      {(undo.state.at === 'done' || undo.state.at === 'refused') && (
        <button type="button" className="btn small quiet" onClick={() => forgetDecided(conflict.id)}>
          {t('conflicts.dismiss')}
        </button>
      )}
    </p>
  );
}
