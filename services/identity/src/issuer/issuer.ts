import { createHash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { UnitOfWork } from '@wardstream/persistence';
import {
  derivedKey,
  LOGGER,
  type Logger,
  ownIssuerOf,
  PROCESS_CONFIG,
  type ProcessConfiguration,
} from '@wardstream/service-kit';
import type { JWK } from 'jose';
import {
  type Account as IssuerAccount,
  type AdapterFactory,
  type Configuration,
  interactionPolicy,
  Provider,
} from 'oidc-provider';
import type { Account } from '../domain/account.js';
import { messagePage, pageHeaders } from '../pages/page.js';
import { AccountStore } from '../persistence/account-store.js';
import { AttemptStore } from '../persistence/attempt-store.js';
import { PayloadStore } from './payload-store.js';
import { SigningKeys } from './signing-keys.js';

export const BOARD_CLIENT = 'wardstream-board';
/** What tokens of systems are for. */
const API = 'urn:wardstream:api';
const LOOK_FOR_KEYS_MS = 60_000;
const DAY_S = 86_400;

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
export const digestOfKey = (key: string): string => createHash('sha256').update(key).digest('base64url');

/** The OpenID Connect issuer of the house, made anew when its keys change. */
@Injectable()
export class Issuer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private provider: Provider | null = null;
  private kids = '';
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly accounts: AccountStore,
    private readonly payloads: PayloadStore,
    private readonly keys: SigningKeys,
    private readonly attempts: AttemptStore,
    @Inject(PROCESS_CONFIG) private readonly process: ProcessConfiguration,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.refresh();
    this.timer = setInterval(
      () => void this.upkeep().catch((err: unknown) => this.logger.warn({ err }, 'the upkeep of the issuer failed')),
      LOOK_FOR_KEYS_MS,
    ).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Null where there is no secret to keep keys by: then nobody signs in here. */
  current(): Provider | null {
    return this.provider;
  }

  private async upkeep(): Promise<void> {
    await this.refresh();
    await this.payloads.sweep();
    await this.attempts.sweep();
  }

  private async refresh(): Promise<void> {
    const keys = await this.keys.current();
    if (keys === null) return;
    const kids = keys.map(({ kid }) => kid).join(' ');
    if (kids === this.kids) return;
    this.provider = this.made(keys);
    this.kids = kids;
  }

  private made(keys: JWK[]): Provider {
    const secret = this.process.authSecret!;
    const boardSecret = base64url(derivedKey(secret, 'client of the board'));
    const configuration: Configuration = {
      adapter: this.adapterOf(),
      jwks: { keys: keys as NonNullable<Configuration['jwks']>['keys'] },
      clients: [
        {
          client_id: BOARD_CLIENT,
          client_secret: boardSecret,
          grant_types: ['authorization_code', 'refresh_token'],
          response_types: ['code'],
          token_endpoint_auth_method: 'client_secret_basic',
          // Where it may send a browser back is told by `redirectUriAllowed`.
          redirect_uris: ['http://localhost/api/v1/session/callback'],
        },
      ],
      clientDefaults: { id_token_signed_response_alg: 'ES256' },
      enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
      scopes: ['openid', 'profile', 'offline_access'],
      claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'roles', 'facilities', 'units'] },
      conformIdTokenClaims: false,
      cookies: {
        keys: [base64url(derivedKey(secret, 'cookies of the issuer'))],
        names: {
          session: 'wardstream-identity',
          interaction: 'wardstream-sign-in',
          resume: 'wardstream-sign-in-resume',
        },
        long: { httpOnly: true, sameSite: 'lax', signed: true },
        short: { httpOnly: true, sameSite: 'lax', signed: true },
      },
      features: {
        devInteractions: { enabled: false },
        userinfo: { enabled: false },
        rpInitiatedLogout: { enabled: false },
        revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          defaultResource: (_ctx, client) => (client.clientId === BOARD_CLIENT ? [] : API),
          getResourceServerInfo: () => ({
            scope: '',
            audience: this.process.jwtAudience,
            accessTokenFormat: 'jwt',
            accessTokenTTL: 600,
            jwt: { sign: { alg: 'ES256' } },
          }),
          useGrantedResource: () => true,
        },
      },
      pkce: { required: () => true },
      // The secret of a session is the board's matter; it asks with this whether somebody still may what they might.
      issueRefreshToken: (_ctx, client) => Promise.resolve(client.clientId === BOARD_CLIENT),
      rotateRefreshToken: false,
      expiresWithSession: () => Promise.resolve(false),
      ttl: {
        AuthorizationCode: 60,
        AccessToken: 600,
        ClientCredentials: 600,
        IdToken: 600,
        Interaction: 900,
        Session: 3_600,
        Grant: 8 * DAY_S,
        RefreshToken: 8 * DAY_S,
      },
      interactions: { url: (_ctx, { uid }) => `/identity/sign-in/${uid}`, policy: passwordEachTime() },
      // The board is the house's own: nobody is asked whether it may know who they are.
      loadExistingGrant: async (ctx) => {
        const { provider, client, session } = ctx.oidc;
        const grant = new provider.Grant({ clientId: client!.clientId, accountId: session!.accountId! });
        grant.addOIDCScope('openid profile offline_access');
        await grant.save();
        return grant;
      },
      findAccount: (_ctx, id) => this.account(id),
      extraTokenClaims: async (_ctx, token) => {
        if (token.kind !== 'ClientCredentials') return undefined;
        const system = await this.system(token.clientId!);
        return system === null ? { roles: [] } : grantsOf(system);
      },
      renderError: (ctx, { error, error_description: description }) => {
        for (const [name, value] of Object.entries(pageHeaders)) ctx.set(name, value);
        ctx.body = messagePage('Not signed in', description ?? error ?? 'It did not work.', 'Begin again', '/');
      },
    };
    const provider = new Provider(ownIssuerOf(this.process), configuration);
    // What proxies say was believed, or taken away, before it came here (`callerOf`).
    provider.proxy = true;
    this.restrict(provider);
    return provider;
  }

  /** The board is of the origin that a browser came to, wherever that is; systems have keys of which only digests are kept. */
  private restrict(provider: Provider): void {
    const prototype = provider.Client.prototype as {
      redirectUriAllowed(uri: string): boolean;
      compareClientSecret(actual: string): Promise<boolean> | boolean;
    };
    const compare = prototype.compareClientSecret;
    const publicUrl = this.process.publicUrl;
    const system = (id: string): Promise<string[]> => this.keysOf(id);
    prototype.redirectUriAllowed = function (this: { clientId: string }, uri: string): boolean {
      const host = Provider.ctx?.host;
      const origin = publicUrl ?? `${Provider.ctx?.protocol}://${host}`;
      return this.clientId === BOARD_CLIENT && uri === `${origin}/api/v1/session/callback`;
    };
    prototype.compareClientSecret = async function (this: { clientId: string }, actual: string): Promise<boolean> {
      if (this.clientId === BOARD_CLIENT) return compare.call(this, actual);
      const given = Buffer.from(digestOfKey(actual));
      return (await system(this.clientId)).some((kept) => timingSafeEqual(Buffer.from(kept), given));
    };
    provider.on('server_error', (_ctx, err) => this.logger.error({ err }, 'the issuer failed'));
  }

  private adapterOf(): AdapterFactory {
    return (kind) => {
      const adapter = this.payloads.adapter(kind);
      return kind === 'Client' ? { ...adapter, find: (id) => this.client(id) } : adapter;
    };
  }

  /** A system is a client by the name that it signs in with. */
  private async client(id: string): Promise<Record<string, unknown> | undefined> {
    if ((await this.system(id)) === null) return undefined;
    return {
      client_id: id,
      // Never compared: see `restrict`. The library wants one of some length.
      client_secret: base64url(derivedKey(this.process.authSecret!, `no key of ${id}`)),
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
      token_endpoint_auth_method: 'client_secret_basic',
    };
  }

  private async system(login: string): Promise<Account | null> {
    const found = await this.unitOfWork.read((tx) => this.accounts.byLogin(tx, login));
    return found !== null && found.kind === 'system' && found.disabledAt === null ? found : null;
  }

  private async keysOf(login: string): Promise<string[]> {
    const system = await this.system(login);
    return system === null ? [] : this.unitOfWork.read((tx) => this.accounts.keysOf(tx, system.id));
  }

  /** Undefined for who is disabled: then codes and refresh tokens are of no use any more. */
  private async account(id: string): Promise<IssuerAccount | undefined> {
    const found = await this.unitOfWork.read((tx) => this.accounts.byId(tx, id));
    if (found === null || found.kind !== 'person' || found.disabledAt !== null) return undefined;
    return {
      accountId: found.id,
      claims: () => ({ sub: found.id, preferred_username: found.login, ...grantsOf(found) }),
    };
  }
}

/**
 * A password is asked for at each sign-in, whatever the browser says: on a ward's computer the next person is somebody else, and leaving a
 * parameter out of the address must not sign them in as whoever was there before.
 */
function passwordEachTime(): ReturnType<typeof interactionPolicy.base> {
  const policy = interactionPolicy.base();
  const { Check } = interactionPolicy;
  const isAskedFor = ({ oidc }: { readonly oidc: { readonly result?: { readonly login?: unknown } | undefined } }) =>
    oidc.result?.login === undefined ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT;
  policy.get('login')!.checks.add(new Check('password_each_time', 'The password is asked for each time', isAskedFor));
  return policy;
}

/** Without a list of facilities or units it is for all. */
function grantsOf({ name, roles, facilities, units }: Account): Record<string, string | readonly string[]> {
  return {
    name,
    roles,
    ...(facilities === null ? {} : { facilities }),
    ...(units === null ? {} : { units }),
  };
}
