import type { AnchorHTMLAttributes } from 'react';
import { hrefTo, onLinkClick, useAddress } from './navigation.js';
import type { Route } from './route.js';

/** A link to a page of the app; its address follows what the person chose (facility, theme, density). */
export function Link({
  to,
  own,
  ...rest
}: { to: Route; own?: Readonly<Record<string, string | null>> } & AnchorHTMLAttributes<HTMLAnchorElement>) {
  useAddress();
  const { onClick, ...attributes } = rest;
  return (
    <a
      {...attributes}
      href={hrefTo(to, own)}
      onClick={(event) => {
        onClick?.(event);
        onLinkClick(event);
      }}
    />
  );
}
