// @ts-check
export const help = `Sends files straight to another computer: to another peer-session command, or to a browser.

  peer-session send [OPTIONS] FILE...
  peer-session receive [OPTIONS] [CODE]

send     prints a link and a code, and waits. Whoever opens the link in a browser, or
         receives by the code, gets the files offered. Ends when each file was delivered
         once, verified by its hash, and nobody is in the middle of one.
receive  takes all that is offered in the room of that code (or link; without one it
         makes a room and says its link). Ends when what was offered is here and nothing
         more was offered for 2 seconds. No file is ever overwritten: the next one
         is "name (2).ext".

  --server URL   The demo server that both meet at. Default: that of the link, else
                 $PEER_SESSION_SERVER, else http://localhost:8080/
  --code CODE    send: the code (or link) of a room that is there already
  --to DIR       receive: the folder for the files. Default: this one
  --count N, -n  receive: end after N files
  --keep         Go on until interrupted, for more files, or more people
  --wait SEC     Give up when nothing was offered, or taken, after so many seconds.
                 Default: wait for ever
  --ice SERVER   stun:HOST:PORT, turn:USER:PASSWORD@HOST:PORT, or none; may be given
                 several times. Default: those of the server, or public STUN servers
  --quiet, -q    No progress and no remarks; errors and results alone
  --help, -h     This
  --version, -V  The version

To stdout go results: the link and the code of send; of receive the path of each file
that has arrived, one in a line. All else goes to stderr.

What was received in part stays as NAME.part, and the next "receive" of the same content
into the same folder goes on there, however the last one ended.

Exit codes: 0 done, 1 a transfer failed, 2 wrong usage, 3 no way to the server or to anybody,
4 a package is missing, 130 interrupted.
`;
