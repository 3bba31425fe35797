import type { RefObject } from 'react';
import { Header, Menu, MenuItem, MenuSection, Popover, Separator, Text } from 'react-aria-components';
import { Icon } from './icon.js';
import type { MenuGroup } from './menu.js';

/** The open menu under its button. */
export function MenuList({
  label,
  groups,
  side,
  opener,
  onClose,
}: {
  label: string;
  groups: readonly MenuGroup[];
  side: 'left' | 'right';
  opener: RefObject<HTMLButtonElement | null>;
  onClose: () => void;
}) {
  return (
    <Popover
      className="menu"
      triggerRef={opener}
      isOpen
      onOpenChange={(open) => !open && onClose()}
      placement={side === 'right' ? 'bottom end' : 'bottom start'}
      offset={6}
    >
      <Menu aria-label={label} autoFocus="first" onClose={onClose}>
        {groups.flatMap((group, i) => [
          ...(i > 0 && group.title === undefined ? [<Separator key={`before ${group.id}`} />] : []),
          <Group key={group.id} group={group} />,
        ])}
      </Menu>
    </Popover>
  );
}

function Group({ group }: { group: MenuGroup }) {
  const { chosen, choice = 'one', stays = false, title } = group;
  return (
    <MenuSection
      aria-label={title ?? group.id}
      selectionMode={chosen === undefined ? 'none' : choice === 'one' ? 'single' : 'multiple'}
      selectedKeys={chosen ?? []}
    >
      {title !== undefined && <Header>{title}</Header>}
      {group.entries.map(({ id, label, end, onAction }) => (
        <MenuItem key={id} id={id} textValue={label} onAction={onAction} shouldCloseOnSelect={!stays}>
          <Text slot="label">{label}</Text>
          {end !== undefined && <span className="end">{end}</span>}
          {chosen !== undefined && choice === 'one' && chosen.includes(id) && (
            <span className="end">
              <Icon name="check" />
            </span>
          )}
        </MenuItem>
      ))}
    </MenuSection>
  );
}
