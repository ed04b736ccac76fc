// Actions as short lines of text: what a test compares, and what a failing simulation prints.
#ifndef PEER_SESSION_TESTS_SUPPORT_DESCRIBE_H_
#define PEER_SESSION_TESTS_SUPPORT_DESCRIBE_H_

#include <string>

#include "peer_session/action.h"

namespace peer_session::testing {

// One line for each action; transfers are named by their key:
//
//   send <type> [<transferId>]     bytes <key> <from>..<to> by <message size>   await-low <threshold>
//   read <key> <from>..<to>        sign <key>  upload <key> done|<reason>
//   store <key> <from>..<to>       drop        authorize <key>     verify <key> [claim]
//   deliver <key>                  failed <key> <reason>
//   connected   seen   offer <transferId>   sync   inventory <n>   file-requested <hash>   report <reason>
//   closed <reason>
std::string Describe(const Action& action);

// "pull-request t1" for {"type":"pull-request","transferId":"t1"}.
std::string DescribeText(const std::string& text);

}  // namespace peer_session::testing

#endif  // PEER_SESSION_TESTS_SUPPORT_DESCRIBE_H_
