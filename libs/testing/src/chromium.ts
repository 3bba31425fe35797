import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ServerMissing, testEnvironment } from './environment.js';

export interface ChromiumLaunchOptions {
  executablePath: string;
  args: string[];
  headless: true;
}

/** Quiet, without a sandbox (tests load our own pages only, often as root), and never calling home. */
const arguments_ = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Browsers that people and CI machines have installed, by system. */
const installed: Partial<Record<NodeJS.Platform, string[]>> = {
  linux: ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'],
  darwin: [
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ],
  win32: [join(testEnvironment.programFiles ?? 'C:\\Program Files', 'Google', 'Chrome', 'Application', 'chrome.exe')],
};

/**
 * What playwright-core's `chromium.launch` needs to start a real Chromium here: CHROMIUM_PATH, an installed one, else on
 * Linux x64 the packaged one (unpacked into the temporary folder at first use). Throws one line when there is none.
 */
export async function chromiumLaunchOptions(): Promise<ChromiumLaunchOptions> {
  const { chromiumPath } = testEnvironment;
  if (chromiumPath !== undefined) {
    if (existsSync(chromiumPath)) return { executablePath: chromiumPath, args: arguments_, headless: true };
    throw new ServerMissing('Chromium', `CHROMIUM_PATH names ${chromiumPath}, which is not there`);
  }
  const found = installed[process.platform]?.find((path) => existsSync(path));
  if (found !== undefined) return { executablePath: found, args: arguments_, headless: true };
  if (process.platform === 'linux' && process.arch === 'x64') {
    const { default: chromium } = await import('@sparticuz/chromium');
    // In one process a page sends the cookies of another context's, and the browser ends with the first context that is closed.
    const args = [...new Set([...chromium.args, ...arguments_])].filter((argument) => argument !== '--single-process');
    return { executablePath: await chromium.executablePath(), args, headless: true };
  }
  throw new ServerMissing('Chromium', 'install Chromium or Chrome, or name one in CHROMIUM_PATH');
}
