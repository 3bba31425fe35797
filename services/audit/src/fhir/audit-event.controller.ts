import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { type AuditQuery, auditQuery } from '@wardstream/api-contract';
import { Act, Allow, CurrentUser, KeepsToFacilities, type User } from '@wardstream/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { FindActs, queryOf } from '../reads/find-acts.js';
import { auditEventOf } from './audit-event.js';

const PATH = '/fhir/R4/AuditEvent';

const auditEventQuery = z.preprocess((sent) => {
  const { _count, ...rest } = sent as Record<string, unknown>;
  return _count === undefined ? rest : { ...rest, limit: _count };
}, auditQuery);

/** The audit as FHIR R4 AuditEvents, in pages. Its parameters are those of `/api/v1/audit`, and `_count` as FHIR names `limit`. */
@ApiTags('fhir')
@Controller('fhir/R4/AuditEvent')
@Allow('audit.read')
@KeepsToFacilities('handler')
export class AuditEventController {
  constructor(private readonly acts: FindActs) {}

  @Get()
  @Act('audit.export')
  @ApiProduces('application/fhir+json')
  @ApiOperation({ summary: 'Who did or saw what (FHIR R4 AuditEvent)' })
  async all(
    @Query({ schema: auditEventQuery }) query: AuditQuery,
    @CurrentUser() user: User,
    @Req() { protocol, host }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const { entries, next } = await this.acts.find(user, query);
    const base = `${protocol}://${host || 'localhost'}${PATH}`;
    const link = (relation: string, after: string | undefined) => ({ relation, url: urlOf(base, { ...query, after }) });
    const bundle = {
      resourceType: 'Bundle',
      type: 'searchset',
      link: [link('self', query.after), ...(next === null ? [] : [link('next', next)])],
      entry: entries.map((entry) => ({
        fullUrl: `${base}/${entry.id}`,
        resource: auditEventOf(entry),
        search: { mode: 'match' },
      })),
    };
    void reply.type('application/fhir+json; charset=utf-8');
    return JSON.stringify(entries.length === 0 ? { ...bundle, entry: undefined } : bundle);
  }
}

function urlOf(base: string, { limit, ...query }: AuditQuery): string {
  return `${base}?${queryOf({ ...query, _count: limit })}`;
}
