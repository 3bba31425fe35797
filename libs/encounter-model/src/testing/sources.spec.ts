import { registerHooks } from 'node:module';

/** Lets Node run the sources themselves: what they import as `.js` is the `.ts` beside it. */
registerHooks({
  resolve(specifier, context, next) {
    try {
      return next(specifier, context);
    } catch (error) {
      if (!specifier.endsWith('.js')) throw error;
      return next(specifier.replace(/\.js$/, '.ts'), context);
    }
  },
});
