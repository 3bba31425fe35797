import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import {
  type AuditExportQuery,
  auditExportQuery,
  auditHeads,
  auditList,
  type AuditQuery,
  auditQuery,
} from '@wardstream/api-contract';
import { covers } from '@wardstream/access';
import { NO_FACILITY } from '@wardstream/events';
import { UnitOfWork } from '@wardstream/persistence';
import {
  Act,
  Allow,
  Answers,
  CONFIG,
  type ConfigOf,
  CurrentUser,
  KeepsToFacilities,
  type User,
} from '@wardstream/service-kit';
import type { FastifyReply } from 'fastify';
import type { auditSettings } from '../audit.settings.js';
import { readEnds } from '../persistence/chain.rows.js';
import { auditCsv } from './audit-csv.js';
import { FindActs, queryOf, shownAct } from './find-acts.js';

/** Who did or saw what. Looking here is an act itself. */
@ApiTags('audit')
@Controller('api/v1/audit')
@Allow('audit.read')
@KeepsToFacilities('handler')
export class AuditController {
  constructor(
    @Inject(CONFIG) private readonly config: ConfigOf<typeof auditSettings>,
    private readonly acts: FindActs,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** The latest first. Of a time an act may be missing that has not arrived yet: they arrive within seconds, in any order. */
  @Get()
  @Act('audit.search')
  @Answers(auditList)
  @ApiOperation({ summary: 'Who did or saw what' })
  async search(@Query({ schema: auditQuery }) query: AuditQuery, @CurrentUser() user: User) {
    const { entries, next } = await this.acts.find(user, query);
    return { items: entries.map(shownAct), next };
  }

  /** The same as CSV, with a header; where there is more, the header `Link` has the next page. */
  @Get('export')
  @Act('audit.export')
  @ApiProduces('text/csv')
  @ApiOperation({ summary: 'Who did or saw what, as CSV' })
  async export(
    @Query({ schema: auditExportQuery }) query: AuditExportQuery,
    @CurrentUser() user: User,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const { entries, next } = await this.acts.find(user, query);
    void reply.type('text/csv; charset=utf-8').header('content-disposition', 'attachment; filename="audit.csv"');
    if (next !== null) {
      const further = queryOf({ ...query, after: next });
      void reply.header('link', `</api/v1/audit/export?${further}>; rel="next"`);
    }
    return auditCsv(entries);
  }

  /** Where each chain ends, signed. Kept elsewhere it shows later whether something was taken away behind an earlier state. */
  @Get('heads')
  @Act('audit.heads')
  @Answers(auditHeads)
  @ApiOperation({ summary: 'The signed ends of the audit' })
  async heads(@CurrentUser() user: User) {
    const { ends } = await this.unitOfWork.read(readEnds);
    const own = ends.filter(({ facility }) => covers(user.facilities, facility === NO_FACILITY ? null : facility));
    return { publicKey: this.config.key.publicPem, items: own.map(({ kind: _end, ...head }) => head) };
  }
}
