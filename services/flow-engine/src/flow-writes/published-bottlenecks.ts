import { Injectable } from '@nestjs/common';
import type { Bottleneck } from '@wardstream/flow-model';
import { UnitOfWork } from '@wardstream/persistence';
import { FacilityRegistry } from '../facility-memory/facility-registry.js';
import { FacilityStore } from '../persistence/facility-store.js';

/** The bottlenecks that were told of a facility and are not over: from memory where this process tells them, else from rows. */
@Injectable()
export class PublishedBottlenecks {
  constructor(
    private readonly known: FacilityRegistry,
    private readonly unitOfWork: UnitOfWork,
    private readonly store: FacilityStore,
  ) {}

  async of(facility: string): Promise<Bottleneck[]> {
    const published =
      this.known.of(facility).published ??
      (await this.unitOfWork.read((tx) => this.store.published(tx, [facility]))).get(facility)!;
    return [...published.bottlenecks.values()];
  }
}
