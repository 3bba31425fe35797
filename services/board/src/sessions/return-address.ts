/** Where a browser goes back to: a page of our own, whatever it was told; the house where it was told anything else. */
export function ownPage(to: string | undefined): string {
  // Browsers read a backslash as a slash, and leave out control characters: neither belongs into a path of ours.
  if (to === undefined || to.length > 2_000 || !/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(to)) return '/';
  return /^\/(api|fhir|identity|metrics|health)([/?#]|$)/.test(to) ? '/' : to;
}

/**
 * Whether people may sign in at a host where no public address is configured: localhost and addresses. A name could be anybody's who has it
 * point here, and then his page would be of the same origin as ours.
 */
export function isOwnHost(host: string): boolean {
  const name = host.replace(/:\d+$/, '');
  return name === 'localhost' || /^\d+\.\d+\.\d+\.\d+$/.test(name) || /^\[[0-9a-fA-F:.]+\]$/.test(name);
}
