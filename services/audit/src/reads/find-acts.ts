import { Injectable } from '@nestjs/common';
import type { AuditExportQuery, AuditQuery } from '@wardstream/api-contract';
import { whatActDoes } from '@wardstream/access';
import type { ChainedEntry } from '@wardstream/audit-model';
import { NO_FACILITY } from '@wardstream/events';
import { DomainError } from '@wardstream/kernel';
import { UnitOfWork } from '@wardstream/persistence';
import { checkFacility, nextOf, noteAct, placeAfter, type User } from '@wardstream/service-kit';
import { z } from 'zod';
import { searchActs, type SearchPlace } from '../persistence/search.rows.js';

const place = placeAfter(
  z.tuple([z.iso.datetime(), z.string().max(200), z.int().min(0)]),
  'a page of the audit',
  400,
).transform(([at, facility, seq]): SearchPlace => ({ at, facility, seq }));

/** What is sought and how much of it. */
export type ActQuery = Omit<AuditQuery | AuditExportQuery, 'after'> & { readonly after?: string | undefined };

/** A page of acts, and where the next one begins; null after the last. */
export interface FoundActs {
  readonly entries: readonly ChainedEntry[];
  readonly next: string | null;
}

/** Looks into the audit for somebody, of whose facilities alone; what belongs to no facility is for those who have all. */
@Injectable()
export class FindActs {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** @throws DomainError 'facility-not-allowed', 'validation-failed' for an `after` that is none */
  async find(user: User, query: ActQuery): Promise<FoundActs> {
    const { facility, limit, after, ...of } = query;
    if (facility !== undefined) checkFacility(user, facility === NO_FACILITY ? null : facility);
    // To look into the audit is an act: whose acts were looked at is a part of it.
    noteAct({
      ...(facility === undefined || facility === NO_FACILITY ? {} : { facility }),
      ...(of.encounter === undefined ? {} : { encounters: [of.encounter] }),
      ...(of.bed === undefined ? {} : { bed: of.bed }),
      ...(of.person === undefined ? {} : { about: `user/${of.person}` }),
    });
    const facilities = facility === undefined ? user.facilities : [facility];
    const found = await this.unitOfWork.search((tx) =>
      searchActs(tx, { ...of, facilities, after: placeOf(after), limit: limit + 1 }),
    );
    const entries = found.slice(0, limit);
    const last = entries.at(-1);
    const isMore = found.length > entries.length && last !== undefined;
    return { entries, next: isMore ? nextOf([last.at, last.facility, last.seq]) : null };
  }
}

function placeOf(after: string | undefined): SearchPlace | null {
  if (after === undefined) return null;
  const read = place.safeParse(after);
  if (read.success) return read.data;
  throw new DomainError('invalid', 'validation-failed', `after: ${read.error.issues[0]?.message ?? 'is none'}`, {
    errors: [{ path: 'after', message: read.error.issues[0]?.message ?? 'is none' }],
  });
}

/** The query of a further page. */
export function queryOf(of: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(of).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return new URLSearchParams(given).toString();
}

/** An act as it is shown. */
export function shownAct({ facility, ...entry }: ChainedEntry) {
  return { facility: facility === NO_FACILITY ? null : facility, ...entry, does: whatActDoes(entry.act) };
}
