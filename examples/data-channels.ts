// Both ends of a data channel, in one page. An application has its own way to them: two pages, a signalling server, a library.

export async function dataChannels(): Promise<[RTCDataChannel, RTCDataChannel]> {
  const near = new RTCPeerConnection();
  const far = new RTCPeerConnection();
  near.onicecandidate = ({ candidate }) => void (candidate && far.addIceCandidate(candidate));
  far.onicecandidate = ({ candidate }) => void (candidate && near.addIceCandidate(candidate));
  const channel = near.createDataChannel('files');
  const other = new Promise<RTCDataChannel>((resolve) => {
    far.ondatachannel = (event) => resolve(event.channel);
  });
  await near.setLocalDescription(await near.createOffer());
  await far.setRemoteDescription(near.localDescription as RTCSessionDescription);
  await far.setLocalDescription(await far.createAnswer());
  await near.setRemoteDescription(far.localDescription as RTCSessionDescription);
  return [channel, await other];
}
