// tests/vectors: what the engine reads and writes, message by message.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include "wire/parse.h"
#include "wire/write.h"

namespace peer_session::wire {
namespace {

using Json = nlohmann::json;

Json Load(const std::string& name) {
  std::ifstream file(std::string(PEER_SESSION_VECTORS) + "/" + name);
  std::stringstream text;
  text << file.rdbuf();
  return Json::parse(text.str(), nullptr, /*allow_exceptions=*/false).value("vectors", Json::array());
}

std::string Piece(const Json& piece) {
  if (piece.is_string()) return piece.get<std::string>();
  std::string text;
  const std::string unit = piece.at("repeat").get<std::string>();
  for (int i = piece.at("times").get<int>(); i > 0; --i) text += unit;
  return text;
}

std::string Text(const Json& value) {
  if (!value.is_array()) return Piece(value);
  std::string text;
  for (const Json& piece : value) text += Piece(piece);
  return text;
}

std::vector<std::string> Strings(const Json& value) {
  if (value.is_array()) return value.get<std::vector<std::string>>();
  return std::vector<std::string>(value.at("times").get<std::size_t>(), value.at("repeat").get<std::string>());
}

std::string Bytes(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::strtol(hex.substr(i, 2).c_str(), nullptr, 16)));
  }
  return bytes;
}

FileInfo FileFrom(const Json& value) {
  FileInfo file;
  file.id.value = Text(value.at("transferId"));
  file.name = Text(value.at("name"));
  file.size = ByteCount(value.at("size").get<std::int64_t>());
  file.mime = Text(value.at("mime"));
  file.hash = Text(value.at("hash"));
  file.is_pinned = value.at("isPinned").get<bool>();
  if (value.contains("ttl")) file.ttl = value.at("ttl").get<double>();
  if (value.contains("originalSenderId")) file.original_sender_id = Text(value.at("originalSenderId"));
  if (value.contains("signature")) file.signature = Text(value.at("signature"));
  if (value.contains("publicKeyBase64")) file.public_key = Text(value.at("publicKeyBase64"));
  if (value.contains("identityCreatedAt")) file.identity_created_at = value.at("identityCreatedAt").get<double>();
  if (value.contains("extra")) file.extra = Text(value.at("extra"));
  return file;
}

Json Described(const FileInfo& file) {
  Json json{{"transferId", file.id.value}, {"name", file.name}, {"size", file.size.value()},
            {"mime", file.mime},           {"hash", file.hash}, {"isPinned", file.is_pinned}};
  if (file.ttl) json["ttl"] = *file.ttl;
  if (file.original_sender_id) json["originalSenderId"] = *file.original_sender_id;
  if (file.signature) json["signature"] = *file.signature;
  if (file.public_key) json["publicKeyBase64"] = *file.public_key;
  if (file.identity_created_at) json["identityCreatedAt"] = *file.identity_created_at;
  if (!file.extra.empty()) json["extra"] = file.extra;
  return json;
}

