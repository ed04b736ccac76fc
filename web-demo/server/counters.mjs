/** What the server has counted since it began. Types and codes are those of the protocol, so there are not many. */
export function newCounters() {
  return {
    in: newFlow(),
    out: newFlow(),
    /** @type {Record<string, number>} By code, closed for it or not. */
    refusals: {},
    refused(code) {
      this.refusals[code] = (this.refusals[code] ?? 0) + 1;
    },
  };
}

function newFlow() {
  return {
    bytes: 0,
    /** @type {Record<string, number>} By type. */
    messages: {},
    count(type, bytes) {
      this.messages[type] = (this.messages[type] ?? 0) + 1;
      this.bytes += bytes;
    },
  };
}
