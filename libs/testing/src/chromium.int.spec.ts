import { describe, expect, it } from '@jest/globals';
import { chromium } from 'playwright-core';
import { chromiumLaunchOptions } from './chromium.js';

describe('chromiumLaunchOptions', () => {
  it('starts a real Chromium that shows a page', async () => {
    const browser = await chromium.launch(await chromiumLaunchOptions());
    try {
      const page = await browser.newPage();
      await page.setContent('<h1>Ward 4A</h1>');
      expect(await page.textContent('h1')).toBe('Ward 4A');
    } finally {
      await browser.close();
    }
  });
});
