/** Headers of every answer, whichever part of the server it comes from; pages put policies of their own in place. */
import helmet from 'helmet';

export const securityHeaders = helmet();
