'use client';
import { PeerSession, safeName } from 'peer-session';
import { useEffect } from 'react';
import { exchange } from '../shared/exchange.mjs';
import { report } from '../shared/report.mjs';

export default function Page() {
  useEffect(() => report(exchange(PeerSession)), []);
  return <p>{safeName('main.png')}</p>;
}
