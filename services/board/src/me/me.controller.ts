import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ANY_ROLE, CurrentUser, Roles, type User } from '@wardstream/service-kit';
import { BoardStore } from '../persistence/board-store.js';

@ApiTags('board')
@Controller('api/v1/me')
export class MeController {
  constructor(private readonly store: BoardStore) {}

  /** Who the token stands for, and the facilities there are to look at. */
  @Get()
  @Roles(...ANY_ROLE)
  async get(
    @CurrentUser() { subject, name, roles }: User,
  ): Promise<Pick<User, 'subject' | 'name' | 'roles'> & { facilities: { id: string; name: string }[] }> {
    return { subject, name, roles, facilities: await this.store.facilities() };
  }
}
