import { readFileSync } from 'node:fs';
import { Body, Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { DomainError } from '@wardstream/kernel';
import { NoAct, Public } from '@wardstream/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Provider } from 'oidc-provider';
import { z } from 'zod';
import type { Account } from '../domain/account.js';
import { Issuer } from '../issuer/issuer.js';
import { messagePage, pageHeaders, passwordPage, signInPage } from '../pages/page.js';
import { Authenticate, type PasswordChange } from './authenticate.js';

const text = z.string().max(1_000).catch('');
const signInForm = z.object({ login: text, password: text }).catch({ login: '', password: '' });
const passwordForm = z
  .object({ login: text, password: text, next: text, again: text })
  .catch({ login: '', password: '', next: '', again: '' });
type PasswordForm = z.output<typeof passwordForm>;

const style = ['tokens.css', 'page.css']
  .map((file) => readFileSync(new URL(`../../assets/${file}`, import.meta.url), 'utf8'))
  .join('\n');
const FIRST = 'The one you were given was for once. From now on only you know your password.';
const AGAIN = 'You are signed out everywhere then, and sign in with the new one.';

/** The pages of the sign-in: plain forms that work without scripts. */
@ApiExcludeController()
@Public()
@NoAct('recorded where name and password are looked at (Authenticate)')
@Controller('identity')
export class SignInController {
  constructor(
    private readonly issuer: Issuer,
    private readonly authenticate: Authenticate,
  ) {}

  @Get('style.css')
  style(@Res() reply: FastifyReply): void {
    void reply.header('content-type', 'text/css; charset=utf-8').header('cache-control', 'no-cache').send(style);
  }

  @Get('sign-in/:uid')
  async show(@Param('uid') uid: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (!(await this.isBegun(uid, request, reply))) return tooOld(reply);
    answer(reply, 200, signInPage(`/identity/sign-in/${uid}`, '', null));
  }

  @Post('sign-in/:uid')
  async signIn(
    @Param('uid') uid: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!isOwnForm(request) || !(await this.isBegun(uid, request, reply))) return tooOld(reply);
    const { login, password } = signInForm.parse(body);
    const action = `/identity/sign-in/${uid}`;
    const checked = await busyOr(() => this.authenticate.check(login, password, request.ip));
    if (checked.is !== 'right') {
      if (checked.is === 'wait') void reply.header('retry-after', String(checked.seconds));
      return answer(reply, checked.is === 'wait' ? 429 : 401, signInPage(action, login, textOf(checked)));
    }
    if (checked.account.mustChange)
      return answer(reply, 200, passwordPage(`${action}/password`, checked.account.login, FIRST, null));
    await this.finish(checked.account, request, reply);
  }

  @Post('sign-in/:uid/password')
  async firstPassword(
    @Param('uid') uid: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!isOwnForm(request) || !(await this.isBegun(uid, request, reply))) return tooOld(reply);
    const form = passwordForm.parse(body);
    const changed = await this.changed(form, request);
    if (changed.is === 'right') return this.finish(changed.account, request, reply);
    const action = `/identity/sign-in/${uid}/password`;
    answer(reply, statusOf(changed), passwordPage(action, form.login, FIRST, textOf(changed)));
  }

  @Get('password')
  password(@Res() reply: FastifyReply): void {
    answer(reply, 200, passwordPage('/identity/password', null, AGAIN, null));
  }

  @Post('password')
  async change(@Body() body: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (!isOwnForm(request)) return tooOld(reply);
    const changed = await this.changed(passwordForm.parse(body), request);
    if (changed.is !== 'right')
      return answer(reply, statusOf(changed), passwordPage('/identity/password', null, AGAIN, textOf(changed)));
    answer(reply, 200, messagePage('Your password is changed', 'Sign in with it from now on.', 'Sign in', '/'));
  }

  private async changed(form: PasswordForm, { ip }: FastifyRequest): Promise<PasswordChange | Busy | Differs> {
    if (form.next !== form.again) return { is: 'differs' };
    return busyOr(() => this.authenticate.change(form.login, form.password, form.next, ip));
  }

  /** Whether this browser is the one that began to sign in, and it is not too long ago. */
  private async isBegun(uid: string, request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    const details = await this.provider()
      .interactionDetails(request.raw, reply.raw)
      .catch(() => null);
    return details?.uid === uid;
  }

  private async finish(account: Account, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    await this.authenticate.noteSignIn(account, request.ip);
    await this.endFormer(account, request, reply);
    const to = await this.provider().interactionResult(
      request.raw,
      reply.raw,
      { login: { accountId: account.id, remember: false } },
      { mergeWithLastSubmission: false },
    );
    void reply.status(303).header('location', to).send();
  }

  /**
   * Ends the issuer's session of whoever signed in at this browser before, where that is somebody else: the next one at a shared computer
   * begins their own. Otherwise the library asks for a sign-out first, by a page with a script of its own, which no page of ours may have.
   */
  private async endFormer(account: Account, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const provider = this.provider();
    const details = await provider.interactionDetails(request.raw, reply.raw);
    const former = details.session;
    if (former === undefined || former.accountId === account.id) return;
    delete details.session;
    await details.persist();
    await (await provider.Session.findByUid(former.uid))?.destroy();
  }

  private provider(): Provider {
    const provider = this.issuer.current();
    if (provider === null)
      throw new DomainError(
        'unavailable',
        'sign-in-unavailable',
        'Nobody signs in by name here: set WARDSTREAM_AUTH_SECRET.',
      );
    return provider;
  }
}

interface Busy {
  readonly is: 'busy';
}
interface Differs {
  readonly is: 'differs';
}
type Refused = Exclude<PasswordChange, { is: 'right' }> | Busy | Differs;

async function busyOr<T>(work: () => Promise<T>): Promise<T | Busy> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DomainError && error.code === 'busy') return { is: 'busy' };
    throw error;
  }
}

function textOf(refused: Refused): string {
  switch (refused.is) {
    case 'wrong':
      return 'Name and password do not belong together.';
    case 'wait':
      return `Too many attempts were wrong. Try again in ${waiting(refused.seconds)}.`;
    case 'busy':
      return 'Many are signing in at this moment. Try again in a few seconds.';
    case 'differs':
      return 'The new password is not the same both times.';
    case 'unfit':
      return refused.fault;
  }
}

const waiting = (seconds: number): string =>
  seconds <= 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;

function statusOf({ is }: Refused): number {
  return is === 'wrong' ? 401 : is === 'wait' ? 429 : is === 'busy' ? 503 : 400;
}

/** A form that was sent by a page of another origin is none of ours, whoever fills it in. */
function isOwnForm({ headers, protocol, host }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  // Browsers send `null` where the page before said that nothing is to be told of it.
  return headers.origin === undefined || headers.origin === 'null' || headers.origin === `${protocol}://${host}`;
}

function tooOld(reply: FastifyReply): void {
  const text_ = 'This sign-in was begun too long ago, or in another browser.';
  answer(reply, 400, messagePage('Begin again', text_, 'Sign in', '/'));
}

function answer(reply: FastifyReply, status: number, html: string): void {
  void reply.status(status).headers(pageHeaders).send(html);
}
