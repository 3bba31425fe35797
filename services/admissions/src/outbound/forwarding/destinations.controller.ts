import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  destinationList,
  destinationQueue,
  type DestinationQueueQuery,
  destinationQueueQuery,
  type DestinationReason,
  destinationReason,
  destinationStanding,
  forwarding,
  forwardingWithText,
} from '@wardstream/api-contract';
import { decodeText } from '@wardstream/hl7v2';
import { DomainError } from '@wardstream/kernel';
import type { DeliveryView, DestinationStanding } from '@wardstream/delivery';
import { Act, Allow, Answers, CurrentUser, Deliveries, noteAct, type User } from '@wardstream/service-kit';
import { z } from 'zod';
import { Destinations } from './destinations.js';
import { queueOf } from './outgoing-messages.js';

const PREFIX = queueOf('');

/** Systems that HL7 v2 is forwarded to, and what waits for each. */
@ApiTags('destinations')
@Controller('api/v1/destinations')
export class DestinationsController {
  constructor(
    private readonly destinations: Destinations,
    private readonly deliveries: Deliveries,
  ) {}

  /** Every destination of the file, and those that are no longer in it but still have a queue. No personal data. */
  @Get()
  @Answers(destinationList)
  @Allow('destination.read')
  @ApiOperation({ summary: 'Destinations and how they stand' })
  async all() {
    const configured = new Map(this.destinations.current.map(({ destination }) => [destination.name, destination]));
    const queued = (await this.deliveries.queue.destinations(PREFIX)).map((name) => name.slice(PREFIX.length));
    const names = [...new Set([...configured.keys(), ...queued])];
    const standings = await this.deliveries.queue.standings(names.map(queueOf));
    return {
      items: standings.map((standing, i) => {
        const of = configured.get(names[i]!);
        const { host, port, tls, facilities, adt, bedStatus } = of ?? {};
        return {
          name: names[i]!,
          configured: of !== undefined,
          ...(of === undefined ? {} : { host, port, tls: tls !== null, facilities, adt, bedStatus }),
          ...standingShown(standing),
        };
      }),
      // Why the file as it is now is not in force.
      fileFaults: this.destinations.faults,
    };
  }

  /** What waits, first to be sent first; with another `state` or none, the latest first. */
  @Get(':name/queue')
  @Answers(destinationQueue)
  @Allow('destination.read')
  @ApiOperation({ summary: "A destination's queue" })
  async queue(@Param('name') name: string, @Query({ schema: destinationQueueQuery }) query: DestinationQueueQuery) {
    await this.known(name);
    const { limit, ...of } = query;
    const found = await this.deliveries.queue.list(queueOf(name), { ...of, limit: limit + 1 });
    const page = found.slice(0, limit);
    return { items: page.map(shown), next: found.length > page.length ? page.at(-1)!.position : null };
  }

  /** One message with its text. Holds personal data, so for administrators only. */
  @Get(':name/queue/:id')
  @Act('destination.open')
  @Answers(forwardingWithText)
  @Allow('destination.change')
  @ApiOperation({ summary: 'One message of the queue with its text' })
  async one(@Param('name') name: string, @Param('id', { schema: z.uuid() }) id: string) {
    const found = await this.deliveries.queue.read(queueOf(name), id);
    if (found === undefined) throw notThere();
    if (found.facility !== null) noteAct({ facility: found.facility });
    const { content, ...view } = found;
    return { ...shown(view), text: content === null ? null : decodeText(content).text };
  }

  /** Sends it again, with the same MSH-10, before all that waits behind it; one that waits is tried at once. */
  @Post(':name/queue/:id/resend')
  @Act('destination.resend')
  @Answers(forwarding)
  @HttpCode(200)
  @Allow('destination.change')
  @ApiOperation({ summary: 'Send a message again' })
  async resend(@Param('name') name: string, @Param('id', { schema: z.uuid() }) id: string, @CurrentUser() user: User) {
    if (!this.destinations.current.some(({ destination }) => destination.name === name)) {
      throw new DomainError('conflict', 'not-configured', 'The destination is not configured; nothing is sent to it.');
    }
    if (!(await this.deliveries.queue.resend(queueOf(name), id, user.subject))) {
      const found = await this.deliveries.queue.read(queueOf(name), id);
      if (found === undefined) throw notThere();
      throw new DomainError(
        'conflict',
        'content-gone',
        'It was delivered so long ago that its text is no longer kept.',
      );
    }
    return this.after(name, id);
  }

  /** Gives a message up, for a reason, so that the next one is sent. */
  @Post(':name/queue/:id/skip')
  @Act('destination.skip')
  @Answers(forwarding)
  @HttpCode(200)
  @Allow('destination.change')
  @ApiOperation({ summary: 'Give a message up' })
  async skip(
    @Param('name') name: string,
    @Param('id', { schema: z.uuid() }) id: string,
    @Body({ schema: destinationReason }) body: DestinationReason,
    @CurrentUser() user: User,
  ) {
    if (!(await this.deliveries.queue.skip(queueOf(name), id, user.subject, body.reason))) {
      const found = await this.deliveries.queue.read(queueOf(name), id);
      if (found === undefined) throw notThere();
      throw new DomainError('conflict', 'already-settled', `The message is ${found.state}.`);
    }
    return this.after(name, id);
  }

  /** Sends nothing more until it is resumed; what comes waits. A repeat changes nothing. */
  @Post(':name/pause')
  @Act('destination.pause')
  @Answers(destinationStanding)
  @HttpCode(200)
  @Allow('destination.change')
  @ApiOperation({ summary: 'Stop sending to a destination' })
  async pause(
    @Param('name') name: string,
    @Body({ schema: destinationReason }) body: DestinationReason,
    @CurrentUser() user: User,
  ) {
    await this.known(name);
    await this.deliveries.queue.pause(queueOf(name), user.subject, body.reason);
    return this.standing(name);
  }

  @Post(':name/resume')
  @Act('destination.resume')
  @Answers(destinationStanding)
  @HttpCode(200)
  @Allow('destination.change')
  @ApiOperation({ summary: 'Send to a destination again' })
  async resume(@Param('name') name: string) {
    await this.known(name);
    await this.deliveries.queue.resume(queueOf(name));
    return this.standing(name);
  }

  private async standing(name: string) {
    const [standing] = await this.deliveries.queue.standings([queueOf(name)]);
    return { name, ...standingShown(standing!) };
  }

  private async after(name: string, id: string) {
    const { content: _content, ...view } = (await this.deliveries.queue.read(queueOf(name), id))!;
    return shown(view);
  }

  private async known(name: string): Promise<void> {
    if (this.destinations.current.some(({ destination }) => destination.name === name)) return;
    if ((await this.deliveries.queue.list(queueOf(name), { limit: 1 })).length > 0) return;
    throw new DomainError('not-found', 'destination-not-found', 'There is no such destination.');
  }
}

function notThere(): DomainError {
  return new DomainError('not-found', 'delivery-not-found', 'There is no such message in this queue.');
}

function shown({ destination: _prefixed, ...view }: DeliveryView) {
  return view;
}

function standingShown({ destination: _prefixed, headAttempts, headCause, ...of }: DestinationStanding) {
  return { ...of, attempts: headAttempts, lastCause: headCause };
}
