import type { AnchorHTMLAttributes } from 'react';
import { hrefTo, onLinkClick, useAddress } from './navigation.js';
import type { Route } from './route.js';

/** A link to a page of the app; its address follows what the person chose (facility, theme, density). */
export function Link({
  to,
  own,
  part = '',
  ...rest
}: {
  to: Route;
  own?: Readonly<Record<string, string | null>>;
  /** The part of the page to come to. */
  part?: string;
} & AnchorHTMLAttributes<HTMLAnchorElement>) {
  useAddress();
  const { onClick, children, ...attributes } = rest;
  return (
    <a
      {...attributes}
      href={`${hrefTo(to, own)}${part === '' ? '' : `#${part}`}`}
      onClick={(event) => {
        onClick?.(event);
        onLinkClick(event);
      }}
    >
      {children}
    </a>
  );
}
