import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  type SkipDelivery,
  skipDelivery,
  webhookDelivery,
  webhookDeliveryList,
  type WebhookDeliveryQuery,
  webhookDeliveryQuery,
} from '@wardstream/api-contract';
import { DomainError } from '@wardstream/kernel';
import type { DeliveryView } from '@wardstream/delivery';
import { Act, Allow, Answers, CurrentUser, Deliveries, type User } from '@wardstream/service-kit';
import { z } from 'zod';
import { queueOf } from './webhook-target.js';
import { shown, Webhooks } from './webhooks.js';

const id = z.uuid();

@ApiTags('alerts')
@Controller('api/v1/webhook-deliveries')
@Allow('webhook.read')
export class WebhookDeliveriesController {
  constructor(
    private readonly webhooks: Webhooks,
    private readonly deliveries: Deliveries,
  ) {}

  /** What was sent or is to be sent, the latest first; `rejected` waits for a person. */
  @Get()
  @Answers(webhookDeliveryList)
  @ApiOperation({ summary: 'Messages to webhooks, and what became of them' })
  async list(@Query({ schema: webhookDeliveryQuery }) of: WebhookDeliveryQuery) {
    const { queue } = this.deliveries;
    const lists = await Promise.all((await queue.destinations(queueOf(''))).map((name) => queue.list(name, of)));
    const latest = lists.flat().sort((a, b) => Number(b.position) - Number(a.position));
    return { items: latest.slice(0, of.limit).map(shown) };
  }

  /** Sends it again, with the same id, before all that waits behind it; one that waits is tried at once. */
  @Post(':id/resend')
  @Act('webhook.resend')
  @Allow('webhook.change')
  @HttpCode(200)
  @Answers(webhookDelivery)
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
  @Act('webhook.skip')
  @Allow('webhook.change')
  @HttpCode(200)
  @Answers(webhookDelivery)
  @ApiOperation({ summary: 'Give a message up' })
  async skip(
    @Param('id', { schema: id }) messageId: string,
    @Body({ schema: skipDelivery }) body: SkipDelivery,
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
