import { Body, Delete, Get, Inject, Param, Post, Put, Req, Res } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import {
  etagOf,
  readSubscription,
  type RestHook,
  searchsetBundle,
  subscriptionResource,
  type SubscriptionResource,
  versionOfEtag,
} from '@wardstream/fhir';
import { type Clock, newOpaqueId } from '@wardstream/kernel';
import { UnitOfWork } from '@wardstream/persistence';
import { Act, Allow, CLOCK, CONFIG, type ConfigOf, CurrentUser, Deliveries, type User } from '@wardstream/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { admissionsSettings } from '../../admissions.settings.js';
import { answer, baseOf, FhirController, FhirRefusal, jsonOf, queryOf, statusOfIssues } from '../../fhir/index.js';
import {
  deleteSubscription,
  findSubscription,
  insertSubscription,
  listSubscriptions,
  replaceSubscription,
  sameSubscription,
  type StoredSubscription,
} from '../persistence/subscription.rows.js';
import { AddressRefused } from './address-guard.js';
import { queueOf, Subscriptions } from './subscriptions.js';

const MOST_IN_PAGE = 500;
/** Of the next page: the id that the page before ended with. */
const AFTER = '_after';
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const statuses: readonly string[] = ['requested', 'active', 'error', 'off'] satisfies SubscriptionResource['status'][];

