import type { BedState, EventEnvelope } from '@wardstream/events';
import { seededRandom } from '@wardstream/kernel';
import { configuration, Hospital } from './hospital-builder.js';

export { at, configuration, FACILITY, Hospital, START, unit } from './hospital-builder.js';

/** A hospital of three units that lives through `steps` random changes; the same for the same seed. */
export function randomHospital(seed: number, steps: number, minutesPerStep = 7): Hospital {
  const random = seededRandom(seed);
  const upTo = (n: number) => Math.floor(random() * n);
  const one = <T>(list: readonly T[]): T => list[upTo(list.length)]!;
  const hospital = new Hospital(configuration({ ED: 6, W1: 7, W2: 5 }));
  const beds = [...hospital.beds.keys()];
  const patients = Array.from({ length: 24 }, (_, i) => `P${i}`);
  const states: BedState[] = ['available', 'dirty', 'cleaning', 'blocked', 'closed', 'surge'];
  let requests = 0;
  for (let i = 0; i < steps; i += 1) {
    hospital.minute += upTo(minutesPerStep);
    const bed = one(beds);
    const who = one(patients);
    switch (upTo(10)) {
      case 0:
      case 1:
        hospital.bed(bed, 'occupied', [who]);
        break;
      case 2:
        hospital.bed(bed, one(states));
        break;
      case 3:
        hospital.bed(bed, 'reserved', [], who);
        break;
      case 4:
        hospital.bed(bed, 'occupied', [who, one(patients.filter((p) => p !== who))]);
        break;
      case 5:
        hospital.backdate(bed, 1 + upTo(200));
        break;
      case 6: {
        const status = one(['in-progress', 'in-progress', 'on-leave', 'discharged', 'planned', 'cancelled'] as const);
        const known = random() < 0.5 ? bed : null;
        hospital.encounter(who, {
          status,
          class: one(['I', 'E', 'O', null]),
          location:
            random() < 0.2 ? null : { unit: one(['ED', 'W1', 'W2', 'W9']), room: null, bed: null, bedId: known },
        });
        break;
      }
      case 7:
        requests += 1;
        hospital.request(`R${requests}`, {
          encounterId: who,
          source: one(['ED', 'Theatre', 'Move', 'Hospital', 'Direct', 'Elective']),
          toUnit: one(['W1', 'W2', 'ED', 'W9', null]),
          from: random() < 0.3 ? null : { unit: one(['ED', 'W1']), room: null, bed: '3', bedId: null },
          decisionToAdmitAt: random() < 0.5 ? hospital.now : null,
        });
        break;
      case 8: {
        if (requests === 0) break;
        const id = `R${1 + upTo(requests)}`;
        const change = upTo(3);
        if (change === 0) hospital.request(id, { status: 'assigned', assignedBedId: bed, assignedAt: hospital.now });
        else if (change === 1) hospital.request(id, { status: 'occupied', occupiedAt: hospital.now });
        else hospital.request(id, { status: 'requested', assignedBedId: null, assignedAt: null });
        break;
      }
      default: {
        const status = one(['pending', 'confirmed', 'departed', 'cancelled'] as const);
        hospital.plan(who, {
          status,
          confirmedAt: status === 'confirmed' ? hospital.now : null,
          departedAt: status === 'departed' ? hospital.now : null,
          cancelledAt: status === 'cancelled' ? hospital.now : null,
        });
      }
    }
  }
  return hospital;
}

/** Another order of the same events: any mixture of the things' own orders, some events told twice. */
export function interleaved(events: readonly EventEnvelope[], seed: number): EventEnvelope[] {
  const random = seededRandom(seed);
  const queues = new Map<string, EventEnvelope[]>();
  for (const event of events) {
    const key = `${event.type}/${event.subject}`;
    queues.set(key, [...(queues.get(key) ?? []), event]);
  }
  const open = [...queues.values()];
  const order: EventEnvelope[] = [];
  while (open.length > 0) {
    const i = Math.floor(random() * open.length);
    order.push(open[i]!.shift()!);
    if (open[i]!.length === 0) open.splice(i, 1);
    if (random() < 0.15) order.push(order[Math.floor(random() * order.length)]!);
  }
  return order;
}
