/** The moment at which everything made up here happens: 20 November 2026, 13:03:27 UTC, in ms. */
export const SAMPLE_NOW = Date.UTC(2026, 10, 20, 13, 3, 27);