/** Subscriptions (R4) to encounters and beds by rest-hook. A system has its own; administrators have all. Headers are never told. */
@FhirController()
export class SubscriptionController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly subscriptions: Subscriptions,
    private readonly deliveries: Deliveries,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: ConfigOf<typeof admissionsSettings>,
  ) {}

  /**
   * Takes a subscription: it is active from the answer on. 200 with the one that its owner has in force already where it asks for just
   * the same; 422 where it asks for what is not done, or for an address not to be called.
   */
  @Post('Subscription')
  @Act('subscription.create')
  @Allow('subscription.change')
  @ApiOperation({ summary: 'Subscribe to encounters or beds' })
  async create(
    @Body() body: unknown,
    @CurrentUser() user: User,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const hook = await this.read(jsonOf(body).json);
    const row = this.rowOf(newOpaqueId(), hook, user.subject);
    const known = await this.unitOfWork.run(async (tx) => {
      const same = await sameSubscription(tx, row);
      if (same === undefined) await insertSubscription(tx, row);
      return same;
    });
    if (known !== undefined) return shown(reply, 200, known, baseOf(request));
    await this.subscriptions.refresh();
    return shown(reply, 201, { ...row, version: 1 }, baseOf(request));
  }

  @Get('Subscription/:id')
  @Allow('subscription.read')
  @ApiOperation({ summary: 'One subscription, with its status and the last error' })
  async one(
    @Param('id') id: string,
    @CurrentUser() user: User,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    return shown(reply, 200, await this.own(id, user));
  }

  /**
   * Replaces a subscription; `status` off ends it, requested takes it up again. Headers left out are gone: a Subscription that was
   * read has none. 412 where If-Match names another version.
   */
  @Put('Subscription/:id')
  @Act('subscription.change')
  @Allow('subscription.change')
  @ApiOperation({ summary: 'Change, end or take up a subscription' })
  async replace(
    @Param('id') id: string,
    @Body() body: unknown,
    @CurrentUser() user: User,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const { json } = jsonOf(body);
    if (json['id'] !== undefined && json['id'] !== id) {
      throw FhirRefusal.of(400, 'value', 'The id of the resource is not that of the path', 'Subscription.id');
    }
    const known = await this.own(id, user);
    const match = request.headers['if-match'];
    if (match !== undefined && versionOfEtag(match) !== String(known.version)) throw moved();
    const row = { ...this.rowOf(id, await this.read(json), known.owner), version: known.version };
    await this.unitOfWork.run(async (tx) => {
      if (!(await replaceSubscription(tx, row))) throw moved();
      if (row.status === 'off') await this.deliveries.queue.skipAll(tx, queueOf(id), user.subject, 'turned off');
    });
    await this.subscriptions.refresh();
    return shown(reply, 200, { ...row, version: known.version + 1 });
  }

  /** Ends a subscription; what was not sent is not sent. A repeat is harmless: 410, as for any that was deleted. */
  @Delete('Subscription/:id')
  @Act('subscription.remove')
  @Allow('subscription.change')
  @ApiOperation({ summary: 'End a subscription' })
  async remove(
    @Param('id') id: string,
    @CurrentUser() user: User,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    await this.own(id, user);
    await this.unitOfWork.run(async (tx) => {
      if (!(await deleteSubscription(tx, id, new Date(this.clock.nowMs())))) throw gone();
      await this.deliveries.queue.skipAll(tx, queueOf(id), user.subject, 'deleted');
    });
    await this.subscriptions.refresh();
    return answer(reply, { status: 204 });
  }

  @Get('Subscription')
  @Allow('subscription.read')
  @ApiOperation({ summary: 'Search subscriptions by _id, status and url' })
  async search(
    @CurrentUser() user: User,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const of: { ids?: string[]; statuses?: string[]; url?: string; count?: number; after?: string } = {};
    const query = queryOf(request).filter(([name]) => name !== '_format');
    for (const [name, value] of query) {
      const values = value.split(',');
      if (name === '_id') of.ids = of.ids?.filter((id) => values.includes(id)) ?? values;
      else if (name === 'url') of.url = value;
      else if (name === AFTER && uuid.test(value)) of.after = value;
      else if (name === '_count' && /^\d{1,4}$/.test(value)) of.count = Number(value);
      else if (name === 'status' && values.every((s) => statuses.includes(s))) {
        of.statuses = of.statuses?.filter((s) => values.includes(s)) ?? values;
      } else {
        throw FhirRefusal.of(400, 'not-supported', 'The search takes _id, status, url and _count', 'Subscription');
      }
    }
    const limit = Math.min(of.count ?? MOST_IN_PAGE, MOST_IN_PAGE);
    const owner = seesAll(user) ? undefined : user.subject;
    const found = await this.unitOfWork.read((tx) => listSubscriptions(tx, { ...of, owner, limit: limit + 1 }));
    const page = found.slice(0, limit);
    const next: [string, string][] = [...query.filter(([name]) => name !== AFTER), [AFTER, page.at(-1)?.id ?? '']];
    const bundle = searchsetBundle(baseOf(request), 'Subscription', {
      matches: page.map(resourceOf),
      self: new URLSearchParams(query).toString(),
      next: page.length > 0 && found.length > page.length ? new URLSearchParams(next).toString() : null,
    });
    return answer(reply, { status: 200, resource: bundle });
  }

  private async read(json: Record<string, unknown>): Promise<RestHook> {
    const options = { timeZone: this.config.defaultTimeZone, allowHttp: this.config.subscriptionHttp };
    const read = readSubscription(json, options);
    if (!read.ok) throw new FhirRefusal(statusOfIssues(read.error), read.error);
    try {
      await this.subscriptions.guard.check(new URL(read.value.endpoint));
    } catch (error) {
      // A name that nobody knows may be known later; the status tells until then.
      if (!(error instanceof AddressRefused)) return read.value;
      throw FhirRefusal.of(
        422,
        'forbidden',
        'The endpoint is at an address that may not be called from here',
        'Subscription.channel.endpoint',
      );
    }
    return read.value;
  }

  private rowOf(id: string, hook: RestHook, owner: string): Omit<StoredSubscription, 'version'> {
    const { reason, criteriaText, endpoint, withResource, headers, end, wanted } = hook;
    const updatedAt = new Date(this.clock.nowMs());
    const over = end !== null && Date.parse(end) <= updatedAt.getTime();
    return {
      ...{ id, owner, updatedAt, headers, error: null, status: wanted && !over ? 'active' : 'off' },
      hook: { reason, criteriaText, endpoint, withResource, end },
    };
  }

  /** One that this user may see; what is somebody else's is not there for him. */
  private async own(id: string, user: User): Promise<StoredSubscription> {
    const found = uuid.test(id) ? await this.unitOfWork.read((tx) => findSubscription(tx, id)) : undefined;
    if (found === 'gone') throw gone();
    if (found === undefined || (found.owner !== user.subject && !seesAll(user))) {
      throw FhirRefusal.of(404, 'not-found', 'There is no such subscription');
    }
    return found;
  }
}

function seesAll({ roles }: User): boolean {
  return roles.includes('administrator') || roles.includes('auditor');
}

function gone(): FhirRefusal {
  return FhirRefusal.of(410, 'not-found', 'The subscription was deleted');
}

function moved(): FhirRefusal {
  return FhirRefusal.of(412, 'conflict', 'The subscription is at another version');
}

function resourceOf({ id, version, updatedAt, status, hook, error }: StoredSubscription): SubscriptionResource {
  return subscriptionResource({
    ...{ id, versionId: String(version), lastUpdated: updatedAt.toISOString(), status, hook, error },
  });
}

function shown(reply: FastifyReply, status: number, row: StoredSubscription, base?: string): string {
  const resource = resourceOf(row);
  if (base === undefined) void reply.header('etag', etagOf(String(row.version)));
  return answer(reply, {
    ...{ status, resource, versionId: String(row.version), lastModified: row.updatedAt.toISOString() },
    location: base === undefined ? undefined : `${base}/Subscription/${row.id}/_history/${row.version}`,
  });
}
