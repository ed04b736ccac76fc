export { EventLog } from './testing/event-log.js';
export { flow, type FlowOptions } from './testing/flow.js';
export { MockChannel, sendBufferLimit } from './testing/mock-channel.js';
export { MockConnection, type MockCall } from './testing/mock-connection.js';
export {
  channelPair,
  MockLink,
  type LinkEnd,
  type LinkSide,
  type MockLinkOptions,
  type WireEntry,
} from './testing/mock-link.js';
export { MockNetwork, type MockNetworkOptions } from './testing/mock-network.js';
export { mockCandidates, mockSdp, type MockSdpOptions } from './testing/mock-sdp.js';
export { VirtualClock } from './testing/virtual-clock.js';
