import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Roles } from '@wardstream/service-kit';
import { z } from 'zod';
import { DeliveryStore } from '../persistence/delivery-store.js';

const states = ['pending', 'delivered', 'failed'] as const;
const query = z.object({
  state: z.enum(states).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

@ApiTags('alerts')
@Controller('api/v1/webhook-deliveries')
export class WebhookDeliveriesController {
  constructor(private readonly deliveries: DeliveryStore) {}

  /** What was sent or is to be sent, the latest first; `failed` waits for a person. */
  @Get()
  @Roles('administrator')
  async list(@Query({ schema: query }) { state, limit }: z.infer<typeof query>) {
    return { items: await this.deliveries.list(state === undefined ? states : [state], limit) };
  }
}
