/** What the server has counted since it began. */
export function newCounters() {
  return {
    messagesIn: 0,
    messagesOut: 0,
    /** @type {Record<string, number>} By code, closed for it or not. */
    refusals: {},
    refused(code) {
      this.refusals[code] = (this.refusals[code] ?? 0) + 1;
    },
  };
}
