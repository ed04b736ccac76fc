// JSON's grammar: which token may follow which. What a token is, the hard part, is the library's lexer's to say: escapes, UTF-8,
// numbers.
//
// The library's own parser does the same, and puts together a message with line and column for each mistake, and an exception
// around it, for nobody: a twentieth of the binary. A test compares the two (json_reader_test.cc).
#ifndef PEER_SESSION_SRC_WIRE_JSON_READER_H_
#define PEER_SESSION_SRC_WIRE_JSON_READER_H_

#include <cmath>
#include <string_view>
#include <utility>

#include "wire/json.h"

namespace peer_session::wire {

// Handler: the library's SAX interface, whose answers end the reading when they are false. It also bounds the nesting, since
// each level is a call.
template <typename Handler>
class JsonReader {
 public:
  JsonReader(std::string_view text, Handler& handler)
      : lexer_(Adapter(text.data(), text.data() + text.size())), handler_(handler) {}

  // Whether the text is one value, and nothing after it.
  bool Read() { return Value(lexer_.scan()) && lexer_.scan() == Token::end_of_input; }

 private:
  using Adapter = nlohmann::detail::iterator_input_adapter<const char*>;
  using Lexer = nlohmann::detail::lexer<Json, Adapter>;
  using Token = typename Lexer::token_type;

  bool Value(Token token) {
    switch (token) {
      case Token::begin_object:
        return handler_.start_object(kUnknownSize) && Members() && handler_.end_object();
      case Token::begin_array:
        return handler_.start_array(kUnknownSize) && Items() && handler_.end_array();
      case Token::value_string:
        return handler_.string(lexer_.get_string());
      case Token::value_unsigned:
        return handler_.number_unsigned(lexer_.get_number_unsigned());
      case Token::value_integer:
        return handler_.number_integer(lexer_.get_number_integer());
      case Token::value_float: {
        const double value = lexer_.get_number_float();
        return std::isfinite(value) && handler_.number_float(value, lexer_.get_string());
      }
      case Token::literal_true:
      case Token::literal_false:
        return handler_.boolean(token == Token::literal_true);
      case Token::literal_null:
        return handler_.null();
      default:
        return false;
    }
  }

  bool Members() {
    Token token = lexer_.scan();
    if (token == Token::end_object) return true;
    for (;; token = lexer_.scan()) {
      if (token != Token::value_string || !handler_.key(lexer_.get_string())) return false;
      if (lexer_.scan() != Token::name_separator || !Value(lexer_.scan())) return false;
      token = lexer_.scan();
      if (token != Token::value_separator) return token == Token::end_object;
    }
  }

  bool Items() {
    Token token = lexer_.scan();
    if (token == Token::end_array) return true;
    for (;; token = lexer_.scan()) {
      if (!Value(token)) return false;
      token = lexer_.scan();
      if (token != Token::value_separator) return token == Token::end_array;
    }
  }

  static constexpr std::size_t kUnknownSize = static_cast<std::size_t>(-1);

  Lexer lexer_;
  Handler& handler_;
};

}  // namespace peer_session::wire

#endif  // PEER_SESSION_SRC_WIRE_JSON_READER_H_
