import { Body, Controller, Get, Headers, Inject, Param, Post, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type EventAnswer, eventAnswer as answered, eventBatchAnswer, eventTypeList } from '@wardstream/api-contract';
import { asyncApi, eventSchemas, inboundTypes } from '@wardstream/events/inbound';
import { DomainError } from '@wardstream/kernel';
import {
  Allow,
  Answers,
  AnswersByItself,
  CONFIG,
  type ConfigOf,
  NoAct,
  problem,
  PROBLEM_TYPE,
  Public,
  ReadsOwnBody,
  TakesBody,
} from '@wardstream/service-kit';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { admissionsSettings } from '../../admissions.settings.js';
import { Intake, NotDurable } from '../intake/intake.js';
import { eventAnswer } from './event-answer.js';
import { incomingEvent } from './incoming-event.js';
import { textOf } from './event-texts.js';
import { eventsOfRequest } from './http-events.js';

const schemas = eventSchemas();
/** Of one event, or of a batch. */
const eitherAnswer = z.union([answered, eventBatchAnswer]);

/** CloudEvents 1.0 over HTTP: what departments publish, and the description of what they may. */
@ApiTags('intake')
@Controller('api/v1/events')
export class EventsController {
  constructor(
    private readonly intake: Intake,
    @Inject(CONFIG) private readonly config: ConfigOf<typeof admissionsSettings>,
  ) {}

  /**
   * Takes one event (structured or binary mode) or a batch. One event: 200 once it is durable, also where it cannot be placed yet
   * and where it is a repeat; 400 (413 where it is too large) as problem+json with every fault; it is in quarantine then, and to
   * send it again unchanged is of no use. A batch: 200 if all were taken, 207 if some were wrong, with the answer of each; a wrong
   * one stops no other. 503 where it could not be made durable: send all of it again, a repeat counts once.
   */
  @Post()
  @NoAct('What was sent is kept as it came, with its sender and when it came, and is found among the messages.')
  @ReadsOwnBody()
  @TakesBody('intake')
  @Allow('message.send')
  @ApiOperation({ summary: 'Publish movements as CloudEvents' })
  @ApiConsumes('application/cloudevents+json', 'application/cloudevents-batch+json', 'application/json')
  @ApiBody({ schema: { type: 'object' } })
  @AnswersByItself(eitherAnswer)
  @AnswersByItself(eventBatchAnswer, 207)
  async take(
    @Body() body: unknown,
    @Headers() headers: Record<string, string | string[] | undefined>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    const { events, batch } = eventsOfRequest(headers, body);
    const most = this.config.eventsMaxBatch;
    if (events.length > most) {
      const text = `The batch has ${events.length} events; ${most} are taken at most. Nothing of it was taken.`;
      throw new DomainError('too-large', 'batch-too-large', text, { limit: most });
    }
    const answers = await this.takeAll(events);
    const wrong = answers.filter(({ outcome }) => outcome === 'wrong').length;
    if (batch) {
      void reply.status(wrong === 0 ? 200 : 207);
      return { taken: answers.length - wrong, wrong, events: answers };
    }
    const [answer] = answers as [EventAnswer];
    if (answer.outcome !== 'wrong') {
      void reply.status(200);
      return answer;
    }
    const { status, code, errors, ...rest } = answer;
    const body_ = problem(status, code, errors[0]?.text ?? 'The event is wrong.', { ...rest, errors });
    void reply.status(status).type(PROBLEM_TYPE);
    return body_;
  }

  /** What may be published: every type, what it says, and where its schema is. */
  @Get('schema')
  @Answers(eventTypeList)
  @Public()
  @ApiOperation({ summary: 'Types of events that may be published' })
  all() {
    return {
      asyncapi: '/api/v1/events/asyncapi.json',
      types: inboundTypes.map(({ type, summary, trigger }) => {
        return { type, summary, trigger, schema: `/api/v1/events/schema/${type}` };
      }),
    };
  }

  /** The JSON Schema (draft 7) of one type in JSON form. */
  @Get('schema/:type')
  @Public()
  @ApiOperation({ summary: 'JSON Schema of one type of event' })
  schema(@Param('type') type: string, @Res({ passthrough: true }) reply: FastifyReply): unknown {
    const schema = schemas.get(type);
    if (schema === undefined) throw new DomainError('not-found', 'event-type-not-found', 'There is no such type.');
    void reply.type('application/schema+json');
    return schema;
  }

  /** AsyncAPI 3: the topic and this interface, with the schemas and an example of every type. */
  @Get('asyncapi.json')
  @Public()
  @ApiOperation({ summary: 'AsyncAPI 3 description of what may be published' })
  description(@Res({ passthrough: true }) reply: FastifyReply): unknown {
    void reply.type('application/vnd.aai.asyncapi+json;version=3.0.0');
    return asyncApi();
  }

  private async takeAll(events: readonly unknown[]): Promise<EventAnswer[]> {
    const taken = await Promise.allSettled(
      events.map(async (event, index) => {
        const answer = await this.intake.take(incomingEvent(textOf(event), 'http', this.config.eventMaxBytes));
        return eventAnswer(index, event, answer);
      }),
    );
    return taken.map((each) => {
      if (each.status === 'fulfilled') return each.value;
      if (!(each.reason instanceof NotDurable)) throw each.reason;
      // What was stored of it is recognised when it comes again.
      throw new DomainError('unavailable', 'not-durable', 'The events could not be stored; send all of them again.');
    });
  }
}
