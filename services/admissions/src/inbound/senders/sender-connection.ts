import type { X509Certificate } from 'node:crypto';
import { isNetworkOrName, Networks } from '@wardstream/service-kit/networks';
import type { MapReader, YamlReader } from '@wardstream/service-kit/yaml-reader';
import type { Peer } from './peer.js';
import type { Sender, SenderConnection } from '../../directory/names/index.js';

export const connectionKeys = ['idleSeconds', 'addresses', 'certificates'] as const;

/** A week. */
const MOST_IDLE_SECONDS = 604_800;
const fingerprint = /^[0-9a-f]{64}$/;
/** A part of a subject: its name, and what it is. */
const subjectPart = /^([A-Za-z]+|\d+(?:\.\d+)+)=(.+)$/;

/** Reads `connection` of a sender: how long it may be silent, and from where it may come. */
export function readConnection(reader: YamlReader, sender: MapReader): { readonly connection?: SenderConnection } {
  const map = sender.map('connection', 'connection', connectionKeys);
  if (map === null) return {};
  const listed = (key: 'addresses' | 'certificates', fits: (text: string) => boolean, says: string): string[] => {
    const texts = map.texts(key);
    if (texts.length === 0) reader.fault(map.at(key), `connection: '${key}' names none; leave it out to take all`);
    for (const text of texts)
      if (!fits(text)) reader.fault(map.at(key), `connection: '${text}' in '${key}' must be ${says}`);
    return texts;
  };
  return {
    connection: {
      ...(map.has('idleSeconds') ? { idleSeconds: idleSeconds(reader, map) } : {}),
      ...(map.has('addresses')
        ? {
            addresses: listed(
              'addresses',
              isNetworkOrName,
              'an address, a network such as 10.20.0.0/16, loopback or private',
            ),
          }
        : {}),
      ...(map.has('certificates')
        ? {
            certificates: listed(
              'certificates',
              (text) => fingerprint.test(bare(text)) || partsOf(text) !== null,
              'a SHA-256 fingerprint, or a subject such as CN=adt.example',
            ),
          }
        : {}),
    },
  };
}

function idleSeconds(reader: YamlReader, map: MapReader): number {
  const text = map.text('idleSeconds', /^(0|[1-9][0-9]{0,6})$/, 'a whole number of seconds; 0 never closes');
  const seconds = Number(text ?? 0);
  if (seconds > MOST_IDLE_SECONDS)
    reader.fault(map.at('idleSeconds'), `connection: 'idleSeconds' may be ${MOST_IDLE_SECONDS} at most, a week`);
  return seconds;
}

/** A fingerprint as it is compared: people write it with and without colons. */
function bare(text: string): string {
  return text.replaceAll(':', '').toLowerCase();
}

/** The parts of a subject that are written with commas; null where it is none. */
function partsOf(text: string): readonly (readonly [name: string, value: string])[] | null {
  const parts = text.split(',').map((part) => subjectPart.exec(part.trim()));
  return parts.every((part) => part !== null) ? parts.map((part) => [part[1]!.toUpperCase(), part[2]!.trim()]) : null;
}

/** What is said of a certificate by which a sender connected. */
export function shownCertificate({ fingerprint256, subject }: X509Certificate): NonNullable<Peer['certificate']> {
  return { fingerprint: bare(fingerprint256), subject };
}

/** Who may send in the name of a sender, made ready to be asked for every message. */
export class AllowedPeers {
  private readonly bySender = new WeakMap<Sender, (peer: Peer) => string | null>();

  /** Why this peer may not send in the name of this sender; null where it may. The text names no address and no certificate. */
  fault(sender: Sender, peer: Peer): string | null {
    let check = this.bySender.get(sender);
    if (check === undefined) {
      check = checkOf(sender.profile.connection ?? {});
      this.bySender.set(sender, check);
    }
    return check(peer);
  }
}

function checkOf({ addresses, certificates }: SenderConnection): (peer: Peer) => string | null {
  const networks = addresses === undefined ? null : new Networks(addresses);
  const fits = certificates?.map(certificateCheck) ?? null;
  return ({ address, certificate }) => {
    if (networks !== null && !networks.includes(address))
      return "The sender's profile does not let it send from this address";
    if (fits === null || (certificate !== null && fits.some((fit) => fit(certificate)))) return null;
    return "The sender's profile does not let it send with this certificate";
  };
}

function certificateCheck(written: string): (certificate: NonNullable<Peer['certificate']>) => boolean {
  const wanted = bare(written);
  if (fingerprint.test(wanted)) return (certificate) => certificate.fingerprint === wanted;
  const parts = partsOf(written) ?? [];
  return ({ subject }) => {
    // A line each; what is written must be there, and more may be.
    const lines = subject.split('\n').map((line) => subjectPart.exec(line));
    return parts.every(([name, value]) => lines.some((line) => line?.[1]?.toUpperCase() === name && line[2] === value));
  };
}
