#include "scenario/mesh/mesh.h"

#include <algorithm>
#include <string>

#include "support/session_driver.h"

namespace peer_session::mesh {
namespace {

constexpr Duration kHealthCheck = Duration::Seconds(10);
// Until a browser calls a connection failed whose other end is gone.
constexpr Duration kConnectionFails = Duration::Seconds(25);
constexpr Duration kConnecting = Duration::Millis(400);

}  // namespace

Mesh::Mesh(const Plan& plan, std::uint64_t seed) : plan_(plan), random_(seed) {
  const int first = plan.pages - plan.late;
  for (int i = 0; i < first; ++i) Enter(i);
  for (int i = 0; i < plan.late; ++i) {
    agenda_.In(Duration::Seconds(random_.Between(5, 30)), [this, number = first + i] { Enter(number); });
  }
  for (int i = 0; i < plan.images; ++i) {
    const std::int64_t size = random_.Between(plan.smallest, plan.largest);
    agenda_.In(Duration::Millis(1500 + i), [this, size] { Upload(0, size); });
  }
  for (int i = 0; i < plan.more_images; ++i) {
    const auto number = static_cast<int>(random_.Below(first));
    const std::int64_t size = random_.Between(plan.smallest, plan.largest);
    agenda_.In(Duration::Seconds(random_.Between(2, 30)), [this, number, size] { Upload(number, size); });
  }
  // Not the one that brings the images, nor one that comes late.
  for (int i = 0; i < plan.killed; ++i) {
    agenda_.In(Duration::Millis(random_.Between(2'000, 20'000)), [this, number = 1 + i] { Kill(number); });
  }
  for (int i = 0; i < plan.pausing; ++i) {
    agenda_.In(Duration::Seconds(2), [this, number = first - 1 - i] { Pause(number); });
  }
  agenda_.In(kHealthCheck, [this] { CheckHealth(); });
}

Client& Mesh::Enter(int number) {
  const Habits habits{.has_group = number >= plan_.without_group,
                      .drops_when_busy = plan_.drops_when_busy,
                      .relays_pins = plan_.relays_pins,
                      .inventory_first = plan_.inventory_first};
  const std::int64_t rate = random_.Between(plan_.slowest, plan_.fastest);
  clients_.push_back(std::make_unique<Client>(agenda_, number, rate, Duration::Millis(random_.Between(5, 60)), habits));
  Client& client = *clients_.back();
  client.is_living = [this](int peer) { return IsLiving(peer); };
  for (const auto& other : clients_) {
    if (other->number() != number && other->is_alive()) Connect(*other, client);
  }
  return client;
}

void Mesh::Connect(Client& one, Client& other) {
  Line& near = one.Meet(other.number());
  Line& far = other.Meet(one.number());
  Line::Join(near, far);
  const Duration wait = kConnecting + Duration::Millis(random_.Below(200));
  agenda_.In(wait, [&near, &far] {
    near.Open();
    far.Open();
  });
}

bool Mesh::IsLiving(int number) const {
  return std::any_of(clients_.begin(), clients_.end(),
                     [number](const auto& client) { return client->number() == number && client->is_alive(); });
}

void Mesh::CheckHealth() {
  for (const auto& client : clients_) {
    if (client->is_alive()) client->CheckHealth();
  }
  for (const auto& one : clients_) {
    for (const auto& other : clients_) {
      if (one->number() >= other->number() || !one->is_alive() || !other->is_alive()) continue;
      if (one->Known(other->number()) == nullptr && other->Known(one->number()) == nullptr) Connect(*one, *other);
    }
  }
  agenda_.In(kHealthCheck, [this] { CheckHealth(); });
}

void Mesh::Kill(int number) {
  Client& dead = *clients_[static_cast<std::size_t>(number)];
  dead.Die();
  const bool says_leave = random_.Chance(50);
  for (const auto& client : clients_) {
    Line* line = client->is_alive() ? client->Known(number) : nullptr;
    if (line == nullptr) continue;
    if (says_leave) agenda_.In(Duration::Millis(200), [&client, number] { client->Forget(number); });
    agenda_.In(kConnectionFails, [line] {
      line->has_failed = true;
      line->ConnectionFailed();
    });
  }
}

void Mesh::Pause(int number) {
  Client& client = *clients_[static_cast<std::size_t>(number)];
  client.uplink().PauseUntil(agenda_.now() + Duration::Seconds(random_.Between(1, 9)));
  agenda_.In(Duration::Seconds(random_.Between(10, 25)), [this, number] { Pause(number); });
}

void Mesh::Upload(int number, std::int64_t size) {
  Client& client = *clients_[static_cast<std::size_t>(number)];
  if (!client.is_alive()) return;
  FileInfo image = testing::FileOf("image-" + std::to_string(images_.size()), size);
  images_.push_back(image);
  client.Upload(image);
}

// Of images that some living page has: there is nobody else to have them from.
void Mesh::Count(Outcome& outcome) const {
  outcome.pairs = outcome.complete = 0;
  for (const FileInfo& image : images_) {
    int have = 0;
    int living = 0;
    for (const auto& client : clients_) {
      if (!client->is_alive()) continue;
      ++living;
      if (client->Has(image.hash)) ++have;
    }
    // The one that brought it counts with those that have it, and with those that should.
    if (have == 0) continue;
    outcome.pairs += living;
    outcome.complete += have;
  }
}

Outcome Mesh::Run() {
  Outcome outcome;
  const Timestamp begin = agenda_.now();
  const Timestamp end = begin + plan_.lasts;
  for (Timestamp looked = begin; looked < end; looked = looked + Duration::Millis(250)) {
    while (agenda_.RunNext(looked)) {
    }
    Count(outcome);
    const double seconds = static_cast<double>((looked - begin).micros()) * 1e-6;
    if (outcome.pairs == 0 || seconds < 2) continue;
    if (outcome.half_after < 0 && 2 * outcome.complete >= outcome.pairs) outcome.half_after = seconds;
    if (outcome.complete < outcome.pairs) {
      outcome.all_after = -1;
    } else if (outcome.all_after < 0) {
      outcome.all_after = seconds;
    }
    if (outcome.all_after >= 0 && seconds > 60) break;
  }
  for (const auto& client : clients_) {
    outcome.sent += client->uplink().sent();
    outcome.needed += client->needed();
    const Tally& tally = client->tally();
    outcome.tally.offers += tally.offers;
    outcome.tally.requests += tally.requests;
    outcome.tally.deliveries += tally.deliveries;
    outcome.tally.duplicates += tally.duplicates;
    outcome.tally.errors_of_living += tally.errors_of_living;
    outcome.tally.errors_of_dead += tally.errors_of_dead;
  }
  // What never arrived is needed all the same.
  for (const FileInfo& image : images_) {
    const bool is_there = std::any_of(clients_.begin(), clients_.end(), [&](const auto& client) {
      return client->is_alive() && client->Has(image.hash);
    });
    for (const auto& client : clients_) {
      if (is_there && client->is_alive() && !client->Has(image.hash)) outcome.needed += image.size.value();
    }
  }
  return outcome;
}

}  // namespace peer_session::mesh
