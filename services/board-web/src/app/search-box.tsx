import { useEffect, useId, useRef, useState } from 'react';
import { Icon } from '../parts/icon.js';
import { useBoardState, useMinute } from './board-context.js';
import { go, hrefTo } from './navigation.js';
import { searchBoard, type Found } from './search.js';
import { onCommand } from './shortcuts.js';

/** Finds a unit or a bed by its code or name, and an open visit by its number. Opens with `/`; arrows choose, Enter goes, Escape leaves. */
export function Search() {
  const state = useBoardState();
  const minute = useMinute();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const [open, setOpen] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  /** Where the focus was when a key opened this; Escape gives it back. */
  const before = useRef<Element | null>(null);
  useEffect(
    () =>
      onCommand('search', () => {
        before.current = document.activeElement;
        input.current?.focus();
      }),
    [],
  );

  const found = searchBoard(state, text, minute ?? 0);
  const at = Math.min(chosen, found.length - 1);
  const show = open && text.trim() !== '';

  const visit = (hit: Found): void => {
    setText('');
    setOpen(false);
    input.current?.blur();
    if (hit.unit === null) go(hrefTo({ page: 'patients' }));
    else go(hrefTo({ page: 'unit', unit: hit.unit }, hit.bed === null ? {} : { bed: hit.bed }));
  };

  const onKeyDown = (event: React.KeyboardEvent): void => {
    const hit = found[at];
    if (event.key === 'Escape') {
      event.stopPropagation();
      setText('');
      input.current?.blur();
      if (before.current instanceof HTMLElement) before.current.focus();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (found.length > 0) setChosen((at + (event.key === 'ArrowDown' ? 1 : -1) + found.length) % found.length);
    } else if (event.key === 'Enter' && hit !== undefined) {
      visit(hit);
    }
  };

  return (
    <div className="search-anchor">
      <label className="search">
        <Icon name="search" />
        <input
          ref={input}
          value={text}
          placeholder="Bed, unit or visit"
          aria-label="Search a bed, a unit or a visit"
          role="combobox"
          aria-expanded={show}
          aria-controls={id}
          aria-autocomplete="list"
          aria-activedescendant={show && found[at] !== undefined ? `${id}-${at}` : undefined}
          onChange={(event) => {
            setText(event.target.value);
            setChosen(0);
            setOpen(true);
          }}
          onFocus={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onKeyDown={onKeyDown}
        />
        <kbd>/</kbd>
      </label>
      {show && (
        <div className="menu to-right" role="listbox" id={id} aria-label="Found">
          {found.length === 0 && <h3>No bed, unit or open visit of that code, name or number</h3>}
          {found.map((hit, i) => (
            <button
              key={`${hit.kind}${hit.id}`}
              id={`${id}-${i}`}
              type="button"
              role="option"
              aria-selected={i === at}
              tabIndex={-1}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => visit(hit)}
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
