import { useEffect, useId, useRef, useState, useSyncExternalStore } from 'react';
import { refusalOfAction, type Action } from '../actions/action.js';
import { performAction } from '../actions/perform.js';
import { actionsChanged, currentActions, useActions } from '../actions/registry.js';
import { t } from '../texts/texts.js';
import { Icon } from '../ui/icon.js';
import { useBoardState, useLocalTime, useMe, useMinute } from './board-context.js';
import { patientHref, patientLabel, patientNote } from './found-patient.js';
import { go, hrefTo } from './navigation.js';
import { searchBoard, type Found } from './search.js';
import { usePatients } from './use-patients.js';

/** One line of what was found: a place or a patient to go to, or an action to do. */
interface Hit {
  readonly id: string;
  readonly label: string;
  readonly note: string;
  /** Why an action cannot be done: it stays in the list, and nothing happens on it. */
  readonly refused: boolean;
  readonly choose: () => void;
}

const MOST_ACTIONS = 12;

/**
 * One box for everything: units and beds by code or name, open visits by number, actions by their label. `/` opens it, `Ctrl K` with
 * all actions; arrows choose, Enter goes, Escape leaves.
 */
export function Search() {
  const state = useBoardState();
  const minute = useMinute();
  const { roles } = useMe();
  const local = useLocalTime();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const [open, setOpen] = useState<'no' | 'found' | 'actions'>('no');
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  useSyncExternalStore(actionsChanged.subscribe, actionsChanged.get);
  /** Where the focus was when a key opened this; Escape gives it back. */
  const before = useRef<Element | null>(null);
  const enter = (as: 'found' | 'actions'): void => {
    if (document.activeElement !== input.current) before.current = document.activeElement;
    input.current?.focus();
    setOpen(as);
  };
  useActions([
    { id: 'board.search', group: 'board', label: t('actions.search'), keys: '/', perform: () => enter('found') },
    {
      id: 'board.palette',
      group: 'board',
      label: t('actions.palette'),
      keys: 'Ctrl k',
      perform: () => enter('actions'),
    },
  ]);

  const leave = (): void => {
    setText('');
    setOpen('no');
    input.current?.blur();
  };
  const visit = (hit: Found): void => {
    leave();
    if (hit.unit === null) go(hrefTo({ page: 'patients' }));
    else go(hrefTo({ page: 'unit', unit: hit.unit }, hit.bed === null ? {} : { bed: hit.bed }));
  };
  const hitOf = (action: Action): Hit => {
    const refused = refusalOfAction(action, roles);
    return {
      id: `action ${action.id}`,
      label: action.label,
      note: refused ?? action.keys ?? '',
      refused: refused !== null,
      choose: () => {
        leave();
        if (before.current instanceof HTMLElement) before.current.focus();
        void performAction(action, roles);
      },
    };
  };
  const wanted = text.trim().toLowerCase();
  const actions = currentActions().filter(
    (a) => a.unlisted !== true && a.id !== 'board.search' && a.id !== 'board.palette',
  );
  const fitting = actions.filter((a) => (wanted === '' ? open === 'actions' : a.label.toLowerCase().includes(wanted)));
  const patients = usePatients(open === 'no' ? '' : text);
  const onBoard = searchBoard(state, text, minute ?? 0);
  const shownBefore = new Set(onBoard.map(({ id: encounterId }) => encounterId));
  const hits: Hit[] = [
    ...onBoard.map((hit) => ({
      id: `${hit.kind} ${hit.id}`,
      label: hit.label,
      note: hit.note,
      refused: false,
      choose: () => visit(hit),
    })),
    // Of who is on the board by this number, or in the bed that is found, the line before says it already.
    ...patients.found
      .filter(({ encounterId, foundBy }) => foundBy !== 'bed' && !shownBefore.has(encounterId))
      .map((found) => ({
        id: `patient ${found.encounterId}`,
        label: patientLabel(found),
        note: patientNote(found, local, (minute ?? 0) * 60_000),
        refused: false,
        choose: () => {
          leave();
          go(patientHref(found, (bed) => state.beds.has(bed)));
        },
      })),
    ...fitting.slice(0, wanted === '' ? actions.length : MOST_ACTIONS).map(hitOf),
  ];
  const at = Math.min(chosen, hits.length - 1);
  const show = open === 'actions' || (open === 'found' && wanted !== '');

  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (show) list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [show, at]);

  const onKeyDown = (event: React.KeyboardEvent): void => {
    const hit = hits[at];
    if (event.key === 'Escape') {
      event.stopPropagation();
      leave();
      if (before.current instanceof HTMLElement) before.current.focus();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (hits.length > 0) setChosen((at + (event.key === 'ArrowDown' ? 1 : -1) + hits.length) % hits.length);
    } else if (event.key === 'Enter' && hit !== undefined && show && !hit.refused) {
      hit.choose();
    }
  };

  return (
    <div className="search-anchor">
      <label className="search">
        <Icon name="search" />
        <input
          ref={input}
          value={text}
          placeholder={t('actions.searchShort')}
          aria-label={t('actions.search')}
          role="combobox"
          aria-expanded={show}
          aria-controls={id}
          aria-autocomplete="list"
          aria-activedescendant={show && hits[at] !== undefined ? `${id}-${at}` : undefined}
          onChange={(event) => {
            setText(event.target.value);
            setChosen(0);
            setOpen((as) => (as === 'no' ? 'found' : as));
          }}
          onFocus={() => setOpen((as) => (as === 'no' ? 'found' : as))}
          onBlur={() => setOpen('no')}
          onKeyDown={onKeyDown}
        />
        <kbd>/</kbd>
      </label>
      {show && (
        <div className="menu under-field" role="listbox" id={id} aria-label={t('actions.found')} ref={list}>
          {hits.length === 0 && <h3>{patients.waiting ? t('search.looking') : t('actions.nothingFound')}</h3>}
          {patients.problem !== null && <h3>{t('search.notRead', { why: patients.problem.message })}</h3>}
          {hits.map((hit, i) => (
            <button
              key={hit.id}
              id={`${id}-${i}`}
              type="button"
              role="option"
              aria-selected={i === at}
              aria-disabled={hit.refused}
              tabIndex={-1}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => !hit.refused && hit.choose()}
            >
              <b>{hit.label}</b>
              <span className="end">{hit.note}</span>
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
