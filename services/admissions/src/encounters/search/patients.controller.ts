import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { foundPatients, type FoundPatients, type PatientSearch, patientSearch } from '@wardstream/api-contract';
import { Act, Allow, Answers, CurrentUser, type User } from '@wardstream/service-kit';
import { SearchPatients } from './search-patients.js';

@ApiTags('patients')
@Controller('api/v1/facilities/:facility/patients')
@Allow('patient.read')
export class PatientsController {
  constructor(private readonly patients: SearchPatients) {}

  /** Looks for patients by visit number, MRN, bed or name. A POST, so that what is asked stands in no address. */
  @Post('search')
  @Act('patient.search')
  @HttpCode(200)
  @Answers(foundPatients)
  @ApiOperation({ summary: 'Patients by visit number, MRN, bed or name' })
  search(
    @Param('facility') facility: string,
    @Body({ schema: patientSearch }) body: PatientSearch,
    @CurrentUser() user: User,
  ): Promise<FoundPatients> {
    return this.patients.search(facility, body, user);
  }
}
