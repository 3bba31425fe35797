import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { covers } from '@wardstream/access';
import { facility, facilityList } from '@wardstream/api-contract';
import { UnitOfWork } from '@wardstream/persistence';
import { Allow, Answers, CurrentUser, KeepsToFacilities, type User } from '@wardstream/service-kit';
import { facilityCalled, readFacilities } from '../persistence/facility.rows.js';

@ApiTags('facilities')
@Controller('api/v1/facilities')
@Allow('board.read')
export class FacilityController {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** Those that the caller's token is for. */
  @Get()
  @Answers(facilityList)
  @KeepsToFacilities('handler')
  list(@CurrentUser() user: User) {
    return this.unitOfWork.read(async (tx) => {
      const facilities = (await readFacilities(tx)).filter(({ id }) => covers(user.facilities, id));
      return { items: facilities.map(({ rooms: _rooms, beds, ...rest }) => ({ ...rest, beds: beds.length })) };
    });
  }

  /** The facility with its units, rooms and beds, by its id or an alias. */
  @Get(':facility')
  @Answers(facility)
  one(@Param('facility') name: string) {
    return this.unitOfWork.read((tx) => facilityCalled(tx, name));
  }
}
