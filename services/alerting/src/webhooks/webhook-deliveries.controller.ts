import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { DomainError } from '@wardstream/kernel';
import { deliveryStates, type DeliveryView } from '@wardstream/messaging';
import { CurrentUser, Deliveries, Roles, type User } from '@wardstream/service-kit';
import { z } from 'zod';
import { queueOf } from './webhook-target.js';
import { shown, Webhooks } from './webhooks.js';

const query = z.object({
  state: z.enum(deliveryStates).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
const reason = z.object({ reason: z.string().trim().min(3).max(500) });
const id = z.uuid();

@ApiTags('alerts')
@Controller('api/v1/webhook-deliveries')
@Roles('administrator')
export class WebhookDeliveriesController {
  constructor(
    private readonly webhooks: Webhooks,
    private readonly deliveries: Deliveries,
  ) {}

  /** What was sent or is to be sent, the latest first; `rejected` waits for a person. */
  @Get()
  @ApiOperation({ summary: 'Messages to webhooks, and what became of them' })
  async list(@Query({ schema: query }) of: z.infer<typeof query>) {
    const { queue } = this.deliveries;
    const lists = await Promise.all((await queue.destinations(queueOf(''))).map((name) => queue.list(name, of)));
    const latest = lists.flat().sort((a, b) => Number(b.position) - Number(a.position));
    return { items: latest.slice(0, of.limit).map(shown) };
  }

  /** Sends it again, with the same id, before all that waits behind it; one that waits is tried at once. */
  @Post(':id/resend')
  @HttpCode(200)
  @ApiOperation({ summary: 'Send a message again' })
  async resend(@Param('id', { schema: id }) messageId: string, @CurrentUser() user: User) {
    const { destination } = await this.found(messageId);
    if (!this.webhooks.isConfigured(destination.slice(queueOf('').length)))
      throw new DomainError('conflict', 'not-configured', 'The destination is not configured; nothing is sent to it.');
    if (!(await this.deliveries.queue.resend(destination, messageId, user.subject)))
      throw new DomainError('conflict', 'content-gone', 'It was delivered so long ago that it is no longer kept.');
    return shown(await this.found(messageId));
  }

  /** Gives a message up, for a reason, so that the next one is sent. */
  @Post(':id/skip')
  @HttpCode(200)
  @ApiOperation({ summary: 'Give a message up' })
  async skip(
    @Param('id', { schema: id }) messageId: string,
    @Body({ schema: reason }) body: z.infer<typeof reason>,
    @CurrentUser() user: User,
  ) {
    const { destination, state } = await this.found(messageId);
    if (!(await this.deliveries.queue.skip(destination, messageId, user.subject, body.reason)))
      throw new DomainError('conflict', 'already-settled', `The message is ${state}.`);
    return shown(await this.found(messageId));
  }

  private async found(messageId: string): Promise<DeliveryView> {
    const { queue } = this.deliveries;
    for (const name of await queue.destinations(queueOf(''))) {
      const row = await queue.read(name, messageId);
      if (row === undefined) continue;
      const { content: _content, ...view } = row;
      return view;
    }
    throw new DomainError('not-found', 'delivery-not-found', 'There is no such message.');
  }
}
