import { BlockList, isIP } from 'node:net';

/** Names of networks that nobody outside can send from. */
const named: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/** Whether a text is a network or an address: `10.20.0.0/16`, `::1`. */
export function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || address.includes('%') || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

/** Whether a text is a network, an address, or a name that stands for some (`loopback`, `private`). */
export function isNetworkOrName(text: string): boolean {
  return Object.hasOwn(named, text) || isNetwork(text);
}

/** A set of addresses, written as networks, addresses and their names. What is none of these is a fault of the caller: check it before. */
export class Networks {
  private readonly members = new BlockList();

  constructor(readonly written: readonly string[]) {
    for (const network of written.flatMap((one) => (Object.hasOwn(named, one) ? named[one]! : [one]))) {
      const [address = '', bits] = network.split('/');
      const [family, all] = isIP(address) === 4 ? (['ipv4', 32] as const) : (['ipv6', 128] as const);
      this.members.addSubnet(address, Number(bits ?? all), family);
    }
  }

  /** Whether it holds the address; an IPv4 address that is written as IPv6 (`::ffff:127.0.0.1`) is the same one. */
  includes(address: string | undefined): boolean {
    const bare = (address ?? '').split('%', 1)[0]!;
    const version = isIP(bare);
    return version !== 0 && this.members.check(bare, version === 4 ? 'ipv4' : 'ipv6');
  }
}
