import type { SenderProfile } from '../../directory/names/index.js';

/** A line of a file that is suggested: one in force, or a guess that a person turns into one. */
export interface SuggestedLine {
  readonly key: string;
  readonly value: string;
  /** Written as a comment. */
  readonly guess: boolean;
  readonly why: string;
}

/** What is suggested beside what a profile says. */
export interface Additions {
  readonly facility?: SuggestedLine;
  readonly places?: readonly SuggestedLine[];
  readonly bedStatus?: readonly SuggestedLine[];
  readonly classes?: readonly SuggestedLine[];
  /** Triggers that no rule knows. */
  readonly triggers?: readonly string[];
}

/** A text as YAML writes it where it can be read as nothing else. */
export function yamlText(text: string): string {
  if (/\p{Cc}/u.test(text)) return JSON.stringify(text);
  return /^[A-Za-z0-9][A-Za-z0-9_./-]*$/.test(text) ? text : `'${text.replaceAll("'", "''")}'`;
}

/** A profile as an entry of `senders`. What is read from it is the profile again, with the additions that are no guesses. */
export function profileYaml(profile: SenderProfile, additions: Additions = {}): string {
  const lines = [`  - match: ${matchYaml(profile)}`];
  const put = (text: string): void => void lines.push(`    ${text}`);
  if (profile.name !== null) put(`name: ${yamlText(profile.name)}`);
  if (profile.facility !== null) put(`facility: ${yamlText(profile.facility)}`);
  if (additions.facility !== undefined) lines.push(...entries([additions.facility], 4));
  if (profile.timeZone !== null) put(`timeZone: ${yamlText(profile.timeZone)}`);
  if (profile.characterSet !== null) {
    const { encoding, always } = profile.characterSet;
    put(`characterSet: { is: ${yamlText(encoding)}, always: ${always} }`);
  }
  lines.push(...triggersYaml(profile, additions.triggers ?? []));
  lines.push(...identifiersYaml(profile));
  lines.push(...placesYaml(profile, additions.places ?? []));
  lines.push(...block('bedStatus', [...asLines(profile.bedStatus), ...(additions.bedStatus ?? [])], 4));
  if (profile.bedStatusOfWholePlaces === true) put('bedStatusOfWholePlaces: true');
  lines.push(...classesYaml(profile, additions.classes ?? []));
  const times = Object.entries(profile.times ?? {}).map(([key, value]) => `${key}: ${value}`);
  if (times.length > 0) put(`times: { ${times.join(', ')} }`);
  lines.push(...updatesYaml(profile));
  if (profile.acknowledgement === 'enhanced') put('acknowledgement: enhanced');
  if (profile.processingIds !== undefined) put(`processingIds: ${listYaml(profile.processingIds)}`);
  if (profile.facilities !== undefined) put(`facilities: ${listYaml(profile.facilities)}`);
  lines.push(...connectionYaml(profile));
  return `${lines.join('\n')}\n`;
}

function connectionYaml({ connection: { idleSeconds, addresses, certificates } = {} }: SenderProfile): string[] {
  const says = [
    ...(idleSeconds === undefined ? [] : [`idleSeconds: ${idleSeconds}`]),
    ...(addresses === undefined ? [] : [`addresses: ${listYaml(addresses)}`]),
    ...(certificates === undefined ? [] : [`certificates: ${listYaml(certificates)}`]),
  ];
  return says.length === 0 ? [] : [`    connection: { ${says.join(', ')} }`];
}

function matchYaml({ match }: SenderProfile): string {
  const { applications, sendingFacilities } = match;
  const of = sendingFacilities.length === 0 ? '' : `, sendingFacilities: ${listYaml(sendingFacilities)}`;
  return `{ applications: ${listYaml(applications)}${of} }`;
}

function updatesYaml({ updates: { place, class: patientClass, times } }: SenderProfile): string[] {
  const moves = place || patientClass ? [`move: ${place}`, `changeClass: ${patientClass}`] : [];
  const says = [...moves, ...(times === undefined ? [] : [`times: ${times}`])];
  return says.length === 0 ? [] : [`    updates: { ${says.join(', ')} }`];
}

function listYaml(texts: readonly string[]): string {
  return `[${texts.map(yamlText).join(', ')}]`;
}

function triggersYaml({ triggers: { take, ignore, refuse } }: SenderProfile, unknown: readonly string[]): string[] {
  const lines = [
    ...(take === null ? [] : [`      take: ${listYaml(take)}`]),
    ...(ignore.length === 0 ? [] : [`      ignore: ${listYaml(ignore)}`]),
    ...(refuse.length === 0 ? [] : [`      refuse: ${listYaml(refuse)}`]),
  ];
  const hint =
    unknown.length === 0
      ? []
      : [`    # triggers: no rule knows ${unknown.join(', ')}; list under ignore what is to be passed over`];
  return lines.length === 0 ? hint : ['    triggers:', ...lines, ...hint];
}

function identifiersYaml({ identifiers }: SenderProfile): string[] {
  const { patient, visit, authorities, withoutAuthority } = identifiers;
  const lines = [
    ...(patient === null
      ? []
      : [`      patient: { types: ${listYaml(patient.types)}, authorities: ${listYaml(patient.authorities)} }`]),
    ...(visit === null ? [] : [`      visit: ${listYaml(visit)}`]),
    ...block('authorities', asLines(authorities), 6),
    ...(withoutAuthority === '' ? [] : [`      withoutAuthority: ${yamlText(withoutAuthority)}`]),
  ];
  return lines.length === 0 ? [] : ['    identifiers:', ...lines];
}

function placesYaml(
  { places: { components, map, routes } }: SenderProfile,
  suggested: readonly SuggestedLine[],
): string[] {
  const parts =
    components === null
      ? []
      : [
          `      components: { ${Object.entries(components)
            .map(([part, n]) => `${part}: ${n ?? 'none'}`)
            .join(', ')} }`,
        ];
  const rules = map.map(({ from, to }) => ({ key: from, value: to, guess: false, why: '' }));
  const says = routes === true ? ['      routes: true'] : [];
  const lines = [...parts, ...says, ...block('map', [...rules, ...suggested], 6)];
  if (lines.length === 0) return [];
  return [lines.every((line) => line.trimStart().startsWith('#')) ? '    # places:' : '    places:', ...lines];
}

function classesYaml({ classes, inNoBed = [] }: SenderProfile, suggested: readonly SuggestedLine[]): string[] {
  const lines = [...asLines(classes), ...suggested];
  if (inNoBed.length === 0) return block('classes', lines, 4);
  return ['    classes:', ...entries(lines, 6), `      inNoBed: ${listYaml(inNoBed)}`];
}

function asLines(codes: Readonly<Record<string, string>>): SuggestedLine[] {
  return Object.entries(codes).map(([key, value]) => ({ key, value, guess: false, why: '' }));
}

/** A mapping under `name`; a comment as a whole where it holds nothing but guesses. */
function block(name: string, lines: readonly SuggestedLine[], indent: number): string[] {
  if (lines.length === 0) return [];
  const head = `${' '.repeat(indent)}${lines.every((line) => line.guess) ? '# ' : ''}${name}:`;
  return [head, ...entries(lines, indent + 2)];
}

function entries(lines: readonly SuggestedLine[], indent: number): string[] {
  return lines.map(({ key, value, guess, why }) => {
    const text = `${yamlText(key)}: ${yamlText(value)}${why === '' ? '' : ` # ${why}`}`;
    return `${' '.repeat(indent)}${guess ? '# ' : ''}${text}`;
  });
}
