import { lookup as resolve, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { Networks } from '@wardstream/service-kit';

/** Networks that belong to this house or to nobody: never called because somebody outside asked for it. */
const inner: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[] = [
  ...(
    [
      ['0.0.0.0', 8],
      ['10.0.0.0', 8],
      ['100.64.0.0', 10],
      ['127.0.0.0', 8],
      ['169.254.0.0', 16],
      ['172.16.0.0', 12],
      ['192.0.0.0', 24],
      ['192.0.2.0', 24],
      ['192.88.99.0', 24],
      ['192.168.0.0', 16],
      ['198.18.0.0', 15],
      ['198.51.100.0', 24],
      ['203.0.113.0', 24],
      ['224.0.0.0', 4],
      ['240.0.0.0', 4],
    ] as const
  ).map(([address, bits]) => [address, bits, 'ipv4'] as const),
  ...(
    [
      ['::', 96],
      ['64:ff9b::', 96],
      ['64:ff9b:1::', 48],
      ['100::', 64],
      ['2001::', 23],
      ['2001:db8::', 32],
      ['2002::', 16],
      ['fc00::', 7],
      ['fe80::', 10],
      ['fec0::', 10],
      ['ff00::', 8],
    ] as const
  ).map(([address, bits]) => [address, bits, 'ipv6'] as const),
];

/** The address is none that may be called. Says nothing of what it is: whoever asked must not learn of networks here. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
  constructor() {
    super('the address is not one that may be called');
  }
}

/** Which addresses may be called: public ones, and the networks that are allowed beside them. */
export class AddressGuard {
  private readonly refused = new BlockList();
  private readonly allowed: Networks;

  constructor(networks: readonly string[]) {
    for (const [address, bits, family] of inner) this.refused.addSubnet(address, bits, family);
    this.allowed = new Networks(networks);
  }

  permits(address: string): boolean {
    // An IPv4 address written as IPv6 (::ffff:a.b.c.d) is checked as what it is: BlockList does so by itself.
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    return isIP(address) !== 0 && (this.allowed.includes(address) || !this.refused.check(address, family));
  }

  /** Resolves the host of a URL and checks all its addresses. @throws AddressRefused, or the error of the resolution */
  async check(url: URL): Promise<void> {
    const host = hostOf(url);
    if (isIP(host) !== 0) {
      if (!this.permits(host)) throw new AddressRefused();
      return;
    }
    await new Promise<void>((done, fail) => {
      this.lookup(host, { all: true }, (error) => (error === null ? done() : fail(error)));
    });
  }

  /**
   * For the connection itself: what was resolved is what is connected to, so a name that meanwhile stands for another address
   * gets no further than this.
   */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error !== null) return callback(error, [], 0);
      if (addresses.length === 0 || !addresses.every(({ address }) => this.permits(address))) {
        return callback(new AddressRefused(), [], 0);
      }
      if (options.all === true) return callback(null, addresses, 0);
      return callback(null, addresses[0]!.address, addresses[0]!.family);
    });
  };
}

/** The host as an address or a name, an IPv6 address without its brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}
