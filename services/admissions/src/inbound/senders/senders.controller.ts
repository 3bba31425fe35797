import { Controller, Get, Header, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { type OfSender, ofSender, senderProfiles, unknownCodeList } from '@wardstream/api-contract';
import { Act, Allow, Answers } from '@wardstream/service-kit';
import { type InForce, SenderProfiles } from './sender-profiles.js';
import { UnknownCodes } from './unknown-codes.js';

@ApiTags('senders')
@Controller('api/v1/senders')
export class SendersController {
  constructor(
    private readonly profiles: SenderProfiles,
    private readonly unknown: UnknownCodes,
  ) {}

  /** The profiles in force with their version, and why what the files say now is not, where that is so. */
  @Get()
  @Answers(senderProfiles)
  @Allow('sender.read')
  @ApiOperation({ summary: 'Sender profiles in force' })
  all() {
    return shown(this.profiles.inForce());
  }

  /** Codes of places, bed states, classes and triggers that were sent and mean nothing here yet; the most frequent of each sender first. */
  @Get('unknown-codes')
  @Answers(unknownCodeList)
  @Allow('sender.read')
  @ApiOperation({ summary: 'Codes that senders sent and that are not known here' })
  async codes(@Query({ schema: ofSender }) { application }: OfSender) {
    const codes = await this.unknown.list();
    return { items: codes.filter((c) => application === undefined || c.application === application) };
  }

  /** A file of profiles in which those codes have their most likely meaning, to be looked at and edited. */
  @Get('suggestions')
  @Allow('sender.suggest')
  @Header('content-type', 'application/yaml; charset=utf-8')
  @ApiOperation({ summary: 'A sender profile file suggested from unknown codes' })
  @ApiProduces('application/yaml')
  suggestions(@Query({ schema: ofSender }) { application }: OfSender): Promise<string> {
    return this.unknown.suggest(application);
  }

  /** Puts into force what the files say now; refused whole where they have a fault. A repeat changes nothing. */
  @Post('reload')
  @Act('sender.reload')
  @HttpCode(200)
  @Answers(senderProfiles)
  @Allow('sender.change')
  @ApiOperation({ summary: 'Load the sender profiles now' })
  async reload() {
    return shown(await this.profiles.reload());
  }
}

function shown({ version, profiles, refused }: InForce) {
  return {
    version: version?.version ?? 0,
    digest: version?.digest ?? null,
    loadedAt: version?.loadedAt ?? null,
    refused,
    items: profiles.map(({ sender: { id, profile }, at }) => ({ id, ...profile, file: at.file, line: at.line })),
  };
}
