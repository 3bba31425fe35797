import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { INBOUND_TOPIC } from '@wardstream/events/inbound';
import { eventually } from '@wardstream/testing';
import fc from 'fast-check';
import { smallHouse } from '@wardstream/encounter-model/testing';
import { AdmissionsHouse } from '../../testing/admissions-house.spec.js';
import { departmentEvent } from './department-event.spec.js';

/** A record as a foreign producer writes it. */
export interface ExternalRecord {
  readonly key: string | Buffer | null;
  readonly value: string | Buffer | null;
  readonly headers: Record<string, string | Buffer>;
}

export interface RecordsHouse {
  readonly house: AdmissionsHouse;
  send(topic: string, records: readonly ExternalRecord[]): Promise<void>;
  /** Whether bytes of any kind can be sent. */
  readonly anyBytes: boolean;
  close(): Promise<void>;
}

/** What holds of the topic on which departments publish, whatever log it is on. */
export function movementRecords(title: string, start: () => Promise<RecordsHouse>): void {
  describe(title, () => {
    let of: RecordsHouse;
    let house: AdmissionsHouse;
    beforeAll(async () => {
      of = await start();
      house = of.house;
      await house.configure(smallHouse);
    });
    afterAll(() => of?.close());

    const send = (...records: ExternalRecord[]): Promise<void> => of.send(INBOUND_TOPIC, records);
    const structured = (event: object, key: string | null = 'any'): ExternalRecord => ({
      ...{
        key,
        value: JSON.stringify(event),
        headers: { 'content-type': 'application/cloudevents+json; charset=UTF-8' },
      },
    });
    const binary = ({ data, ...attributes }: ReturnType<typeof departmentEvent>): ExternalRecord => ({
      key: null,
      value: JSON.stringify(data),
      headers: {
        'content-type': 'application/json',
        ...Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce_${name}`, value])),
      },
    });
    const admitted = (id: string, bed: string, unit = '4A') =>
      departmentEvent(id, 'movement.admitted', { visit: { number: id }, place: { unit, bed } });
    const messages = (where = 'true') =>
      house.rows<{ control_id: string; disposition: string; transport: string; cause: string | null }>(
        `SELECT control_id, disposition, transport, cause FROM admissions.message WHERE ${where} ORDER BY position`,
      );
    const arrived = (id: string, location: object): Promise<unknown> =>
      eventually(async () => expect(await house.encounter(id)).toMatchObject({ location }), { timeoutMs: 30_000 });

    it('takes events of both modes, each once however often it comes and whichever way', async () => {
      await send(structured(admitted('K1', '1')), binary(admitted('K2', '2')), binary(admitted('K1', '1')));
      await arrived('K1', { bedId: '4A-1' });
      await arrived('K2', { bedId: '4A-2' });
      const again = await house.call('POST', 'events', ['department-system'], {
        payload: JSON.stringify(admitted('K2', '2')),
        type: 'application/cloudevents+json',
      });
      expect(again.body['outcome']).toBe('repeat');
      const taken = await messages("transport = 'kafka'");
      expect(taken.map((m) => `${m.control_id} ${m.disposition}`).sort()).toEqual(['K1 processed', 'K2 processed']);
    });

    it('puts what is no event, or a wrong one, into quarantine, and goes on', async () => {
      await send(
        { key: 'x', value: 'garbage', headers: {} },
        { key: null, value: null, headers: {} },
        { key: 'tombstone', value: null, headers: binary(admitted('K3', '3')).headers },
        { ...binary(admitted('K4', '3')), value: '{"patient": "Doe' },
        structured({ ...admitted('K5', '3'), type: 'movement.admited' }),
        { ...structured(admitted('K6', '3', 'ED')), headers: {} },
        structured([1]),
        ...(of.anyBytes
          ? [
              {
                key: Buffer.from([0xff, 0]),
                value: Buffer.from([0xc3, 0x28, 0]),
                headers: { ce_id: Buffer.from([0xff, 0]) },
              },
            ]
          : []),
        binary(admitted('K7', '4')),
      );
      await arrived('K7', { bedId: '4A-4' });
      await arrived('K6', { bedId: 'ED-3' });
      await eventually(async () => {
        const causes = (await messages("disposition = 'quarantined'")).map((m) => `${m.control_id}:${m.cause}`);
        expect(causes.sort()).toEqual(
          [...Array<string>(of.anyBytes ? 4 : 3).fill(':invalid'), 'K3:invalid', 'K4:invalid', 'K5:invalid'].sort(),
        );
      });
      const listed = await house.call('GET', 'quarantine?limit=50');
      expect(listed.text).not.toContain('Doe');
    });

    it('takes whatever comes without ever stopping', async () => {
      const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constantFrom('', '\u0000', '1.0'));
      const bytes = fc.uint8Array({ maxLength: 40 }).map((b) => Buffer.from(b));
      const value = of.anyBytes
        ? fc.oneof(text, bytes, fc.constant(null), fc.json())
        : fc.oneof(text.map(storable), fc.json());
      const names = fc.constantFrom(
        'ce_specversion',
        'ce_id',
        'ce_source',
        'ce_type',
        'ce_time',
        'ce_data',
        'content-type',
        'x',
      );
      const headers = fc.dictionary(names, of.anyBytes ? fc.oneof(text, bytes) : text.map(storable));
      const records = fc.sample(fc.record({ key: fc.option(fc.string()), value, headers }), 400);
      for (let at = 0; at < records.length; at += 50) await send(...records.slice(at, at + 50));
      await send(
        ...Array.from({ length: 30 }, (_, i) => structured(admitted(`after-the-noise-${i}`, '4', 'ED'), `key ${i}`)),
      );
      await eventually(async () => expect(await messages("control_id LIKE 'after-the-noise-%'")).toHaveLength(30), {
        timeoutMs: 60_000,
      });
      expect(await house.rows('SELECT FROM admissions.parked_message')).toEqual([]);
    });

    it('goes on where it was after a restart, and loses nothing that came meanwhile', async () => {
      await house.end();
      await send(binary(admitted('K8', '2', 'ED')));
      await house.begin();
      await arrived('K8', { bedId: 'ED-2' });
      expect(await messages("control_id = 'K1'")).toHaveLength(1);
    });
  });
}

/** What a log of text can hold. */
function storable(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8').replaceAll('\u0000', '?');
}
