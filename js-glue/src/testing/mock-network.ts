import { MockConnection } from './mock-connection.js';
import type { MockLink, MockLinkOptions } from './mock-link.js';

/** Of the links between its connections. */
export interface MockNetworkOptions extends MockLinkOptions {
  /** In bytes: what `sctp.maxMessageSize` says, where it is to say something else than the link takes. */
  sctpLimit?: number;
}

/**
 * Where mock connections find each other, one for each test: a description names its connection, and two that hold each other's are
 * joined by one link. Signals travel as the application sends them.
 */
export class MockNetwork {
  /** In the order in which they were made. */
  readonly connections: MockConnection[] = [];
  /** The first one, once a channel was made; each connection has its own. */
  link: MockLink | undefined;
  /** Of each link that is made from now on. */
  readonly linkOptions: MockNetworkOptions;
  /** For the option of that name, or in place of the platform's class. */
  readonly RTCPeerConnection: (new (configuration?: RTCConfiguration) => MockConnection) & typeof RTCPeerConnection;

  /** Its connections have links with these options. */
  constructor(linkOptions: MockNetworkOptions = {}) {
    this.linkOptions = linkOptions;
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- a class has a `this` of its own
    const network = this;
    this.RTCPeerConnection = class extends MockConnection {
      constructor(configuration?: RTCConfiguration) {
        super(network, configuration);
      }
    } as unknown as MockNetwork['RTCPeerConnection'];
  }
}
