import type { CountedMessages, SenderReport } from '@wardstream/api-contract';
import { delayBounds, type BottleneckData, type SenderCountedData } from '@wardstream/events';
import {
  feedsAmong,
  feedSilence,
  hourlyMessages,
  messagesInLastHour,
  runningAhead,
  sumOfHours,
  usualRateAt,
  type FacilityState,
  type FoundInvalidClock,
  type HeardFeed,
  type DatedGhost,
} from '@wardstream/flow-model';

/** What each figure of the report is, in words; the same as docs/metrics.md says. */
export const definitions = {
  silentMinutes: 'Minutes since the feed was heard last.',
  usualGapMinutes:
    'The gap that 99 of 100 of the feed’s gaps stay under: of the longest gap that ended in each of the last 300 minutes in which it was heard; null until 30 are known.',
  usualSilenceMinutes:
    'The longer of the usual gap, 2.5 minutes, and the gap that 99 of 100 stay under at the rate that is usual for this hour.',
  alertAfterMinutes: 'Silence at which an alert is raised: twice the usual silence unless configured otherwise.',
  state:
    'silent: an alert is raised; late: longer silent than usual; normal; learning: too little was heard to tell what is usual.',
  lastHour: 'Messages received in the last 60 minutes, the hour before counted by the part that lies within them.',
  usualThisHour:
    'Messages usually received in this hour: the median of the same hour of the week, local time, in eight weeks; else of the same hour of the day in two; null until three are known.',
  perHour: 'Messages received in each of the last 23 whole hours (UTC) and in the present one.',
  counts:
    'Messages of this hour and the 23 before, by what became of them at intake. The five outcomes add up to received.',
  shares: 'Each outcome divided by received; null where nothing was received.',
  repeats: 'Messages that had come before, byte for byte; answered again, counted apart from received.',
  controlIdsReused: 'Messages whose control id (MSH-10) the sender had used for another message.',
  timed: 'Messages whose time of recording is known: the base of the times and delays.',
  recordedAhead: 'Recorded more than a minute after they were received: the sender’s clock is ahead.',
  eventInFuture: 'Said to have happened more than a minute after they were received.',
  notProduction: 'New messages whose MSH-11 says training or debugging (T, D).',
  eventLongPast: 'Said to have happened more than a year before they were received.',
  delays: 'Received minus recorded, messages in each class; a class holds what is at most its bound (seconds).',
  unknownPlaces:
    'Messages that wait because a place or a code in them is not known here, and how many different codes: of an unknown unit the unit alone.',
  unattributed: 'Senders of messages that name no facility configured here; they are shown with every facility.',
  ghosts:
    'bed-without-encounter: occupied, with no open visit in it; hold-without-encounter: kept for a visit that is over or unknown; encounter-without-bed: in the house, of a class that holds a bed (I and local classes), in no bed; encounter-silent: in a bed, and nothing new told of the visit for 14 days unless configured otherwise. Listed once they have lasted a minute.',
  invalidClocks:
    'Finished steps that end before they begin, by their facts now, found in the last 24 hours; running: clocks that begin more than a minute ahead. In no average.',
  conflicts: 'Facts that disagree, open now.',
} as const;

const rules: ReadonlySet<BottleneckData['rule']> = new Set([
  'feed-silent',
  'messages-quarantined',
  'messages-unplaced',
  'sender-clock-ahead',
  'invalid-clock',
  'ghost-bed',
  'ghost-encounter',
  'silent-encounter',
]);

export function isOfQuality({ rule }: BottleneckData): boolean {
  return rules.has(rule);
}

/** Feeds and the counts of their messages, the ones that need a person first, then by name. */
export function senderReports(
  feeds: readonly HeardFeed[],
  senders: readonly SenderCountedData[],
  silentIds: ReadonlySet<string>,
  limit: number | null,
  now: number,
): SenderReport[] {
  const countedOf = feedsAmong(senders);
  const reports = feeds.map((feed): SenderReport => {
    const counted = countedOf(feed);
    const { minutes, usualGap, usual } = feedSilence(feed, counted, now);
    const id = `${feed.owner}/${feed.feed}`;
    const state = silentIds.has(id) ? 'silent' : usual === null ? 'learning' : minutes > usual ? 'late' : 'normal';
    return {
      ...{ id, sender: feed.feed, name: feed.name, heardBy: feed.owner, state, lastReceivedAt: feed.lastReceivedAt },
      silentMinutes: tenth(minutes),
      usualGapMinutes: usualGap === null ? null : tenth(usualGap),
      usualSilenceMinutes: usual === null ? null : tenth(usual),
      alertAfterMinutes: usual === null || limit === null ? null : tenth(limit * usual),
      counted: counted === undefined ? null : countedReport(counted, now),
    };
  });
  const rank: Readonly<Record<SenderReport['state'], number>> = { silent: 0, late: 1, normal: 2, learning: 2 };
  return reports.sort((a, b) => rank[a.state] - rank[b.state] || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** A sender whose messages name no facility: it is no feed of anybody, and nothing is usual of it. */
export function unattributedReport(sender: SenderCountedData, now: number): SenderReport {
  return {
    ...{ id: `-/${sender.sender}`, sender: sender.sender, name: sender.name, heardBy: 'admissions', state: 'learning' },
    ...{ lastReceivedAt: sender.lastReceivedAt },
    silentMinutes: tenth(Math.max(0, (now - Date.parse(sender.lastReceivedAt)) / 60_000)),
    ...{ usualGapMinutes: null, usualSilenceMinutes: null, alertAfterMinutes: null },
    counted: countedReport(sender, now),
  };
}

function countedReport(sender: SenderCountedData, now: number): CountedMessages {
  const counts = sumOfHours(sender, 23, now);
  const share = (n: number) => (counts.received === 0 ? null : Math.round((n / counts.received) * 10_000) / 10_000);
  return {
    since: sender.firstReceivedAt,
    lastHour: Math.round(messagesInLastHour(sender, now)),
    usualThisHour: usualRateAt(sender, now),
    perHour: hourlyMessages(sender, now),
    counts,
    shares: {
      quarantined: share(counts.quarantined),
      refused: share(counts.refused),
      unplaced: share(counts.unplaced),
      notActedOn: share(counts.notActedOn),
    },
    delays: { boundsSeconds: delayBounds, counts: sender.delays },
    unknownPlaces: sender.unknownPlaces,
  };
}

/** Invalid clocks by clock, and the latest of them. */
export function clockReport(found: readonly FoundInvalidClock[], state: FacilityState, now: number) {
  const by = new Map<FoundInvalidClock['clock'], number>();
  for (const { clock } of found) by.set(clock, (by.get(clock) ?? 0) + 1);
  const byClock = [...by].map(([clock, count]) => ({ clock, count })).sort((a, b) => b.count - a.count);
  const running = runningAhead(state, now).map(({ name, unit, where, since }) => ({ clock: name, unit, where, since }));
  return { hours: 24, count: found.length, byClock, running, items: found.slice(0, 200) };
}

/** Ghosts with how long they are so, the longest first. */
export function ghostReport(ghosts: readonly DatedGhost[], now: number) {
  return ghosts
    .map((ghost) => ({ ...ghost, minutes: Math.max(0, Math.floor((now - Date.parse(ghost.since)) / 60_000)) }))
    .sort((a, b) => b.minutes - a.minutes || (a.id < b.id ? -1 : 1));
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
