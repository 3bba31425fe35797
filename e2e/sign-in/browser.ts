import type { House } from '@wardstream/product-under-test';

export interface Page {
  readonly status: number;
  readonly text: string;
  /** Where it leads: of a redirect. */
  readonly location: string | null;
  /** Of the last request. */
  readonly path: string;
}

/** Somebody's browser, as far as cookies, redirects and forms go. Two of them share nothing. */
export class Browser {
  private readonly cookies = new Map<string, { readonly pair: string; readonly path: string }>();

  constructor(readonly house: House) {}

  /** One request, no redirect followed. A page of ours makes it unless `headers` say otherwise. */
  async ask(path: string, init: RequestInit = {}): Promise<Page> {
    const url = new URL(path, this.house.origin);
    const cookie = [...this.cookies.values()]
      .filter((kept) => url.pathname.startsWith(kept.path))
      .map(({ pair }) => pair)
      .join('; ');
    const headers = { 'x-wardstream-page': 'active', cookie, ...(init.headers as Record<string, string> | undefined) };
    const answer = await fetch(url, { redirect: 'manual', ...init, headers });
    for (const set of answer.headers.getSetCookie()) this.keep(set);
    return {
      status: answer.status,
      text: await answer.text(),
      location: answer.headers.get('location'),
      path: url.pathname,
    };
  }

  /** Follows redirects of this origin until `stopAt`, whose address is then `location`. */
  async follow(path: string, stopAt = /^$/, init: RequestInit = {}): Promise<Page> {
    let page = await this.ask(path, init);
    while (page.location !== null && !stopAt.test(page.location)) page = await this.ask(page.location);
    return page;
  }

  send(path: string, body: object): Promise<Page> {
    return this.ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  form(fields: Record<string, string>): RequestInit {
    return {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
    };
  }

  /** To the form of the sign-in; its address. */
  async begin(to = '/units/4A'): Promise<string> {
    const { text } = await this.follow(`/api/v1/session/sign-in?to=${encodeURIComponent(to)}`);
    return /action="([^"]+)"/.exec(text)![1]!;
  }

  /** Signs in, with a first password changed to `next`; where it ends up, by its address or its page. */
  async signIn(
    login: string,
    password: string,
    { next = password, stopAt = /^$/, to = '/units/4A' } = {},
  ): Promise<Page> {
    const page = await this.follow(await this.begin(to), stopAt, this.form({ login, password }));
    const change = /action="([^"]+\/password)"/.exec(page.text)?.[1];
    if (change === undefined) return page;
    return this.follow(change, stopAt, this.form({ login, password, next, again: next }));
  }

  /** Status and name of whoever is signed in. */
  async me(): Promise<string> {
    const { status, text } = await this.ask('/api/v1/me');
    return status === 200 ? (JSON.parse(text) as { name: string }).name : String(status);
  }

  /** The cookie of the session: its name and what it holds. */
  sessionCookie(): string {
    return [...this.cookies].find(([name]) => name.startsWith('wardstream-session'))?.[1].pair ?? '';
  }

  /** Takes a cookie in as a page of another port or a thief would. */
  plant(pair: string): void {
    this.cookies.set(pair.split('=', 1)[0]!, { pair, path: '/' });
  }

  /** Resolves when the stream of a facility that this browser opens has ended: with how long it was open, ms. */
  async stream(facility: string): Promise<{ readonly ended: Promise<void> }> {
    const cookie = [...this.cookies.values()].map(({ pair }) => pair).join('; ');
    const answer = await fetch(`${this.house.origin}/api/v1/facilities/${facility}/stream`, { headers: { cookie } });
    if (answer.status !== 200) throw new Error(`stream refused: ${answer.status}`);
    const read = async (): Promise<void> => {
      for await (const _ of answer.body!);
    };
    return { ended: read() };
  }

  private keep(set: string): void {
    const [pair = '', ...attributes] = set.split(';').map((part) => part.trim());
    const said = (name: string): string | undefined =>
      attributes.find((each) => each.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1);
    const path = said('path') ?? '/';
    const name = pair.split('=', 1)[0]!;
    const key = path === '/' ? name : `${name} ${path}`;
    const isGone = said('max-age') === '0' || Date.parse(said('expires') ?? '9999') < Date.now();
    if (isGone) this.cookies.delete(key);
    else this.cookies.set(key, { pair, path });
  }
}
