import { lazy, Suspense, useRef, useState, type ReactNode } from 'react';

/** One line of a menu. */
export interface MenuEntry {
  readonly id: string;
  readonly label: string;
  /** Stands at its end: a key, a code. */
  readonly end?: string;
  readonly onAction: () => void;
}

/** Lines that belong together: commands, or the choices of one setting with the one that is chosen. */
export interface MenuGroup {
  readonly id: string;
  readonly title?: string;
  readonly entries: readonly MenuEntry[];
  /** Ids of what is on. Left out where the lines are commands. */
  readonly chosen?: readonly string[];
  /** Choices of one setting exclude each other, switches do not. */
  readonly choice?: 'one' | 'several';
  /** Choosing leaves the menu open, to try another. */
  readonly stays?: boolean;
}

const loadMenuList = () => import('./menu-list.js').then(({ MenuList }) => ({ default: MenuList }));
const MenuList = lazy(loadMenuList);

/**
 * A button that opens a menu under it. Escape or a click elsewhere closes it and gives the focus back; arrow keys and letters move
 * in it. The menu's code is read when a hand or the focus comes near it.
 */
export function Menu({
  label,
  button,
  className,
  side = 'left',
  isNamedByContent = false,
  groups,
}: {
  label: string;
  /** The button says all of its name itself; `label` is of the menu alone. */
  isNamedByContent?: boolean;
  button: ReactNode;
  className: string;
  side?: 'left' | 'right';
  groups: readonly MenuGroup[];
}) {
  const [open, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const prepare = (): void => void loadMenuList();
  return (
    <span className="menu-anchor">
      <button
        ref={opener}
        type="button"
        className={className}
        aria-label={isNamedByContent ? undefined : label}
        aria-haspopup="menu"
        aria-expanded={open}
        onPointerEnter={prepare}
        onFocus={prepare}
        onClick={() => setOpen(!open)}
      >
        {button}
      </button>
      {open && (
        <Suspense>
          <MenuList label={label} groups={groups} side={side} opener={opener} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </span>
  );
}
