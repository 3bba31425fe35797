import { useCallback, useEffect, useId, useRef, useState, type ReactNode } from 'react';

/**
 * A button that opens a list under it. Escape or a click elsewhere closes it and gives the focus back; arrow keys move
 * in it. `children` get `close`.
 */
export function Menu({
  label,
  button,
  className,
  side = 'left',
  children,
}: {
  label: string;
  button: ReactNode;
  className: string;
  side?: 'left' | 'right';
  children: (close: () => void) => ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const anchor = useRef<HTMLSpanElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);

  const close = useCallback(() => {
    setOpen(false);
    opener.current?.focus();
  }, []);

  useEffect(() => {
    if (!open) return;
    const away = (event: PointerEvent): void => {
      if (!anchor.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', away);
    items(list.current)[0]?.focus();
    return () => document.removeEventListener('pointerdown', away);
  }, [open]);

  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (!open) return;
    if (event.key === 'Escape') {
      event.stopPropagation();
      close();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const all = items(list.current);
      const at = all.indexOf(document.activeElement as HTMLElement);
      all[(at + (event.key === 'ArrowDown' ? 1 : -1) + all.length) % all.length]?.focus();
    }
  };

  return (
    <span className="menu-anchor" ref={anchor} onKeyDown={onKeyDown}>
      <button
        ref={opener}
        type="button"
        className={className}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        {button}
      </button>
      {open && (
        <div id={id} ref={list} className={`menu ${side === 'right' ? 'to-right' : ''}`} role="menu" aria-label={label}>
          {children(close)}
        </div>
      )}
    </span>
  );
}

function items(list: HTMLElement | null): HTMLElement[] {
  return list === null ? [] : [...list.querySelectorAll<HTMLElement>('a[href], button:not([disabled])')];
}
