import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Makes in `folder` an authority of its own (`ca.pem`) and a certificate of it for `server` and for `client`, each a `.pem` with
 * its `.key`, for that host name and two days. Throws where there is no openssl.
 */
export function makeCertificates(folder: string, hostName: string): void {
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const newKey = (name: string) => ['-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`];
  openssl('req', '-x509', ...newKey('ca'), '-out', 'ca.pem', '-days', '2', '-subj', '/CN=Suite CA');
  for (const name of ['server', 'client']) {
    openssl('req', ...newKey(name), '-out', `${name}.csr`, '-subj', `/CN=${hostName}`);
    writeFileSync(join(folder, `${name}.ext`), `subjectAltName=DNS:${hostName}`);
    openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
      ...['-out', `${name}.pem`, '-days', '2', '-extfile', `${name}.ext`],
    );
  }
}
