import { isUtf8 } from 'node:buffer';
import { UnsupportedMediaTypeException } from '@nestjs/common';
import { binaryEvent, eventFormat } from '@wardstream/events/inbound';
import { DomainError } from '@wardstream/kernel';

type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>;

/**
 * The events of a request, as its media type says (CloudEvents, HTTP protocol binding): structured, batch, or binary with `ce-`
 * headers. What each of them says is not looked at here.
 * @throws DomainError invalid for a body that is no JSON, or no event at all; UnsupportedMediaTypeException
 */
export function eventsOfRequest(
  headers: RequestHeaders,
  body: unknown,
): { readonly events: readonly unknown[]; readonly batch: boolean } {
  const contentType = one(headers['content-type']) ?? '';
  const encoding = one(headers['content-encoding']);
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new UnsupportedMediaTypeException('Send the body without a content encoding.');
  }
  const charset = /;\s*charset="?([^;"\s]+)/i.exec(contentType)?.[1]?.toLowerCase();
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'us-ascii') {
    throw new UnsupportedMediaTypeException('Send the body in UTF-8.');
  }
  switch (eventFormat(contentType)) {
    case 'json':
      return { events: [json(body)], batch: false };
    case 'json-batch': {
      const events = json(body);
      if (Array.isArray(events)) return { events: events as unknown[], batch: true };
      throw new DomainError('invalid', 'batch-expected', 'The body of a batch is a JSON array of events.');
    }
    case 'other':
      throw new UnsupportedMediaTypeException('Of CloudEvents, the JSON format is read: application/cloudevents+json.');
    case 'binary':
      return { events: [binary(headers, contentType, body)], batch: false };
  }
}

function binary(headers: RequestHeaders, contentType: string, body: unknown): unknown {
  if (one(headers['ce-specversion']) === undefined) {
    throw new DomainError(
      'invalid',
      'not-an-event',
      'Send a CloudEvent: as application/cloudevents+json, or with its attributes in ce-* headers (ce-specversion, ce-id, …).',
    );
  }
  if (Buffer.isBuffer(body)) {
    throw new UnsupportedMediaTypeException('The data of an event is JSON: send it as application/json.');
  }
  const attributes = Object.entries(headers).flatMap(([name, value]): [string, string][] => {
    const said = one(value);
    return said === undefined ? [] : [[name, said]];
  });
  return binaryEvent(attributes, 'ce-', contentType === '' ? undefined : contentType, body);
}

function json(body: unknown): unknown {
  // Its own text is not repeated in the answer: it may be a patient's.
  const wrong = (): DomainError => new DomainError('invalid', 'not-json', 'The body is not JSON in UTF-8.');
  if (!Buffer.isBuffer(body) || !isUtf8(body)) throw wrong();
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    throw wrong();
  }
}

/** The binding has every attribute in one header. Node joins repeated ones by commas; of a list the first counts. */
function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
