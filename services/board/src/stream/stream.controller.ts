import { Controller, Get, Headers, Param, Res } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { DomainError } from '@wardstream/kernel';
import { ANY_ROLE, CurrentUser, Roles, type User } from '@wardstream/service-kit';
import type { FastifyReply } from 'fastify';
import { parseEventId } from '../domain/event-id.js';
import { LiveStreams } from './live-streams.js';
import type { Sink } from './viewer.js';

@ApiTags('board')
@Controller('api/v1/facilities/:facility/stream')
export class StreamController {
  constructor(private readonly streams: LiveStreams) {}

  /**
   * Everything people see of a facility, live, as text/event-stream: `snapshot`, then `facility`, `bed`, `unit`, `alert`,
   * `conflict`, `feed`, `request`, `plan` and `encounter`, each with the whole new state of one thing and an id. With
   * Last-Event-ID the stream goes on after it where that is still kept, else it begins with a snapshot. `clock` tells the
   * facility's time after every group of events, and every ten seconds while the board can read what happens; it has no id. The
   * stream ends when its token has expired.
   */
  @Get()
  @Roles(...ANY_ROLE)
  @ApiProduces('text/event-stream')
  async open(
    @Param('facility') facility: string,
    @Headers('last-event-id') lastEventId: string | undefined,
    @CurrentUser() user: User,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!(await this.streams.has(facility))) {
      throw new DomainError('not-found', 'facility-unknown', 'There is no such facility.');
    }
    const { raw } = reply;
    if (raw.destroyed) return;
    reply.hijack();
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    raw.flushHeaders();
    const sink: Sink = {
      write: (text) => void raw.write(text),
      pendingBytes: () => raw.writableLength,
      end: () => void raw.end(),
      destroy: () => void raw.destroy(),
    };
    let gone = false;
    raw.on('close', () => (gone = true));
    raw.on('error', () => undefined);
    try {
      const stream = await this.streams.open(facility, sink, parseEventId(lastEventId), user.expiresAtMs);
      raw.on('drain', stream.drained);
      raw.on('close', stream.left);
      if (gone) stream.left();
      else stream.drained();
    } catch {
      // The head is sent, so the only answer left is to break off: the reader comes again and learns more then.
      raw.destroy();
    }
  }
}
