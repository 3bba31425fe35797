import { iso } from '@wardstream/persistence';
import { checkUnitOfPatient, noteAct } from '@wardstream/service-kit';
import { Injectable } from '@nestjs/common';
import type { PlanStep, TakePlanStep } from '@wardstream/api-contract';
import { DepartmentCommands, type DepartmentCommand, timeBeside } from '../commands/department-commands.js';
import { checkStep, noOpenPlan, noPlan, type PlanFacts } from '../domain/discharge-plan.js';
import { checkStillSo } from '../domain/both-facts.js';
import { plansMergedInto, plansOf, type PlanRow } from '../persistence/discharge-plan.rows.js';
import { encounterCalled } from '../persistence/copies.rows.js';
import { PlanProjector, type KeptPlan } from './plan-projector.js';

/** A step of a discharge as it came in. */
export interface PlanCommand extends DepartmentCommand, Pick<TakePlanStep, 'expectedAt' | 'waitingFor'> {
  /** Encounter id or visit number. */
  readonly visit: string;
}

/** Announces, confirms and withdraws discharges. What a department system tells with its time is recorded whatever the state. */
@Injectable()
export class PlanDischarge {
  constructor(
    private readonly commands: DepartmentCommands,
    private readonly projector: PlanProjector,
  ) {}

  /** @throws NotKnownYet 'encounter-not-known-yet', DomainError 'encounter-ended', 'patient-moved', 'no-open-plan', 'time-out-of-range', 'key-used' */
  take(step: PlanStep, command: PlanCommand): Promise<KeptPlan> {
    return this.commands.run(async (tx) => {
      const opened = await this.commands.open(tx, command);
      const { facility, at, asFact } = opened;
      if (command.expectedAt !== undefined) timeBeside('expectedAt', command.expectedAt, opened, 'expected');
      const known = await encounterCalled(tx, facility.id, { id: command.visit, visitNumber: command.visit });
      checkUnitOfPatient(command.user, facility.id, known?.location?.unit ?? null);
      // A person plans for a patient who is here; a department system may be earlier than the admission.
      const named = asFact || known !== null ? { visitNumber: command.visit } : { encounterId: command.visit };
      const visit = known === null ? await this.commands.visit(tx, facility.id, named) : null;
      const encounterId = known?.id ?? visit!.encounterId;
      noteAct({ encounters: [encounterId] });
      const visitNumber = known?.visitNumber ?? visit!.visitNumber;
      const [found] = await plansOf(tx, [{ id: encounterId, facility: facility.id, visitNumber }]);
      const row: PlanRow = found ?? {
        facts: noPlan({ encounterId, facility: facility.id, visitNumber }),
        ...{ version: 0, state: null, digest: null },
      };
      const act = `plan.${step} ${encounterId}`;
      if (!(await this.commands.isNew(tx, opened, command.key, act)) && row.state !== null)
        return { ...row.state, version: row.version };
      if (!asFact) {
        checkStillSo(known, { act: step, at, bedId: command.bedId ?? null });
        checkStep(row.state, known, step);
      }
      const facts = said(row.facts, step, command, at);
      // Of visits that are one, a plan that is taken back is so under each of its numbers.
      const others = step === 'cancel' ? ((await plansMergedInto(tx, [encounterId])).get(encounterId) ?? []) : [];
      const rows = [...others.map((o) => ({ ...o, facts: said(o.facts, step, command, at) })), { ...row, facts }];
      const kept = await this.projector.rederive(tx, rows, () => iso(at));
      const plan = kept.get(encounterId);
      if (plan === undefined) throw noOpenPlan();
      return plan;
    });
  }
}

function said(plan: PlanFacts, step: PlanStep, command: PlanCommand, at: number): PlanFacts {
  const expectedAt = command.expectedAt === undefined ? plan.expectedAt : Date.parse(command.expectedAt);
  const waitingFor = command.waitingFor === undefined ? plan.waitingFor : command.waitingFor;
  const earliest = (before: number | null, now: number) => (before === null ? now : Math.min(before, now));
  const still = (before: number | null) =>
    before !== null && (plan.cancelledAt === null || before > plan.cancelledAt) ? before : null;
  switch (step) {
    case 'pending':
      return { ...plan, pendingAt: earliest(still(plan.pendingAt), at), expectedAt, waitingFor };
    case 'confirm':
      return { ...plan, confirmedAt: earliest(still(plan.confirmedAt), at), expectedAt, waitingFor };
    case 'cancel':
      return { ...plan, cancelledAt: Math.max(at, plan.cancelledAt ?? at) };
  }
}
