// Items that are found by an id and kept in the order in which they came: offers, pulls, and whatever waits its turn.
//
// The ids are in a tree, since peers choose some of them and none of their choices may make a look-up slow. One tree serves
// tables of every kind: each instance of the standard library's is kilobytes in the binary.
#ifndef PEER_SESSION_SRC_ID_TABLE_H_
#define PEER_SESSION_SRC_ID_TABLE_H_

#include <cstddef>
#include <map>
#include <string_view>
#include <utility>

namespace peer_session {

class IdTableBase {
 public:
  IdTableBase() = default;
  IdTableBase(const IdTableBase&) = delete;
  IdTableBase& operator=(const IdTableBase&) = delete;

  // Where an item is in the order.
  struct Node {
    Node* older = nullptr;
    Node* newer = nullptr;
  };

  bool Contains(std::string_view id) const { return FindNode(id) != nullptr; }
  bool empty() const { return oldest_ == nullptr; }
  std::size_t size() const { return by_id_.size(); }

 protected:
  ~IdTableBase() = default;
  Node* oldest() const { return oldest_; }
  // By its id. Precondition: not empty.
  Node* first() const { return by_id_.begin()->second; }
  Node* FindNode(std::string_view id) const;
  // Precondition: no node of that id is linked. The view lives as long as the node does.
  void Link(std::string_view id, Node* node);
  void Unlink(std::string_view id, Node* node);

 private:
  std::map<std::string_view, Node*> by_id_;
  Node* oldest_ = nullptr;
  Node* newest_ = nullptr;
};

// An item that is in no table, or none; handed over like a pointer, however large it is.
template <typename Item>
class Loose {
 public:
  Loose() = default;
  explicit Loose(Item item) : entry_(new Entry(std::move(item))) {}
  Loose(Loose&& other) noexcept : entry_(std::exchange(other.entry_, nullptr)) {}
  Loose& operator=(Loose&& other) noexcept {
    std::swap(entry_, other.entry_);
    return *this;
  }
  ~Loose() { delete entry_; }

  explicit operator bool() const { return entry_ != nullptr; }
  Item& operator*() const { return entry_->item; }
  Item* operator->() const { return &entry_->item; }

 private:
  template <typename>
  friend class IdTable;

  struct Entry : IdTableBase::Node {
    explicit Entry(Item its) : item(std::move(its)) {}
    Item item;
  };

  explicit Loose(Entry* entry) : entry_(entry) {}

  Entry* entry_ = nullptr;
};

// `Item` has `std::string_view Id() const`.
template <typename Item>
class IdTable : public IdTableBase {
  using Entry = typename Loose<Item>::Entry;

 public:
  // From the oldest to the newest. Valid until the item it stands at is taken.
  class Iterator {
   public:
    explicit Iterator(Node* node) : node_(node) {}
    Item& operator*() const { return static_cast<Entry*>(node_)->item; }
    Iterator& operator++() {
      node_ = node_->newer;
      return *this;
    }
    bool operator==(const Iterator&) const = default;

   private:
    Node* node_;
  };

  ~IdTable() { Clear(); }

  Iterator begin() const { return Iterator(oldest()); }
  Iterator end() const { return Iterator(nullptr); }

  // The newest from now on. Precondition: none of that id is here.
  void Add(Loose<Item> item) {
    Entry* entry = std::exchange(item.entry_, nullptr);
    Link(entry->item.Id(), entry);
  }
  // Nothing is added when there is one of that id already; then it answers false.
  bool Add(Item item) {
    if (Contains(item.Id())) return false;
    Add(Loose<Item>(std::move(item)));
    return true;
  }
  // Valid until the item is taken.
  const Item* Find(std::string_view id) const { return ItemOf(FindNode(id)); }
  // All of it may be changed but its id.
  Item* Find(std::string_view id) { return ItemOf(FindNode(id)); }
  const Item* Oldest() const { return ItemOf(oldest()); }
  // Precondition: not empty. All of it may be changed but its id.
  Item& front() const { return static_cast<Entry*>(oldest())->item; }
  // Likewise the one whose id is the least, byte by byte.
  const Item& least() const { return static_cast<Entry*>(first())->item; }
  // The next one that came after it.
  const Item* NewerThan(const Item& item) const { return ItemOf(FindNode(item.Id())->newer); }

  Loose<Item> Take(std::string_view id) { return TakeNode(FindNode(id)); }
  Loose<Item> TakeOldest() { return TakeNode(oldest()); }
  void Clear() {
    while (TakeOldest()) {
    }
  }

 private:
  static Item* ItemOf(Node* node) { return node == nullptr ? nullptr : &static_cast<Entry*>(node)->item; }

  Loose<Item> TakeNode(Node* node) {
    auto* entry = static_cast<Entry*>(node);
    if (entry != nullptr) Unlink(entry->item.Id(), entry);
    return Loose<Item>(entry);
  }
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_ID_TABLE_H_
