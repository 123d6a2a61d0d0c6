#pragma once

#include <cstddef>
#include <functional>

namespace maillon::match {

/// Runs `work(piece)` for each piece from 0 to `pieces` - 1 on so many threads, this one among them, and
/// returns when all are done. Pieces are taken in order; which thread does which is chance, so each writes to
/// a place of its own. `between` is called on this thread after its pieces, with how many are done; false
/// lets no new piece begin. False when it was so.
bool in_pieces(std::size_t pieces, unsigned threads, const std::function<void(std::size_t)>& work,
               const std::function<bool(std::size_t)>& between);
/// The same where `work` itself looks after its progress (SharedWatch).
void in_pieces(std::size_t pieces, unsigned threads, const std::function<void(std::size_t)>& work);

}  // namespace maillon::match
