import type { Role } from '@wardstream/service-kit';
import type { House } from './house.js';

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
  readonly headers: Headers;
}

/** Calls the HTTP interface of a house as one role. */
export class Client {
  private constructor(
    private readonly house: House,
    readonly token: string | null,
  ) {}

  static async as(house: House, ...roles: Role[]): Promise<Client> {
    return new Client(house, roles.length === 0 ? null : await house.token(...roles));
  }

  get<T = Record<string, unknown>>(path: string): Promise<Answer<T>> {
    return this.send('GET', path);
  }

  post<T = Record<string, unknown>>(path: string, body: unknown = {}): Promise<Answer<T>> {
    return this.send('POST', path, JSON.stringify(body), 'application/json');
  }

  put<T = Record<string, unknown>>(path: string, body: unknown, type = 'application/json'): Promise<Answer<T>> {
    return this.send('PUT', path, JSON.stringify(body), type);
  }

  postRaw<T = string>(path: string, body: string | Buffer, type: string): Promise<Answer<T>> {
    return this.send('POST', path, body, type);
  }

  /** Any method, with a body in JSON. */
  call<T = Record<string, unknown>>(method: string, path: string, body: object): Promise<Answer<T>> {
    return this.send(method, path, JSON.stringify(body), 'application/json');
  }

  private async send<T>(method: string, path: string, body?: string | Buffer, type?: string): Promise<Answer<T>> {
    const answer = await fetch(`${this.house.origin}${path}`, {
      method,
      headers: {
        ...(this.token === null ? {} : { authorization: `Bearer ${this.token}` }),
        ...(type === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
    });
    const text = await answer.text();
    const isJson = (answer.headers.get('content-type') ?? '').includes('json');
    return {
      status: answer.status,
      body: (isJson && text !== '' ? JSON.parse(text) : text) as T,
      headers: answer.headers,
    };
  }
}
