import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { UnitOfWork } from '@wardstream/persistence';
import { ANY_ROLE, Roles } from '@wardstream/service-kit';
import { facilityCalled, readFacilities } from '../persistence/facility.rows.js';

@ApiTags('facilities')
@Controller('api/v1/facilities')
@Roles(...ANY_ROLE)
export class FacilityController {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  @Get()
  list() {
    return this.unitOfWork.read(async (tx) => {
      const facilities = await readFacilities(tx);
      return { items: facilities.map(({ rooms: _rooms, beds, ...rest }) => ({ ...rest, beds: beds.length })) };
    });
  }

  /** The facility with its units, rooms and beds, by its id or an alias. */
  @Get(':facility')
  one(@Param('facility') facility: string) {
    return this.unitOfWork.read((tx) => facilityCalled(tx, facility));
  }
}
