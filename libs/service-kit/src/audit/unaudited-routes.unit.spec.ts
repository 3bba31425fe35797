import { All, Controller, Get, Post } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { Allow } from '../access/allow.js';
import { Act, NoAct } from './act.js';
import { unauditedRoutes } from './unaudited-routes.js';

@Controller('fixture')
@Allow('board.read')
class Fixture {
  @Get()
  shows(): void {}
  @Get('patients')
  @Allow('patient.read')
  showsPatients(): void {}
  @Get('patients/:id')
  @Allow('patient.read')
  @Act('patient.look')
  looks(): void {}
  @Post()
  changes(): void {}
  @All('any')
  doesAnything(): void {}
  @Post('message')
  @NoAct('It is kept as it came.')
  takes(): void {}
  @Post('done')
  @Act('bed.block')
  does(): void {}
}

@Controller('inherits')
class Inherits extends Fixture {}

@Controller('whole')
@Act('bed.block')
class Whole {
  @Post()
  does(): void {}
}

describe('a route that the audit has no word for', () => {
  it('is found also where a controller has it of the class that it extends', () => {
    expect(unauditedRoutes([Inherits])).toContain('Inherits.changes (POST)');
  });

  it('is found where it changes something or shows patients', () => {
    expect(unauditedRoutes([Fixture, Whole])).toEqual([
      'Fixture.showsPatients (GET)',
      'Fixture.changes (POST)',
      'Fixture.doesAnything (ALL)',
    ]);
  });
});