// The same shape for what was parsed and for what a vector expects, so that a difference shows field by field.
struct Describer {
  Json operator()(const OfferFile& m) const { return {{"message", "offer-file"}, {"file", Described(m.file)}}; }
  Json operator()(const Meta& m) const {
    Json json{{"message", "meta"}, {"file", Described(m.file)}};
    if (m.offset > ByteCount()) json["offset"] = m.offset.value();
    return json;
  }
  Json operator()(const PullRequest& m) const {
    Json json{{"message", "pull-request"}, {"transferId", m.id.value}};
    if (m.offset > ByteCount()) json["offset"] = m.offset.value();
    if (m.credit) json["credit"] = m.credit->value();
    return json;
  }
  Json operator()(const TransferAbort& m) const {
    Json json = OfTransfer("transfer-abort", m.id, m.reason);
    if (m.is_paused) json["isPaused"] = true;
    return json;
  }
  Json operator()(const TransferCancel& m) const {
    Json json = OfTransfer("transfer-cancel", m.id, m.reason);
    if (!m.detail.empty()) json["detail"] = m.detail;
    return json;
  }
  Json operator()(const TransferPause& m) const { return OfTransfer("transfer-pause", m.id); }
  Json operator()(const TransferDone& m) const { return OfTransfer("transfer-done", m.id); }
  Json operator()(const TransferEnd& m) const {
    Json json = OfTransfer("transfer-end", m.id);
    json["hash"] = m.hash;
    return json;
  }
  Json operator()(const OfferWithdraw& m) const { return OfTransfer("offer-withdraw", m.id); }
  Json operator()(const Credit& m) const {
    Json json = OfTransfer("credit", m.id);
    json["upTo"] = m.up_to.value();
    return json;
  }
  Json operator()(const Ack& m) const {
    return {{"message", "ack"}, {"received", m.received.value()}, {"at", m.at.micros()}};
  }
  Json operator()(const LaneSignal& m) const {
    Json json{{"message", "lane"}, {"lane", m.number}};
    if (m.offer) json["offer"] = *m.offer;
    if (m.answer) json["answer"] = *m.answer;
    return json;
  }
  Json operator()(const Segment& m) const {
    return {{"message", "segment"}, {"transferId", m.id.value}, {"offset", m.offset.value()}};
  }
  Json operator()(const Hello& m) const {
    Json json{{"message", "hello"}, {"epoch", m.epoch}};
    for (std::size_t index = 0; index < kFeatureNames.size(); ++index) {
      if (m.features.Has(static_cast<Feature>(index))) json["features"].push_back(kFeatureNames.at(index));
    }
    if (m.max_file_size) json["maxFileSize"] = m.max_file_size->value();
    return json;
  }
  Json operator()(const Bye&) const { return {{"message", "bye"}}; }
  Json operator()(const InvalidMeta& m) const {
    Json json{{"message", "invalid-meta"}};
    if (m.id) json["transferId"] = m.id->value;
    return json;
  }
  Json operator()(const Inventory& m) const {
    Json json{{"message", "inventory"}, {"hashes", m.hashes}};
    if (m.had_others) json["skipped"] = true;
    return json;
  }
  Json operator()(const RequestFile& m) const { return {{"message", "request-file"}, {"hash", m.hash}}; }
  Json operator()(const SyncRequest&) const { return {{"message", "sync-request"}}; }
  Json operator()(const Ping&) const { return {{"message", "ping"}}; }
  Json operator()(const Pong&) const { return {{"message", "pong"}}; }
  Json operator()(const Unknown&) const { return {{"message", "ignored"}}; }
  Json operator()(const Malformed&) const { return {{"message", "malformed"}}; }

 private:
  static Json OfTransfer(const char* message, const TransferId& id, Reason reason = Reason::kNone) {
    Json json{{"message", message}, {"transferId", id.value}};
    if (reason != Reason::kNone) json["reason"] = CodeOf(reason);
    return json;
  }
};

Json Expected(Json expect) {
  if (expect.contains("transferId")) expect["transferId"] = Text(expect.at("transferId"));
  if (expect.contains("detail")) expect["detail"] = Text(expect.at("detail"));
  if (expect.contains("offer")) expect["offer"] = Text(expect.at("offer"));
  if (expect.contains("hashes")) expect["hashes"] = Strings(expect.at("hashes"));
  if (expect.contains("file")) expect["file"] = Described(FileFrom(expect.at("file")));
  return expect;
}

