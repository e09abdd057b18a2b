/** Makes sure of a Chromium for the tests of the page, where it can be installed; otherwise those tests say how to get one. */
import { findProgram } from './find-program.mjs';

findProgram({
  names: ['chromium', 'chromium-browser', 'google-chrome'],
  packageName: 'chromium',
});
