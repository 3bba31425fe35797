import { describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import { apiDocsAt } from './api-docs.js';

async function answerOf(
  path: string,
): Promise<{ status: number; headers: Record<string, string>; body: string } | null> {
  const answer = apiDocsAt(path);
  if (answer === undefined) return null;
  const heard = { status: 0, headers: {} as Record<string, string>, body: '' };
  await answer({
    writeHead: (status: number, headers: Record<string, string>) => Object.assign(heard, { status, headers }),
    end: (body: string | Buffer) => (heard.body = body.toString()),
  } as unknown as ServerResponse);
  return heard;
}

describe('apiDocsAt', () => {
  it('shows the description of the API, and takes everything it needs from its own origin', async () => {
    const page = await answerOf('/api/docs');
    expect(page?.headers['content-security-policy']).not.toContain('unsafe');
    const parts = [...page!.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path!);
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) expect([part, (await answerOf(part))?.status]).toEqual([part, 200]);
    expect((await answerOf('/api/docs/start.js'))?.body).toContain('/api/v1/openapi.json');
  });

  it.each([
    '/api/docs/package.json',
    '/api/docs/../package.json',
    '/api/docs/constructor',
    '/api/docs/a/b',
    '/api/doc',
  ])('has nothing at %s', async (path) => expect(await answerOf(path)).toBeNull());
});
