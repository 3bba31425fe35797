// `node tools/compose-env.mjs`: makes the secrets docker-compose.yml asks for, in .env, unless they are there.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(new URL('../.env', import.meta.url));
const auditKey = () =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
const secret = () => randomBytes(36).toString('base64url');
if (existsSync(file)) {
  console.log('.env is there already; nothing was changed.');
} else {
  const lines = {
    WARDSTREAM_AUTH_SECRET: secret(),
    WARDSTREAM_DATABASE_PASSWORD: secret(),
    WARDSTREAM_AUDIT_KEY: auditKey(),
  };
  const text = Object.entries(lines).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(file, text.join(''), { mode: 0o600 });
  console.log('.env made with new secrets.');
}
