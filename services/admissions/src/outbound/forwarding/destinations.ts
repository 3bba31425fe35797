import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Periodic } from '@wardstream/messaging';
import { CONFIG, type ConfigOf, LOGGER, type Logger } from '@wardstream/service-kit';
import type { FileFault } from '@wardstream/service-kit/yaml-reader';
import type { admissionsSettings } from '../../admissions.settings.js';
import { type Destination, PlacesOfDestination } from './destination.js';
import { DestinationFileError, readDestinations } from './destination-file.js';

/** How often the file is looked at, milliseconds. By its content: mounted files change their inode, their time or neither. */
const LOOK_MS = 2_000;

/** A destination in force. The same object as long as nothing of it is changed. */
export interface DestinationInForce {
  readonly destination: Destination;
  readonly places: PlacesOfDestination;
}

/**
 * The destinations of the file, read again when it changes. A file with faults is refused whole: at start the service does not
 * start, as what it would not forward nobody would ever see; later the destinations stay as they were.
 */
@Injectable()
export class Destinations implements OnModuleInit, BeforeApplicationShutdown {
  private text = '';
  private inForce: readonly DestinationInForce[] = [];
  private refused: readonly FileFault[] = [];
  private polling: Periodic | undefined;
  private readonly listeners: (() => void)[] = [];

  constructor(
    @Inject(CONFIG) private readonly config: ConfigOf<typeof admissionsSettings>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @throws DestinationFileError for a file with faults, or the error of a file that cannot be read */
  async onModuleInit(): Promise<void> {
    const { destinationsFile } = this.config;
    if (destinationsFile === undefined) return;
    await this.read(destinationsFile);
    this.polling = new Periodic(() => this.poll(destinationsFile), {
      everyMs: LOOK_MS,
      onError: (err) => this.logger.error({ err, file: destinationsFile }, 'the destinations could not be taken over'),
    });
    this.polling.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.polling?.stop();
  }

  get current(): readonly DestinationInForce[] {
    return this.inForce;
  }

  /** Why the file as it is now is not in force; empty where it is. */
  get faults(): readonly FileFault[] {
    return this.refused;
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  private async poll(file: string): Promise<void> {
    try {
      await this.read(file);
    } catch (error) {
      if (error instanceof DestinationFileError) {
        this.refused = error.faults;
        this.logger.error({ file, faults: error.faults }, 'the destinations stay as they were: their file has faults');
      } else this.logger.error({ err: error, file }, 'the file of destinations could not be read');
    }
  }

  private async read(file: string): Promise<void> {
    const text = await readFile(file, 'utf8');
    if (text === this.text) return;
    this.text = text;
    const read = readDestinations(text, file, existsSync);
    const before = new Map(this.inForce.map((d) => [JSON.stringify(d.destination), d]));
    this.inForce = read.map(
      (destination) =>
        before.get(JSON.stringify(destination)) ?? { destination, places: new PlacesOfDestination(destination) },
    );
    this.refused = [];
    this.logger.info({ destinations: read.map((d) => d.name) }, 'destinations are in force');
    for (const listener of this.listeners) listener();
  }
}
