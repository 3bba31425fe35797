import type { ProcessConfiguration } from '../configuration/process-settings.js';

/** Below which path of the origin the house's own issuer of tokens answers. */
export const IDENTITY_PATH = '/identity';

/**
 * What the house's own issuer calls itself. A name and no address: where people reach the house need not be known for it, but with
 * WARDSTREAM_PUBLIC_URL it is the address as well, so that the clients of others find its description there.
 */
export function ownIssuerOf({ publicUrl }: Pick<ProcessConfiguration, 'publicUrl'>): string {
  return `${publicUrl ?? 'http://localhost'}${IDENTITY_PATH}`;
}
