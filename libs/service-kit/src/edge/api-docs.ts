import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Everything comes from this origin. Swagger UI's style sheet holds its icons as data. */
const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
} as const;

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Wardstream API</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
<link rel="icon" href="/api/docs/favicon-32x32.png">
</head>
<body>
<div id="interface"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</body>
</html>
`;
const start = `SwaggerUIBundle({
  url: '/api/v1/openapi.json',
  dom_id: '#interface',
  deepLinking: true,
  docExpansion: 'none',
  validatorUrl: null,
});
`;
const files: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};
const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

/** What of the API's page is at `path`: how to answer it, or undefined where there is nothing. Holds no data, so it is open to all. */
export function apiDocsAt(path: string): ((response: ServerResponse) => Promise<void>) | undefined {
  if (path === '/api/docs' || path === '/api/docs/')
    return (response) => send(response, 'text/html; charset=utf-8', page);
  const name = /^\/api\/docs\/([\w.-]+)$/.exec(path)?.[1] ?? '';
  if (name === 'start.js') return (response) => send(response, 'text/javascript; charset=utf-8', start);
  const type = Object.hasOwn(files, name) ? files[name] : undefined;
  if (type === undefined) return undefined;
  return async (response) => send(response, type, await readFile(join(folder, name)));
}

function send(response: ServerResponse, type: string, body: string | Buffer): Promise<void> {
  response.writeHead(200, { ...pageHeaders, 'content-type': type });
  response.end(body);
  return Promise.resolve();
}
