// A queue of items that stay where they are, one node each. Every instance of the standard library's is kilobytes in the
// binary.
#ifndef PEER_SESSION_SRC_FIFO_H_
#define PEER_SESSION_SRC_FIFO_H_

#include <cstddef>
#include <utility>

namespace peer_session {

template <typename T>
class Fifo {
  struct Node {
    T item;
    Node* next;
  };

 public:
  class Iterator {
   public:
    explicit Iterator(Node* node) : node_(node) {}
    T& operator*() const { return node_->item; }
    Iterator& operator++() {
      node_ = node_->next;
      return *this;
    }
    bool operator==(const Iterator&) const = default;

   private:
    Node* node_;
  };

  Fifo() = default;
  Fifo(Fifo&& other) noexcept
      : first_(std::exchange(other.first_, nullptr)),
        last_(std::exchange(other.last_, nullptr)),
        size_(std::exchange(other.size_, 0)) {}
  Fifo& operator=(Fifo&& other) noexcept {
    std::swap(first_, other.first_);
    std::swap(last_, other.last_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~Fifo() { Clear(); }

  bool empty() const { return first_ == nullptr; }
  std::size_t size() const { return size_; }
  // Precondition of all three: not empty.
  T& front() { return first_->item; }
  const T& front() const { return first_->item; }
  const T& back() const { return last_->item; }

  Iterator begin() const { return Iterator(first_); }
  Iterator end() const { return Iterator(nullptr); }

  void Push(T item) {
    Node* node = new Node{std::move(item), nullptr};
    (last_ == nullptr ? first_ : last_->next) = node;
    last_ = node;
    ++size_;
  }
  // Precondition: not empty.
  void PopFront() {
    Node* node = first_;
    first_ = node->next;
    if (first_ == nullptr) last_ = nullptr;
    --size_;
    delete node;
  }
  void Clear() {
    while (!empty()) PopFront();
  }

 private:
  Node* first_ = nullptr;
  Node* last_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_FIFO_H_
