import { Controller, Get, Headers, Param, Res } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { DomainError } from '@wardstream/kernel';
import { CurrentUser, Allow, type User } from '@wardstream/service-kit';
import type { FastifyReply } from 'fastify';
import { parsePlace } from '../domain/stream-place.js';
import { SessionWatch } from '../sessions/session-watch.js';
import { LiveStreams } from './live-streams.js';
import type { Sink } from './viewer.js';

@ApiTags('board')
@Controller('api/v1/facilities/:facility/stream')
export class StreamController {
  constructor(
    private readonly streams: LiveStreams,
    private readonly sessions: SessionWatch,
  ) {}

  /**
   * Everything people see of a facility, live, as text/event-stream: `snapshot`, then `facility`, `bed`, `unit`, `alert`,
   * `conflict`, `feed`, `request`, `plan` and `encounter`, each with the whole new state of one thing and an id. With
   * Last-Event-ID the stream goes on after it where that is still kept, else it begins with a snapshot. `clock` tells the
   * facility's time after every group of events, and every ten seconds while the board can read what happens; it has no id. The
   * stream ends when its token has expired, and within seconds of the end of its session.
   */
  @Get()
  @Allow('board.read')
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
    // The token of a session is short; the stream lives as long as the session.
    const expiresAtMs = user.session === null ? user.expiresAtMs : Infinity;
    try {
      const stream = await this.streams.open(facility, sink, parsePlace(lastEventId), expiresAtMs);
      raw.on('close', this.sessions.watch(user.session, sink.end));
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
