import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { covers } from '@wardstream/access';
import { me, type Me } from '@wardstream/api-contract';
import type { FacilityData } from '@wardstream/events';
import { DomainError } from '@wardstream/kernel';
import {
  Allow,
  Answers,
  CONFIG,
  type ConfigOf,
  CurrentUser,
  IDENTITY_PATH,
  KeepsToFacilities,
  type User,
} from '@wardstream/service-kit';
import type { boardSettings } from '../board.settings.js';
import { Sessions } from '../sessions/sessions.js';
import { SignInClient } from '../sessions/sign-in-client.js';
import { BoardView } from '../view/board-view.js';

@ApiTags('board')
@Controller('api/v1/me')
export class MeController {
  constructor(
    private readonly view: BoardView,
    private readonly sessions: Sessions,
    private readonly signIn: SignInClient,
    @Inject(CONFIG) private readonly config: ConfigOf<typeof boardSettings>,
  ) {}

  /** Who the token stands for, and the facilities there are to look at. */
  @Get()
  @Answers(me)
  @KeepsToFacilities('handler')
  @Allow('board.read')
  async get(@CurrentUser() { subject, name, roles, facilities, units, session }: User): Promise<Me> {
    return {
      subject,
      name,
      roles,
      facilities: this.known().filter(({ id }) => covers(facilities, id)),
      units,
      session: session === null ? null : await this.sessionOf(session),
    };
  }

  private async sessionOf(id: string): Promise<Me['session']> {
    const found = await this.sessions.find(id);
    if (found === null) throw new DomainError('unauthenticated', 'token-refused', 'The session is over.');
    return {
      endsAt: found.endsAt.toISOString(),
      idleMinutes: this.config.sessionIdleMinutes,
      changePassword: found.tokens !== null && this.signIn.isOwn ? `${IDENTITY_PATH}/password` : null,
    };
  }

  private known(): Me['facilities'] {
    const configured = [...this.view.all()].flatMap((board) => [...board.of('facility')]);
    return configured
      .map(({ id, body }) => ({ id, name: (JSON.parse(body) as FacilityData).name }))
      .sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
  }
}
