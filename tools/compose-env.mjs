// `node tools/compose-env.mjs`: makes the secrets docker-compose.yml asks for, in .env, unless they are there.
import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(new URL('../.env', import.meta.url));
const secret = () => randomBytes(36).toString('base64url');
if (existsSync(file)) {
  console.log('.env is there already; nothing was changed.');
} else {
  writeFileSync(file, `WARDSTREAM_AUTH_SECRET=${secret()}\nWARDSTREAM_DATABASE_PASSWORD=${secret()}\n`, {
    mode: 0o600,
  });
  console.log('.env made with new secrets.');
}
