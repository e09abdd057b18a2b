/** What tests sign tokens with. */
export const TEST_SECRET = 'a-secret-for-tests-0123456789-abcdefghijklmnop';
