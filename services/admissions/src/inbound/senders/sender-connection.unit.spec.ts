import { describe, expect, it } from '@jest/globals';
import type { Peer } from './peer.js';
import { Sender } from '../../directory/names/sender-profile.js';
import { readSenderFiles } from './profile-file.js';
import { AllowedPeers } from './sender-connection.js';

const FINGERPRINT = 'ab'.repeat(32);
const withColons = FINGERPRINT.toUpperCase().match(/../g)!.join(':');
const certificate = { fingerprint: FINGERPRINT, subject: 'C=GB\nO=Northgate\nCN=adt.example' };
const peer = (address: string, shown: Peer['certificate'] = null): Peer => ({ address, certificate: shown });

describe('who may send in the name of a sender', () => {
  const allowed = new AllowedPeers();
  it.each<[string, string, Peer, string | null]>([
    ['anybody, where nothing is said', 'idleSeconds: 5', peer('127.0.0.1'), null],
    ['its address', 'addresses: 127.0.0.1', peer('127.0.0.1'), null],
    ['its address as IPv6 writes it', 'addresses: 127.0.0.1', peer('::ffff:127.0.0.1'), null],
    ['its network', "addresses: ['127.0.8.0/24', '::1']", peer('127.0.8.200'), null],
    ['its other network', "addresses: ['127.0.8.0/24', '::1']", peer('::1'), null],
    ['another address', 'addresses: 127.0.0.1', peer('127.0.0.2'), 'address'],
    ['an address that is gone', 'addresses: [0.0.0.0/0]', peer(''), 'address'],
    ['its certificate', `certificates: ${FINGERPRINT}`, peer('127.0.0.1', certificate), null],
    ['its certificate, with colons', `certificates: '${withColons}'`, peer('127.0.0.1', certificate), null],
    ['its subject', 'certificates: CN=adt.example', peer('127.0.0.1', certificate), null],
    ['its subject in parts', "certificates: ['CN=adt.example, O=Northgate']", peer('127.0.0.1', certificate), null],
    ['the second of its certificates', `certificates: [CN=x, CN=adt.example]`, peer('127.0.0.1', certificate), null],
    ['no certificate', 'certificates: CN=adt.example', peer('127.0.0.1'), 'certificate'],
    ['another certificate', `certificates: ${'cd'.repeat(32)}`, peer('127.0.0.1', certificate), 'certificate'],
    ['part of a name', 'certificates: CN=adt', peer('127.0.0.1', certificate), 'certificate'],
    [
      'a subject of which a part is another',
      "certificates: ['CN=adt.example, O=Southgate']",
      peer('127.0.0.1', certificate),
      'certificate',
    ],
    [
      'a part that holds what looks like another',
      'certificates: CN=adt.example',
      peer('127.0.0.1', { fingerprint: FINGERPRINT, subject: 'O=x, CN=adt.example\nCN=other' }),
      'certificate',
    ],
    [
      'its certificate from another address',
      'addresses: 127.0.0.1, certificates: CN=adt.example',
      peer('127.0.0.2', certificate),
      'address',
    ],
    [
      'its address with another certificate',
      'addresses: 127.0.0.1, certificates: CN=other',
      peer('127.0.0.1', certificate),
      'certificate',
    ],
  ])('%s', (_, written, from, expected) => {
    const text = `senders:\n  - match: { applications: A }\n    connection: { ${written} }\n`;
    const [read] = readSenderFiles([{ name: 'a.yaml', text }]);
    const fault = allowed.fault(new Sender('p', read!.profile), from);
    if (expected === null) expect(fault).toBeNull();
    else expect(fault).toContain(`this ${expected}`);
  });
});