std::string Written(const Json& message) {
  const std::string type = message.at("type").get<std::string>();
  std::optional<double> created_at;
  if (message.contains("identityCreatedAt")) created_at = message.at("identityCreatedAt").get<double>();
  if (type == "offer-file") return WriteOfferFile(FileFrom(message.at("file")));
  const ByteCount offset(message.value("offset", std::int64_t{0}));
  if (type == "meta") return WriteMeta(FileFrom(message.at("file")), created_at, offset);
  if (type == "inventory") return WriteInventory(Strings(message.at("hashes")));
  if (type == "request-file") return WriteRequestFile(message.at("hash").get<std::string>());
  if (type == "sync-request") return WriteSyncRequest();
  if (type == "ping") return WritePing();
  if (type == "pong") return WritePong();
  if (type == "bye") return WriteBye();
  if (type == "ack") {
    return WriteAck(ByteCount(message.at("received").get<std::int64_t>()),
                    Timestamp::FromMicros(message.at("at").get<std::int64_t>()));
  }
  if (type == "lane") {
    const auto number = message.at("lane").get<std::uint32_t>();
    for (const char* key : {"offer", "answer"}) {
      if (message.contains(key)) return WriteLane(number, key, message.at(key).get<std::string>());
    }
    return WriteNoLane(number);
  }
  if (type == "hello") {
    return WriteHello(message.at("epoch").get<std::string>(), FeatureSet::All(),
                      ByteCount(message.at("maxFileSize").get<std::int64_t>()));
  }
  const TransferId id{message.at("transferId").get<std::string>()};
  if (type == "pull-request" && message.contains("credit")) {
    return WritePullRequest(id, offset, ByteCount(message.at("credit").get<std::int64_t>()));
  }
  if (type == "pull-request") return WritePullRequest(id, offset);
  if (type == "credit") return WriteCredit(id, ByteCount(message.at("upTo").get<std::int64_t>()));
  if (type == "segment") return WriteSegment(id, offset);
  if (type == "transfer-end") return WriteTransferEnd(id, message.at("hash").get<std::string>());
  if (type == "transfer-done") return WriteTransferDone(id);
  if (type == "transfer-pause") return WriteTransferPause(id);
  if (type == "offer-withdraw") return WriteOfferWithdraw(id);
  if (type == "transfer-cancel") {
    const std::string detail = message.contains("detail") ? Text(message.at("detail")) : "";
    return WriteTransferCancel(id, message.at("reason").get<std::string>(), detail, Limits{}.max_detail);
  }
  return WriteTransferAbort(id, message.at("reason").get<std::string>());
}

TEST(WireVectors, EveryMessageIsReadAsItsVectorSays) {
  const Json vectors = Load("parse.json");
  ASSERT_GE(vectors.size(), 200U);
  for (const Json& vector : vectors) {
    const std::string text =
        vector.contains("hex") ? Bytes(vector.at("hex").get<std::string>()) : Text(vector.at("text"));
    EXPECT_EQ(std::visit(Describer{}, Parse(text, Limits{}, FeatureSet::All())), Expected(vector.at("expect")))
        << vector.at("name") << "\n"
        << text.substr(0, 300);
  }
}

TEST(WireVectors, EveryMessageIsWrittenAsItsVectorSays) {
  const Json vectors = Load("write.json");
  ASSERT_GE(vectors.size(), 15U);
  for (const Json& vector : vectors) {
    EXPECT_EQ(Written(vector.at("message")), vector.at("text").get<std::string>()) << vector.at("name");
  }
}

TEST(WireVectors, WhatIsWrittenIsReadBackTheSame) {
  for (const Json& vector : Load("write.json")) {
    const Json& message = vector.at("message");
    const Json read = std::visit(Describer{}, Parse(vector.at("text").get<std::string>(), Limits{}, FeatureSet::All()));
    EXPECT_EQ(read.at("message"), message.at("type")) << vector.at("name");
    if (message.at("type") == "meta") {
      FileInfo said = FileFrom(message.at("file"));
      if (message.contains("identityCreatedAt"))
        said.identity_created_at = message.at("identityCreatedAt").get<double>();
      EXPECT_EQ(read.at("file"), Described(said)) << vector.at("name");
    }
  }
}

}  // namespace
}  // namespace peer_session::wire
