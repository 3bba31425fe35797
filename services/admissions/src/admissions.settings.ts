import { flag, isNetwork, list, port, setting } from '@wardstream/service-kit';
import { z } from 'zod';

const count = (least: number, most: number, otherwise: number): z.ZodType<number> =>
  z.coerce.number().int().min(least).max(most).default(otherwise);

export const admissionsSettings = {
  mllpPort: setting('WARDSTREAM_MLLP_PORT', port.default(2575), 'Port of the MLLP listener; 0 takes a free one.'),
  mllpHost: setting('WARDSTREAM_MLLP_HOST', z.string().default('0.0.0.0'), 'Address the MLLP listener listens on.'),
  mllpTlsCertificate: setting(
    'WARDSTREAM_MLLP_TLS_CERT_FILE',
    z.string().optional(),
    'Certificate (PEM) of the MLLP listener; with it and its key the listener speaks TLS only.',
  ),
  mllpTlsKey: setting('WARDSTREAM_MLLP_TLS_KEY_FILE', z.string().optional(), 'Private key (PEM) of that certificate.'),
  mllpTlsClientAuthorities: setting(
    'WARDSTREAM_MLLP_TLS_CLIENT_CA_FILE',
    z.string().optional(),
    'Authorities (PEM) that senders must have a certificate of; without it no client certificate is asked for.',
  ),
  mllpMaxConnections: setting(
    'WARDSTREAM_MLLP_MAX_CONNECTIONS',
    count(1, 10_000, 256),
    'MLLP connections at most. A quarter is kept for addresses that were heard of; who has sent nothing yet makes room for newcomers.',
  ),
  mllpMaxPerAddress: setting(
    'WARDSTREAM_MLLP_MAX_PER_ADDRESS',
    z.coerce.number().int().min(1).max(10_000).optional(),
    'MLLP connections of one address at most; as many as there are unless said.',
  ),
  mllpIdleSeconds: setting(
    'WARDSTREAM_MLLP_IDLE_SECONDS',
    count(0, 604_800, 14_400),
    'After so long without a byte a connection is closed; 0 never does. Dead peers are found sooner, by TCP keep-alive.',
  ),
  mllpFrameSeconds: setting(
    'WARDSTREAM_MLLP_FRAME_SECONDS',
    count(1, 3600, 60),
    'How long a frame that has begun, or bytes that are no frame, may stand still before the connection is closed.',
  ),
  mllpWholeFrameSeconds: setting(
    'WARDSTREAM_MLLP_WHOLE_FRAME_SECONDS',
    count(1, 3600, 120),
    'How long a frame may take from its first byte to its last, however steadily it comes.',
  ),
  mllpMaxFrameBytes: setting(
    'WARDSTREAM_MLLP_MAX_FRAME_BYTES',
    count(1024, 64 * 1024 * 1024, 1024 * 1024),
    'Bytes of one message at most; a longer one is answered AR and only its head is kept.',
  ),
  mllpMaxUnanswered: setting(
    'WARDSTREAM_MLLP_MAX_UNANSWERED',
    count(1, 10_000, 128),
    'Messages of one connection that may wait for their answer before no more are read from it.',
  ),
  paceSeconds: setting(
    'WARDSTREAM_PACE_SECONDS',
    z.coerce.number().min(0).max(60).default(1),
    'Within how many seconds beds are to show what was acknowledged: beyond that acknowledgements wait. 0 never lets one wait.',
  ),
  paceFloor: setting(
    'WARDSTREAM_PACE_FLOOR',
    count(1, 100_000, 200),
    'Messages a second that each process acknowledges however far the beds are behind.',
  ),
  paceLongestSeconds: setting(
    'WARDSTREAM_PACE_LONGEST_SECONDS',
    z.coerce.number().min(0.1).max(60).default(10),
    "How long an acknowledgement waits for the beds at most, in seconds; less than senders' own time-outs.",
  ),
  eventMaxBytes: setting(
    'WARDSTREAM_EVENT_MAX_BYTES',
    count(1024, 4 * 1024 * 1024, 256 * 1024),
    'Bytes of one event at most, in JSON form; of a longer one only the head is kept.',
  ),
  eventsMaxBatch: setting(
    'WARDSTREAM_EVENTS_MAX_BATCH',
    count(1, 10_000, 500),
    'Events of one batch over HTTP at most; of a longer one nothing is taken.',
  ),
  sendersFile: setting(
    'WARDSTREAM_SENDERS_FILE',
    z.string().optional(),
    'Sender profiles: a YAML file, or a folder of them (docs/integration.md). Without it every sender is read by the rules alone.',
  ),
  sendersPollSeconds: setting(
    'WARDSTREAM_SENDERS_POLL_SECONDS',
    count(0, 3600, 5),
    'How often the content of those files is looked at, in seconds; 0 only at start and when told to.',
  ),
  visitWaitHours: setting(
    'WARDSTREAM_VISIT_WAIT_HOURS',
    z.coerce.number().positive().max(720).default(24),
    "How long after its receipt a message without a visit number waits for its patient's visit, in hours; then it is quarantined.",
  ),
  defaultTimeZone: setting(
    'WARDSTREAM_DEFAULT_TIME_ZONE',
    z.string().default('UTC'),
    'Zone of times without offset, while their facility is not known.',
  ),
  destinationsFile: setting(
    'WARDSTREAM_DESTINATIONS_FILE',
    z.string().optional(),
    'YAML file of the systems that ADT and bed states are forwarded to (docs/integration.md); read again when it changes.',
  ),
  subscriptionHttp: setting(
    'WARDSTREAM_SUBSCRIPTION_HTTP',
    flag.default(false),
    'Whether the endpoint of a FHIR Subscription may be plain http; for trying it out, or a receiver on the same machine.',
  ),
  subscriptionNetworks: setting(
    'WARDSTREAM_SUBSCRIPTION_NETWORKS',
    list
      .default([])
      .refine((networks) => networks.every(isNetwork), 'must be addresses or networks such as 10.20.0.0/16'),
    'Networks and addresses within the house that FHIR Subscriptions may name, comma-separated. Public addresses may always be named.',
  ),
  subscriptionTimeoutMs: setting(
    'WARDSTREAM_SUBSCRIPTION_TIMEOUT_MS',
    z.coerce.number().int().min(100).max(60_000).default(10_000),
    'How long a subscriber may take to answer, milliseconds.',
  ),
  subscriptionBackoffMs: setting(
    'WARDSTREAM_SUBSCRIPTION_BACKOFF_MS',
    z.coerce.number().int().min(10).default(2_000),
    'Pause after the first failed attempt, milliseconds; doubled with each up to 15 minutes.',
  ),
  subscriptionGiveUpHours: setting(
    'WARDSTREAM_SUBSCRIPTION_GIVE_UP_HOURS',
    z.coerce.number().positive().default(72),
    'A subscription whose endpoint took nothing for so long is turned off.',
  ),
} as const;
